/** Control characters, escapes of terminals, and what turns the direction of writing: a log may hold them, a line of ours may not. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const MAX_CHARS = 120;

/** Foreign text as one line without anything hidden in it; what is too long is cut in the middle, because both ends tell something. */
export function visible(text: string, maxChars = MAX_CHARS): string {
  const clean = text.replaceAll(UNSEEN, "\uFFFD").toWellFormed();
  if (clean.length <= maxChars) return clean;
  const half = Math.floor(maxChars / 2);
  return `${clean.slice(0, half).toWellFormed()}…${clean.slice(-half + 1).toWellFormed()}`;
}
