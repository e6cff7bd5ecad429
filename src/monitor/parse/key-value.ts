import { emptyFields, emptyHotColumns } from "../event/index.ts";
import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import { readFortiGate } from "./firewall/fortigate.ts";
import { answerGeneric, normalizeColumns, setTimeFrom } from "./generic.ts";
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

const isKeyChar = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 46 || c === 45 || c === 64;

/**
 * Reads pairs from `at` on and returns how many; generic ones also fill hot columns by their names. Keys start after a space, a comma or at the beginning; values are bare (to the
 * next space), quoted with `"` or `'` (backslash escapes), or a bracketed list.
 */
export function readPairs(event: Reading, text: string, how: { at: number; isGeneric: boolean }): number {
  const { at } = how;
  let count = 0;
  let i = at;
  while (i < text.length) {
    const equals = text.indexOf("=", i);
    if (equals < 0) break;
    let keyAt = equals;
    while (keyAt > i && isKeyChar(text.charCodeAt(keyAt - 1))) keyAt -= 1;
    if (keyAt === equals || (keyAt > at && !isGap(text.charCodeAt(keyAt - 1)))) {
      i = equals + 1;
      continue;
    }
    const read = readValue(text, equals + 1);
    if (count >= MAX_FIELDS) {
      note(event, "too_many_fields");
      break;
    }
    const key = text.slice(keyAt, equals);
    setField(event, key, read.value);
    const target = how.isGeneric ? targetOf(key) : null;
    if (target !== null) fillColumn(event.hot, target, read.value);
    count += 1;
    i = read.end;
  }
  return count;
}

/** Space, tab, comma, semicolon, pipe, opening quote, auditd's 0x1d. */
const isGap = (c: number): boolean => c === 32 || c === 9 || c === 44 || c === 59 || c === 124 || c === 29 || c === 39;

function readValue(text: string, at: number): { value: string; end: number } {
  const first = text.charCodeAt(at);
  if (first === 34 || first === 39) {
    let end = at + 1;
    let hasEscape = false;
    for (; end < text.length; end += 1) {
      const c = text.charCodeAt(end);
      if (c === 92) {
        hasEscape = true;
        end += 1;
      } else if (c === first) break;
    }
    const value = text.slice(at + 1, Math.min(end, at + 1 + MAX_VALUE_CHARS, text.length));
    return { value: hasEscape ? value.replaceAll(/\\(["'\\])/g, "$1") : value, end: end + 1 };
  }
  if (first === 91) {
    const close = text.indexOf("]", at);
    if (close > 0) return { value: text.slice(at, close + 1), end: close + 1 };
  }
  let end = at;
  for (; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    if (c === 32 || c === 9 || c === 29) break;
  }
  const value = text.charCodeAt(end - 1) === 44 && end > at ? text.slice(at, end - 1) : text.slice(at, end);
  return { value, end };
}
