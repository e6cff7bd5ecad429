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

const formats = new Map<string, Intl.DateTimeFormat>();
function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const two = "2-digit" as const;
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  return format;
}

/** How far the zone's clocks are ahead of UTC at the instant, milliseconds. */
export function offsetMs(instantMs: number, zone: string): number {
  const read: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(instantMs)) read[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}

export const localDay = (instantMs: number, zone: string): number =>
  Math.floor((instantMs + offsetMs(instantMs, zone)) / DAY_MS);

export const isMidnight = (instantMs: number, zone: string): boolean =>
  (instantMs + offsetMs(instantMs, zone)) % DAY_MS === 0;

/** The first instant of a day, also where the clocks change at midnight. */
export function startOfDay(day: number, zone: string): number {
  const asUtc = day * DAY_MS;
  const candidates = [asUtc - offsetMs(asUtc - DAY_MS, zone), asUtc - offsetMs(asUtc + DAY_MS, zone)];
  const [first] = candidates.filter((at) => localDay(at, zone) === day).sort((a, b) => a - b);
  return first ?? asUtc - offsetMs(asUtc, zone);
}
