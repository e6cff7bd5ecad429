/** Which way of naming columns a line above a table belongs to. */
export type HeadFamily = "zeek" | "w3c";
export type HeadLine = { readonly family: HeadFamily; readonly word: string; readonly value: string };

const HASH = 35;
const MAX_WORD_CHARS = 20;
const ZEEK = /^#(separator|set_separator|empty_field|unset_field|path|fields|types|open|close)(?![\w-])/;
const W3C = /^#(version|fields|software|start-date|end-date|date|remark|time format|log-type)[ \t]*:/i;

/**
 * A line that names the columns of the rows below it, or says something else of them: Zeek's `#fields<separator>…`, the W3C
 * extended log format's `#Fields: …`. Undefined for any other line. `word` is in lower case.
 */
export function headLineOf(text: string): HeadLine | undefined {
  if (text.charCodeAt(0) !== HASH) return undefined;
  const start = text.slice(0, MAX_WORD_CHARS);
  const w3c = W3C.exec(start);
  if (w3c !== null) return headLine("w3c", w3c, text.slice(w3c[0].length).trim());
  const zeek = ZEEK.exec(start);
  return zeek === null ? undefined : headLine("zeek", zeek, text.slice(zeek[0].length));
}

const headLine = (family: HeadFamily, found: RegExpExecArray, value: string): HeadLine => ({
  family,
  word: (found[1] ?? "").toLowerCase(),
  value,
});
