import type { FieldScalar, Fields, HotColumns } from "../event/index.ts";

/** Escapes that are no letter's, after an even number of backslashes. */
const UNICODE_ESCAPE = /(?:^|[^\\])(?:\\\\)*\\u/;

/** Whether every ASCII letter of a JSON text's values is in the text itself: no escape, no İ, no Kelvin sign stands for one. */
export const isLiteral = (text: string, mayEscape: boolean): boolean =>
  !(mayEscape && UNICODE_ESCAPE.test(text)) && !text.includes("\u212a") && !text.includes("\u0130");

/**
 * May the line hold what engines refuse: NUL (PostgreSQL text and jsonb) or half surrogate pairs (jsonb)? Decoded UTF-8 holds no half
 * pairs; JSON escapes may make both.
 */
const isSuspect = (line: string, mayEscape: boolean): boolean =>
  line.includes("\0") || (mayEscape && ESCAPED.test(line));
const ESCAPED = /\\u(?:0000|[dD])/;

/** Replaces what engines refuse by U+FFFD in a value; the raw bytes keep the truth. */
const clean = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\ufffd") : whole;
};

/** Cleans every value of an event whose values come from more than its line. */
export const cleanWhole = (event: { fields: Fields; hot: HotColumns }): void => cleanEvent("\0", event, false);

/** Cleans every value of an event, when its line gives reason to. mayEscape: it has the letters of a Unicode escape. */
export function cleanEvent(line: string, event: { fields: Fields; hot: HotColumns }, mayEscape: boolean): void {
  if (!isSuspect(line, mayEscape)) return;
  const hot: Record<string, string | number> = event.hot;
  for (const column in hot) {
    const value = hot[column];
    if (typeof value === "string" && value !== "") hot[column] = clean(value);
  }
  const { fields } = event;
  for (const name in fields) {
    const value = fields[name];
    const key = clean(name);
    if (key !== name) delete fields[name];
    if (typeof value === "string") fields[key] = clean(value);
    else if (Array.isArray(value)) fields[key] = value.map(cleanScalar);
    else if (value !== undefined) fields[key] = value;
  }
}

const cleanScalar = (value: FieldScalar): FieldScalar => (typeof value === "string" ? clean(value) : value);
