import { MAX_FIELDS } from "../bounds.ts";
import { type Reading, setField } from "../reading.ts";
import { FIELD_NAME } from "./grok.ts";

type How = {
  readonly pair: string;
  readonly equals: string;
  readonly quote: string;
  readonly prefix?: string | undefined;
};

/**
 * `key=value` pairs with separators of one's own; returns how many. A quoted value may hold the separator; a piece without a key is
 * passed over. One pass: no place of the text is looked at twice by more than the separators' lengths.
 */
export function readPairs(into: Reading, text: string, { pair, equals, quote, prefix }: How): number {
  const before = prefix === undefined ? "" : `${prefix}.`;
  let count = 0;
  let at = 0;
  while (at < text.length && count < MAX_FIELDS) {
    const stop = endOf(text.indexOf(pair, at), text);
    const sign = text.indexOf(equals, at);
    if (sign < 0) break;
    // Words without a sign of their own, such as those before the first pair.
    if (sign >= stop) at = Math.max(at, text.lastIndexOf(pair, sign - 1) + pair.length);
    const key = text.slice(at, sign).trim();
    const value = valueAt(text, sign + equals.length, { pair, quote });
    if (FIELD_NAME.test(key)) {
      setField(into, before + key, value.text);
      count += 1;
    }
    at = value.end;
  }
  return count;
}

const endOf = (found: number, text: string): number => (found < 0 ? text.length : found);

function valueAt(
  text: string,
  from: number,
  { pair, quote }: Pick<How, "pair" | "quote">,
): { text: string; end: number } {
  const start = text.charAt(from) === " " && pair !== " " ? from + 1 : from;
  if (text.charAt(start) === quote) {
    const close = closingQuote(text, start, quote);
    const after = endOf(text.indexOf(pair, close), text);
    return { text: text.slice(start + 1, close).replaceAll(`\\${quote}`, quote), end: after + pair.length };
  }
  const end = endOf(text.indexOf(pair, start), text);
  return { text: text.slice(start, end).trim(), end: end + pair.length };
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = text.indexOf(quote, open + 1); at >= 0; at = text.indexOf(quote, at + 1))
    if (text.charAt(at - 1) !== "\\") return at;
  return text.length;
}
