import { AppError } from "../../kernel/errors.ts";

/** Where a page ended: the sort value and number of its last row, and the sort it belongs to. */
export type Cursor = { readonly sort: string; readonly value: number; readonly number: number };

export const encodeCursor = ({ sort, value, number }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, value, number])).toString("base64url");

/** Errors: `invalid` when it is not a cursor of this sort. */
export function decodeCursor(text: string, sort: string): Cursor {
  const [cursorSort, value, number] = parse(text);
  const isWhole = cursorSort === sort && Number.isSafeInteger(value) && Number.isSafeInteger(number);
  if (!isWhole || Math.abs(Number(value)) > 8_640_000_000_000_000 || Math.abs(Number(number)) > 2_147_483_647) {
    throw new AppError("invalid", "This page link belongs to another list. Start again from the first page.");
  }
  return { sort, value: Number(value), number: Number(number) };
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
