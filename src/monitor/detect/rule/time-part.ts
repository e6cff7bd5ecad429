export const TIME_PARTS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** Least and greatest value; a year may be any whole number. Weeks are ISO 8601's, so there are years with a 53rd. */
const RANGES: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [-Infinity, Infinity],
};

export function isPossible(part: TimePart, value: number): boolean {
  const [least, greatest] = RANGES[part];
  return Number.isInteger(value) && value >= least && value <= greatest;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)? ?(?:Z|UTC|([+-]\d{2}):?(\d{2}))?$/i;
/** Numbers from here on are milliseconds since 1970, smaller ones seconds: as seconds it would be the year 5138. */
const FIRST_MILLISECONDS = 1e11;
const DAY_MS = 86_400_000;

/**
 * A part of an instant written as ISO 8601 (a space instead of `T` is fine, no zone means UTC) or as seconds or milliseconds
 * since 1970. Always UTC; week is the ISO week, 1-53. Undefined when the text is no instant.
 */
export function timePart(text: string, part: TimePart): number | undefined {
  const ms = readInstant(text.trim());
  if (ms === undefined) return undefined;
  const date = new Date(ms);
  if (part === "minute") return date.getUTCMinutes();
  if (part === "hour") return date.getUTCHours();
  if (part === "day") return date.getUTCDate();
  if (part === "month") return date.getUTCMonth() + 1;
  if (part === "year") return date.getUTCFullYear();
  return isoWeek(ms);
}

function readInstant(text: string): number | undefined {
  if (/^\d{9,14}(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    return number < FIRST_MILLISECONDS ? number * 1000 : number;
  }
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined;
  const zoneHours = Number(match[7] ?? 0);
  const zoneMinutes = Number(match[8] ?? 0) * (match[7]?.startsWith("-") ? -1 : 1);
  return Date.UTC(year, month - 1, day, hour, minute, second) - (zoneHours * 60 + zoneMinutes) * 60_000;
}

/** ISO 8601: the week of a day is the week of its Thursday. */
function isoWeek(ms: number): number {
  const weekday = (new Date(ms).getUTCDay() + 6) % 7;
  const thursday = ms + (3 - weekday) * DAY_MS;
  const newYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - newYear) / (7 * DAY_MS));
}
