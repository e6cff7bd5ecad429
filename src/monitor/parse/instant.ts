import { localToUtcMs } from "./zone.ts";

const DAY_MS = 86_400_000;
/** 2200-01-01T00:00:00Z: a log that claims a later time is wrong, and partitions by day must not follow it. */
export const LATEST_MS = 7_258_118_400_000;

/** Days from 1970-01-01 to a Gregorian date. Source: Hinnant, chrono-compatible low-level date algorithms. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export type Civil = { year: number; month: number; day: number; hour: number; minute: number; second: number };

/** UTC milliseconds of a date and time of day; NaN when there is no such moment. A leap second counts as the next one. */
export function civilMs(at: Civil): number {
  const { year, month, day, hour, minute, second } = at;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const days = month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (day > days) return Number.NaN;
  return daysFromCivil(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

/** The number in the `width` digits at `at`, or -1. */
export function digitsAt(text: string, at: number, width: number): number {
  let value = 0;
  for (let i = at; i < at + width; i += 1) {
    const c = text.charCodeAt(i) - 48;
    if (!(c >= 0 && c <= 9)) return -1;
    value = value * 10 + c;
  }
  return value;
}

/** A time that was read: UTC milliseconds (or NaN) and where reading stopped. */
export type TimeRead = { ms: number; end: number };

/**
 * Reads an ISO 8601 / RFC 3339 date and time at `at`: `T` or a space between, `-` or `/` in the date, 1–9 digits of fraction
 * after `.` or `,`, and `Z`, `±hh`, `±hhmm` or `±hh:mm`. Without an offset the time is local to `zone`, else UTC.
 * Returns undefined when there is no such text; ms is NaN when the text names no real moment.
 */
export function readIso(text: string, at: number, zone: string): TimeRead | undefined {
  const separator = text.charCodeAt(at + 4);
  if (separator !== 45 && separator !== 47) return undefined;
  const between = text.charCodeAt(at + 10) | 32;
  if (text.charCodeAt(at + 7) !== separator || (between !== 116 && between !== 32)) return undefined;
  if (text.charCodeAt(at + 13) !== 58 || text.charCodeAt(at + 16) !== 58) return undefined;
  const year = digitsAt(text, at, 4);
  const month = digitsAt(text, at + 5, 2);
  const day = digitsAt(text, at + 8, 2);
  const hour = digitsAt(text, at + 11, 2);
  const minute = digitsAt(text, at + 14, 2);
  const second = digitsAt(text, at + 17, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return undefined;
  const local = civilMs({ year, month, day, hour, minute, second });
  return finishTime(text, at + 19, { local, zone });
}

/** Reads what follows the seconds: fraction and offset, or ` UTC`. */
export function finishTime(text: string, at: number, base: { local: number; zone: string }): TimeRead {
  let end = at;
  let ms = base.local;
  const mark = text.charCodeAt(end);
  if (mark === 46 || mark === 44) {
    let scale = 100;
    let digit = text.charCodeAt(end + 1) - 48;
    if (digit >= 0 && digit <= 9) {
      end += 1;
      while (digit >= 0 && digit <= 9) {
        if (scale >= 1) ms += digit * scale;
        scale /= 10;
        end += 1;
        digit = text.charCodeAt(end) - 48;
      }
    }
  }
  const sign = text.charCodeAt(end);
  if (sign === 90 || sign === 122) return { ms, end: end + 1 };
  if (sign === 43 || sign === 45) {
    const offset = readOffset(text, end);
    if (offset !== undefined) return { ms: ms - offset.ms, end: offset.end };
  }
  if (sign === 32 && UTC_NAMES.has(text.slice(end + 1, end + 4)) && !/[\w+-]/.test(text.charAt(end + 4)))
    return { ms, end: end + 4 };
  return { ms: base.zone === "" ? ms : localToUtcMs(ms, base.zone), end };
}

/** Of all zones' abbreviations only these mean one zone each. */
const UTC_NAMES = new Set(["UTC", "GMT"]);

/** Reads `±hh`, `±hhmm` or `±hh:mm` at `at`. */
export function readOffset(text: string, at: number): TimeRead | undefined {
  const hours = digitsAt(text, at + 1, 2);
  if (hours < 0 || hours > 18) return undefined;
  let end = at + 3;
  const minutesAt = text.charCodeAt(end) === 58 ? end + 1 : end;
  let minutes = digitsAt(text, minutesAt, 2);
  if (minutes >= 0 && minutes < 60) end = minutesAt + 2;
  else minutes = 0;
  const ms = (hours * 60 + minutes) * 60_000;
  return { ms: text.charCodeAt(at) === 45 ? -ms : ms, end };
}

/** An epoch in seconds, milliseconds, microseconds or nanoseconds, told apart by size: each covers 1973 to 5138. */
export function epochToMs(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return Math.round(value * 1000);
  if (size < 1e14) return Math.round(value);
  if (size < 1e17) return Math.floor(value / 1000);
  return Math.floor(value / 1_000_000 + 0.001); // a double holds nanoseconds only to some hundreds
}

const EPOCH_TEXT = /^-?\d{1,19}(?:\.\d{1,9})?$/;

/**
 * UTC milliseconds of a time as logs write them: ISO text, epoch number or epoch text, `10/Oct/2000:13:55:36 -0700`,
 * `Oct 12 2023 10:11:12`. NaN when unreadable. zone: IANA name for text without an offset, "" for UTC.
 */
export function toInstantMs(value: unknown, zone: string): number {
  if (typeof value === "number") return epochToMs(value);
  if (typeof value !== "string" || value.length < 8 || value.length > 64) return Number.NaN;
  const iso = readIso(value, 0, zone);
  if (iso !== undefined) return iso.ms;
  if (EPOCH_TEXT.test(value)) return epochToMs(Number(value));
  const named = readApacheTime(value, 0, zone) ?? readMonthFirst(value, 0, { zone, nearMs: Number.NaN });
  return named?.ms ?? readDayAndMonth(value, zone);
}

const DAY_AND_MONTH = /^(\d{1,2})([/.])(\d{1,2})[/.](\d{4})[ T,]{1,2}(\d{1,2}):(\d\d):(\d\d)/;

/**
 * `23.11.2026 10:00:00` is day first; `23/11/2026` and `11/23/2026` are told apart by the number past 12. `05/06/2026` may be either: NaN.
 */
function readDayAndMonth(text: string, zone: string): number {
  const [all = "", one, mark, two, year, hour, minute, second] = DAY_AND_MONTH.exec(text) ?? [];
  const [first, last] = [Number(one), Number(two)];
  if (all === "" || (mark === "/" && first <= 12 && last <= 12 && first !== last)) return Number.NaN;
  const isDayFirst = mark === "." || first > 12;
  const date = { year: Number(year), month: isDayFirst ? last : first, day: isDayFirst ? first : last };
  const local = civilMs({ ...date, hour: Number(hour), minute: Number(minute), second: Number(second) });
  return finishTime(text, all.length, { local, zone }).ms;
}

/** 1–12 for the English month name's three letters at `at`, any letter case; 0 when there is none. */
export function monthAt(text: string, at: number): number {
  const a = text.charCodeAt(at) | 32;
  const b = text.charCodeAt(at + 1) | 32;
  const c = text.charCodeAt(at + 2) | 32;
  switch ((a << 16) | (b << 8) | c) {
    case 0x6a616e:
      return 1;
    case 0x666562:
      return 2;
    case 0x6d6172:
      return 3;
    case 0x617072:
      return 4;
    case 0x6d6179:
      return 5;
    case 0x6a756e:
      return 6;
    case 0x6a756c:
      return 7;
    case 0x617567:
      return 8;
    case 0x736570:
      return 9;
    case 0x6f6374:
      return 10;
    case 0x6e6f76:
      return 11;
    case 0x646563:
      return 12;
    default:
      return 0;
  }
}

/** Reads `10/Oct/2000:13:55:36 -0700` (Common Log Format) or BIND's `10-Oct-2000 13:55:36.123` at `start`. */
export function readApacheTime(text: string, start: number, zone: string): TimeRead | undefined {
  const isShort = text.charCodeAt(start + 1) === 47; // `1/Oct/2000`, by hand-made formats
  const at = isShort ? start - 1 : start;
  const month = monthAt(text, at + 3);
  if (month === 0) return undefined;
  const day = isShort ? digitsAt(text, start, 1) : digitsAt(text, at, 2);
  const year = digitsAt(text, at + 7, 4);
  const hour = digitsAt(text, at + 12, 2);
  const minute = digitsAt(text, at + 15, 2);
  const second = digitsAt(text, at + 18, 2);
  if (day < 0 || year < 0 || hour < 0 || minute < 0 || second < 0) return undefined;
  const local = civilMs({ year, month, day, hour, minute, second });
  const sign = text.charCodeAt(at + 21);
  const hasSpaceOffset = text.charCodeAt(at + 20) === 32 && (sign === 43 || sign === 45);
  return finishTime(text, hasSpaceOffset ? at + 21 : at + 20, { local, zone });
}

/**
 * Reads `Oct  3 14:05:06`, with an optional year (`Oct 3 2024 14:05:06`), fraction and offset.
 * Without a year (RFC 3164 has none), the latest one that is not after `nearMs`, give or take a wrong clock.
 */
export function readMonthFirst(
  text: string,
  at: number,
  context: { zone: string; nearMs: number },
): TimeRead | undefined {
  const month = monthAt(text, at);
  if (month === 0) return undefined;
  let i = at + 3;
  while (text.charCodeAt(i) === 32 && i < at + 6) i += 1;
  let day = digitsAt(text, i, 2);
  if (day >= 0) i += 2;
  else {
    day = digitsAt(text, i, 1);
    i += 1;
  }
  if (text.charCodeAt(i) === 44) i += 1;
  if (day < 1 || text.charCodeAt(i) !== 32) return undefined;
  i += 1;
  let year = digitsAt(text, i, 4);
  if (year >= 0 && text.charCodeAt(i + 4) === 32) i += 5;
  else year = -1;
  if (text.charCodeAt(i + 2) !== 58 || text.charCodeAt(i + 5) !== 58) return undefined;
  const hour = digitsAt(text, i, 2);
  const minute = digitsAt(text, i + 3, 2);
  const second = digitsAt(text, i + 6, 2);
  if (hour < 0 || minute < 0 || second < 0) return undefined;
  const moment = { year, month, day, hour, minute, second };
  const local = year >= 0 ? civilMs(moment) : nearestYearMs(moment, context.nearMs);
  return finishTime(text, i + 8, { local, zone: context.zone });
}

/** A device's clock may be ahead by this much; a time further in the future is last year's. */
const MAX_AHEAD_MS = 7 * DAY_MS;

/** The latest year that does not put the time into the future: files from months ago are imported, logs from next spring are not. */
function nearestYearMs(moment: Civil, nearMs: number): number {
  const thisYear = new Date(nearMs).getUTCFullYear();
  for (let year = thisYear + 1; year >= thisYear - 8; year -= 1) {
    moment.year = year;
    const ms = civilMs(moment);
    if (ms <= nearMs + MAX_AHEAD_MS) return ms;
  }
  return Number.NaN;
}
