import { AppError } from "../../kernel/errors.ts";
import type { AlertListQuery } from "./contract.ts";

export type Sort = AlertListQuery["sort"];

/** Where a page ended: the sort value, the tie-breakers, and the sort it belongs to. */
export type Cursor = {
  readonly sort: string;
  readonly value: number;
  readonly lastAtMs: number;
  readonly id: string;
};

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.sort, cursor.value, cursor.lastAtMs, cursor.id])).toString("base64url");
}

/** Errors: `invalid` when it is not a cursor of this sort. */
export function decodeCursor(text: string, sort: string): Cursor {
  const parts = parse(text);
  const [cursorSort, value, lastAtMs, id] = parts;
  const isWhole =
    cursorSort === sort && Number.isSafeInteger(value) && Number.isSafeInteger(lastAtMs) && typeof id === "string";
  if (!isWhole || id.length > 100 || id.includes("\0")) {
    throw new AppError("invalid", "This page link belongs to another list. Start again from the first page.");
  }
  return { sort, value: Number(value), lastAtMs: Number(lastAtMs), id };
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
