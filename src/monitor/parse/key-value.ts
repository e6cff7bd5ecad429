import { emptyFields, emptyHotColumns } from "../event/index.ts";
import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import { readFortiGate } from "./firewall/fortigate.ts";
import { answerGeneric, normalizeColumns, setTimeFrom } from "./generic.ts";
import { nameAt, nextHash } from "./name-at.ts";
import { fillColumn, targetOf } from "./names.ts";
import { classify, note, type ParseHints, type Reading, setField, textOf, zoneOf } from "./reading.ts";

/**
 * `key=value key="value with spaces"` lines: FortiGate (fortigate.ts), logfmt, and whatever else writes pairs.
 *
 * | question   | column     | from                                                        |
 * |------------|------------|-------------------------------------------------------------|
 * | who        | who        | user and its usual spellings (names.ts)                     |
 * | where from | where_from | source address, else host                                   |
 * | with what  | with_what  | program, user agent, service or protocol                    |
 * | what       | what       | URL, file, query, `address:port`, else the message          |
 * | did what   | did_what   | by what the pairs describe (generic.ts); "" when they do not |
 *
 * Fields are the vendor's own keys. At least three pairs make a line key=value when nobody says that it is.
 */
export function readKeyValue(event: Reading, text: string, hints: ParseHints): boolean {
  const pairs = readPairs(event, text, { at: 0, isGeneric: true });
  if (pairs < (hints.format === "keyvalue" ? 1 : MIN_PAIRS)) {
    event.fields = emptyFields();
    event.fieldCount = 0;
    event.hot = emptyHotColumns();
    return false;
  }
  if (readFortiGate(event, hints)) return true;
  const { fields, hot } = event;
  setTimeFrom(event, TIME_KEYS, zoneOf(hints));
  classify(hot, "keyvalue", { product: "", category: "", service: "" });
  normalizeColumns(hot);
  if (hot.message === "") hot.message = clip(text, MAX_MESSAGE_CHARS);
  answerGeneric(event, textOf(fields, "action") || textOf(fields, "act"));
  return true;
}

const MIN_PAIRS = 3;
const TIME_KEYS = ["time", "timestamp", "ts", "_time", "datetime", "eventtime", "date"];

/**
 * Reads pairs from `at` on and returns how many; generic ones also fill hot columns by their names. Keys start after a space, a comma or
 * at the beginning; values are bare (to the next space), quoted with `"` or `'` (backslash escapes), or a bracketed list.
 */
export function readPairs(event: Reading, text: string, how: { at: number; isGeneric: boolean }): number {
  const marks: Marks = { hasEscapes: text.includes("\\"), hasTabs: text.includes("\t") || text.includes("\x1d") };
  let count = 0;
  let keyAt = how.at;
  let mayStart = true;
  let hash = 0;
  for (let i = how.at; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    const kind = c < 128 ? KINDS[c] : OTHER;
    if (kind === KEY) {
      hash = nextHash(hash, c);
      continue;
    }
    if (c === 61 && mayStart && i > keyAt) {
      if (count >= MAX_FIELDS) {
        note(event, "too_many_fields");
        break;
      }
      const read = readValue(text, i + 1, marks);
      setPair(event, nameAt(text, { from: keyAt, to: i, hash }), { value: read.value, isGeneric: how.isGeneric });
      count += 1;
      // What follows a closing quote begins a key only behind a gap, as what follows a bare value does.
      i = read.end - 1;
      mayStart = false;
    } else mayStart = kind === GAP;
    keyAt = i + 1;
    hash = 0;
  }
  return count;
}

function setPair(event: Reading, key: string, { value, isGeneric }: { value: string; isGeneric: boolean }): void {
  setField(event, key, value);
  const target = isGeneric ? targetOf(key) : null;
  if (target !== null) fillColumn(event.hot, target, value);
}

const OTHER = 0;
const KEY = 1;
const GAP = 2;
const KINDS = new Uint8Array(128);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@") KINDS[c.charCodeAt(0)] = KEY;
/** Space, tab, comma, semicolon, pipe, opening quote, auditd's 0x1d. */
for (const c of " \t,;|'\x1d") KINDS[c.charCodeAt(0)] = GAP;

/** What the line has at all: without escapes and tabs, the end of a value is what indexOf finds. */
type Marks = { readonly hasEscapes: boolean; readonly hasTabs: boolean };

function readValue(text: string, at: number, marks: Marks): { value: string; end: number } {
  const first = text.charCodeAt(at);
  if (first === 34 || first === 39) return readQuoted(text, at, marks);
  if (first === 91) {
    const close = text.indexOf("]", at);
    if (close > 0) return { value: text.slice(at, close + 1), end: close + 1 };
  }
  let end = marks.hasTabs ? gapAt(text, at) : text.indexOf(" ", at);
  if (end < 0) end = text.length;
  const value = text.charCodeAt(end - 1) === 44 && end > at ? text.slice(at, end - 1) : text.slice(at, end);
  return { value, end };
}

function gapAt(text: string, at: number): number {
  for (let end = at; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    if (c === 32 || c === 9 || c === 29) return end;
  }
  return text.length;
}

function readQuoted(text: string, at: number, marks: Marks): { value: string; end: number } {
  const quote = text.charAt(at);
  if (!marks.hasEscapes) {
    const close = text.indexOf(quote, at + 1);
    const end = close < 0 ? text.length : close;
    return { value: text.slice(at + 1, Math.min(end, at + 1 + MAX_VALUE_CHARS)), end: end + 1 };
  }
  let end = at + 1;
  let hasEscape = false;
  for (; end < text.length && text.charAt(end) !== quote; end += 1)
    if (text.charCodeAt(end) === 92) {
      hasEscape = true;
      end += 1;
    }
  const value = text.slice(at + 1, Math.min(end, at + 1 + MAX_VALUE_CHARS, text.length));
  return { value: hasEscape ? value.replaceAll(/\\(["'\\])/g, "$1") : value, end: end + 1 };
}
