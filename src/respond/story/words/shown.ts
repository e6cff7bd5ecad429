import { shortName } from "../../../kernel/short-name.ts";

/** Control characters, escapes of terminals, and what turns the direction of writing: a log may hold them, a sentence may not. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const MAX_CHARS = 120;

/** A value of a log as a sentence can hold it: short, on one line, nothing hidden in it. */
export const shown = (value: string): string => shortName(value).replaceAll(UNSEEN, "\uFFFD").toWellFormed();

/** The same without shortening a path by its end: of a web address the middle tells too. */
export const onOneLine = (text: string, maxChars = MAX_CHARS): string => {
  const clean = text.replaceAll(UNSEEN, "\uFFFD").toWellFormed();
  const half = Math.floor(maxChars / 2);
  return clean.length > maxChars
    ? `${clean.slice(0, half).toWellFormed()}…${clean.slice(-half + 1).toWellFormed()}`
    : clean;
};
