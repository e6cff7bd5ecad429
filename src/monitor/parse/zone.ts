/** Offsets remembered: a zone changes its offset a few times a year, so a quarter of an hour of one day is one entry. */
const MAX_REMEMBERED = 8_192;
const BUCKET_MS = 900_000;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const offsets = new Map<string, number>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  let format: Intl.DateTimeFormat | undefined;
  try {
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
  } catch {
    format = undefined; // an unknown name reads as UTC
  }
  if (formats.size > 512) formats.clear();
  formats.set(zone, format);
  return format;
}

/** Milliseconds that `zone` (IANA name or `+09:00`) is ahead of UTC at a UTC instant; 0 for an unknown zone. */
function zoneOffsetMs(zone: string, utcMs: number): number {
  const bucket = Math.floor(utcMs / BUCKET_MS);
  const key = `${zone} ${bucket}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = computeOffsetMs(zone, bucket * BUCKET_MS);
  if (offsets.size >= MAX_REMEMBERED) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function computeOffsetMs(zone: string, utcMs: number): number {
  const format = formatOf(zone);
  if (format === undefined || !(Math.abs(utcMs) < 8e15)) return 0;
  const part = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format.formatToParts(utcMs)) if (type in part) Object.assign(part, { [type]: +value });
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - utcMs;
}

let lastZone = "";
let lastBucket = Number.NaN;
let lastOffsetMs = 0;

/** UTC milliseconds of a wall clock in `zone`. `localMs` is the wall clock read as if it were UTC. */
export function localToUtcMs(localMs: number, zone: string): number {
  if (Number.isNaN(localMs)) return localMs;
  const bucket = Math.floor(localMs / BUCKET_MS);
  if (bucket === lastBucket && zone === lastZone) return localMs - lastOffsetMs;
  const guess = zoneOffsetMs(zone, localMs);
  lastOffsetMs = zoneOffsetMs(zone, localMs - guess);
  lastZone = zone;
  lastBucket = bucket;
  return localMs - lastOffsetMs;
}
