import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";

/**
 * Where the next page begins, and the exact range and moment of the first page, so that a list stays itself while new
 * events arrive. `shown` counts rows so far. By time the place is the last row's key; by another column it is `shown`.
 */
const Cursor = z.object({
  from: z.int(),
  to: z.int(),
  /** Rows received later belong to the next refresh. */
  asOf: z.int(),
  shown: z.int().min(0),
  last: z.object({ time: z.int(), stream: z.int(), seq: z.string().regex(/^\d{1,20}$/) }).optional(),
});
export type Cursor = z.infer<typeof Cursor>;

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

export function readCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("invalid", "This cursor is not one of ours. Start from the first page.", {}, cause);
  }
}
