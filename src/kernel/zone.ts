const formats = new Map<string, Intl.DateTimeFormat>();
/** There are some 600 names, but each may be written in any case. */
const MAX_FORMATS = 1_000;

/** Is it an IANA time zone this runtime knows? */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** How far the zone's clocks are ahead of UTC at that instant, in milliseconds. */
export function zoneOffsetMs(zone: string, utcMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(utcMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000;
}

/** The instant at which the zone's clocks show this wall time (given as if it were UTC), as `readWallMs` says. */
export const wallToUtcMs = (zone: string, wallMs: number): number =>
  readWallMs(wallMs, (utcMs) => zoneOffsetMs(zone, utcMs));

const DAY_MS = 86_400_000;

/**
 * The instant of a wall time by a zone's offsets, all in milliseconds. Of an hour that clocks show twice the first one; in one that they
 * skip, as long after the gap as the wall time is after its beginning. Clocks change once within two days at most.
 */
export function readWallMs(wallMs: number, offsetAt: (utcMs: number) => number): number {
  const before = wallMs - offsetAt(wallMs - DAY_MS);
  const after = wallMs - offsetAt(wallMs + DAY_MS);
  if (before === after) return before;
  const shows = (utcMs: number): boolean => utcMs + offsetAt(utcMs) === wallMs;
  const found = [before, after].filter(shows);
  return found.length === 0 ? before : Math.min(...found);
}

/** `2026/11/22 21:10:05`, as spreadsheets read a time: what the zone's clocks show at an instant. */
export function localTime(instant: string | Date, zone: string): string {
  const utcMs = new Date(instant).getTime();
  return new Date(utcMs + zoneOffsetMs(zone, utcMs)).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}

/** `2026/11/22 21:10:05 (Asia/Tokyo)`: one time that stands by itself. */
export const zonedTime = (instant: string | Date, zone: string): string => `${localTime(instant, zone)} (${zone})`;

/** `2026/11/22 21:10:05 – 2026/11/23 21:10:05 (Asia/Tokyo)` */
export const zonedRange = ({ from, to }: { readonly from: string; readonly to: string }, zone: string): string =>
  `${localTime(from, zone)} – ${zonedTime(to, zone)}`;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(zone, format);
  }
  return format;
}
