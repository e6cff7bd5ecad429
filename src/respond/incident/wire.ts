import { z } from "zod";

/** Pieces that the contracts of this room share. */

/** An id from outside: one line without control characters or broken surrogates. */
export const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/** What a database cannot hold is replaced, never refused. */
const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();

/** Text as typed, trimmed, of any number of lines. */
export const Prose = (maxChars: number) => z.string().trim().max(maxChars).overwrite(storable);

/** The same with the spaces at its ends, as Markdown needs them. */
export const Untrimmed = (maxChars: number) => z.string().max(maxChars).overwrite(storable);

/** One line; what breaks or controls it becomes a space. */
export const Line = (maxChars: number) =>
  z
    .string()
    .overwrite((text) => storable(text.replaceAll(/[\p{Cc}\s]+/gu, " ")))
    .trim()
    .max(maxChars);

/** A moment that every engine can hold. */
export const At = z.iso.datetime({ offset: true }).refine((at) => at >= "1970" && at < "2100", "between 1970 and 2099");
