import { clip, MAX_VALUE_CHARS } from "../bounds.ts";

/** Where the string opened by the quote at `open` ends; the text's length when it never does. Backslash escapes. */
export function closingQuote(text: string, open: number): number {
  const quote = text.charCodeAt(open);
  for (let i = open + 1; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 92) i += 1;
    else if (c === quote) return i;
  }
  return text.length;
}

/** Apache writes `\"` and `\\` (and nginx `\x22`) inside quotes; other escapes stay as they are, as evidence. */
export function unquoted(text: string): string {
  if (text.indexOf("\\") < 0) return text;
  return clip(text, MAX_VALUE_CHARS).replaceAll(/\\(["\\]|x22|x5C)/gi, (_, escaped: string) => {
    if (escaped.length === 1) return escaped;
    return escaped.charCodeAt(1) === 50 ? '"' : "\\";
  });
}
