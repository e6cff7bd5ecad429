/**
 * What a character means to the grammar. Japanese input methods produce full-width punctuation, so the grammar is read
 * from a view of the text, of the same length, in which `：（）＊＂“”` and the ideographic space are their ASCII twins;
 * values are taken from the text as typed.
 */
export function syntaxView(text: string): string {
  let view = "";
  for (let i = 0; i < text.length; i += 1) view += String.fromCharCode(syntaxCode(text.charCodeAt(i)));
  return view;
}

function syntaxCode(code: number): number {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  if (code === 0x201c || code === 0x201d) return 0x22;
  if (code === 0x3000 || code === 0xa0 || code === 0xfeff) return 0x20;
  return code;
}

export const isSpace = (char: string): boolean =>
  char === " " || char === "\t" || char === "\n" || char === "\r" || char === "\f" || char === "\v";

/** After a backslash these are themselves; before any other character a backslash is only a backslash (`C:\Users`). */
const ESCAPABLE = new Set('\\*?"()[]{}:/<>!-&|=+,~^ \t\n\r');

export const isEscapable = (char: string): boolean => ESCAPABLE.has(char);

/** A name that may stand before `:` without quotes: vendor fields are full of dots, hyphens and at signs. */
const FIELD_NAME = /^[\p{L}_@$#][\p{L}\p{M}\p{N}_.@$#-]*$/u;
export const isFieldName = (text: string): boolean => FIELD_NAME.test(text);

/** Addresses contain colons but are words: a MAC, or an IPv6 address with at least two colons. */
const ADDRESS =
  /^(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|(?=[^:]*:[^:]*:)[0-9a-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?(?:\/\d+)?)$/i;
export const looksLikeAddress = (text: string): boolean => ADDRESS.test(text);

const KEYWORDS = ["and", "or", "not"] as const;
export type Keyword = (typeof KEYWORDS)[number];
export const keywordOf = (text: string): Keyword | undefined => {
  const folded = text.toLowerCase();
  return KEYWORDS.find((keyword) => keyword === folded);
};
