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

/**
 * The same text with everything hidden in it named by its number, such as `[U+202E]`, so that a printed page shows what stood
 * there. Line breaks stay; what is longer than `maxChars` is cut.
 */
export function revealed(text: string, maxChars = Number.POSITIVE_INFINITY): string {
  const shown = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu, (each) =>
      each === "\n" ? each : `[U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return shown.length > maxChars ? `${shown.slice(0, maxChars).toWellFormed()}…` : shown;
}
