import { type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { BRACKETED } from "./bracketed.ts";
import { DATED, DATED_PLAIN } from "./dated.ts";
import { LETTERED } from "./lettered.ts";
import { type Product, readProduct } from "./product.ts";

/**
 * Applications' own log files (chat, media, mail, password and home servers, honeypots), each known by its mark and its line; the tables
 * are data (`bracketed.ts`, `dated.ts`, `lettered.ts`).
 *
 * | question   | column     | from                                              |
 * |------------|------------|---------------------------------------------------|
 * | who        | who        | the account that the sentence names               |
 * | where from | where_from | the address that it names                         |
 * | with what  | with_what  | the user agent of a request, else the application |
 * | what       | what       | host and URL of a request, else the sentence      |
 * | did what   | did_what   | by sentence                                       |
 */
export function readApplication(event: Reading, text: string, hints: ParseHints): boolean {
  const first = text.charCodeAt(0);
  return readProduct(event, text, {
    products: productsOf(text, first),
    zone: zoneOf(hints),
    nearMs: hints.receivedAtMs,
  });
}

function productsOf(text: string, first: number): readonly Product[] {
  if (first === BRACKET) return BRACKETED;
  if (first >= 48 && first <= 57) return text.includes("[") ? DATED : DATED_PLAIN;
  return isWordOrParenthesis(first) ? LETTERED : NONE;
}

const BRACKET = 91;
const NONE: readonly Product[] = [];
const isWordOrParenthesis = (c: number): boolean => c === 40 || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
