import { isTimeZone, zoneOffsetMs as offsetOf, readWallMs } from "../../kernel/zone.ts";

/** Offsets remembered: a zone changes its offset a few times a year, so a quarter of an hour of one day is one entry. */
const MAX_REMEMBERED = 8_192;
const BUCKET_MS = 900_000;

const offsets = new Map<string, number>();

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

/** An unknown name reads as UTC. */
const computeOffsetMs = (zone: string, utcMs: number): number =>
  Math.abs(utcMs) < 8e15 && isTimeZone(zone) ? offsetOf(zone, utcMs) : 0;

let lastZone = "";
let lastBucket = Number.NaN;
let lastOffsetMs = 0;

/** UTC milliseconds of a wall clock in `zone`. `localMs` is the wall clock read as if it were UTC. */
export function localToUtcMs(localMs: number, zone: string): number {
  if (Number.isNaN(localMs)) return localMs;
  const bucket = Math.floor(localMs / BUCKET_MS);
  if (bucket === lastBucket && zone === lastZone) return localMs - lastOffsetMs;
  lastOffsetMs = localMs - readWallMs(localMs, (utcMs) => zoneOffsetMs(zone, utcMs));
  lastZone = zone;
  lastBucket = bucket;
  return localMs - lastOffsetMs;
}
