import { AppError } from "../../kernel/errors.ts";

/** Where a page ended: the order it belongs to, the values ordered by, and the id. */
export type Cursor = { readonly order: string; readonly values: readonly number[]; readonly id: string };

export function encodeCursor({ order, values, id }: Cursor): string {
  return Buffer.from(JSON.stringify([order, ...values, id])).toString("base64url");
}

/** Errors: `invalid` when it is not a cursor of this order with so many values. */
export function decodeCursor(text: string, order: string, length: number): Cursor {
  const parts = parse(text);
  const [cursorOrder, ...rest] = parts;
  const id = rest.at(-1);
  const values = rest.slice(0, -1);
  const isWhole = cursorOrder === order && values.length === length && values.every(Number.isSafeInteger);
  if (!isWhole || typeof id !== "string" || id.length > 100 || id.includes("\0")) {
    throw new AppError("invalid", "This page link belongs to another list. Start again from the first page.");
  }
  return { order, values: values.map(Number), id };
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
