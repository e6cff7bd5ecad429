import { wallToUtcMs, zoneOffsetMs } from "../../kernel/zone.ts";

/** Days of the calendar as numbers: whole days since 1970-01-01, so that adding a day is adding one. */
const DAY_MS = 86_400_000;

export const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / DAY_MS;
export const parseDay = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** 0 = Sunday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;
export const isWeekend = (day: number): boolean => weekdayOf(day) === 0 || weekdayOf(day) === 6;

export function partsOf(day: number): { year: number; month: number; date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

/** The same date some months later, or the last day of that month when it has no such date. */
export function addMonths(day: number, months: number): { readonly day: number; readonly hasDate: boolean } {
  const { year, month, date } = partsOf(day);
  const last = dayOf(year, month + months + 1, 1) - 1;
  const wanted = dayOf(year, month + months, date);
  return wanted <= last ? { day: wanted, hasDate: true } : { day: last, hasDate: false };
}

export const localDay = (instantMs: number, zone: string): number =>
  Math.floor((instantMs + zoneOffsetMs(zone, instantMs)) / DAY_MS);

export const isMidnight = (instantMs: number, zone: string): boolean =>
  (instantMs + zoneOffsetMs(zone, instantMs)) % DAY_MS === 0;

/** The first instant of a day, also where the clocks change at midnight. */
export const startOfDay = (day: number, zone: string): number => wallToUtcMs(zone, day * DAY_MS);
