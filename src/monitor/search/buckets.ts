import { wallToUtcMs, zoneOffsetMs } from "../../kernel/zone.ts";
import { MAX_BUCKETS } from "./contract.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people read without calculating. */
const WIDTHS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
];
/** 1970-01-05 was a Monday: weeks begin there. */
const MONDAY_MS = 4 * DAY;

export type Buckets = {
  readonly widthMs: number;
  /** Ascending instants; bucket i is [edges[i], edges[i + 1]). The first holds `fromMs`, the last ends at or after `toMs`. */
  readonly edges: readonly number[];
};

/** At most MAX_BUCKETS buckets whose edges stand at round times on the viewer's clock, clock changes included. */
export function bucketsOf(fromMs: number, toMs: number, timeZone: string): Buckets {
  // One bucket is lost where the range begins in the middle of it.
  const widthMs = WIDTHS.find((width) => (toMs - fromMs) / width <= MAX_BUCKETS - 1) ?? 91 * DAY;
  const origin = widthMs >= 7 * DAY ? MONDAY_MS : 0;
  const wallFrom = fromMs + zoneOffsetMs(timeZone, fromMs);
  const first = Math.floor((wallFrom - origin) / widthMs) * widthMs + origin;
  // Below a day clock changes are a multiple of the width or next to it; edges step in real time from the first.
  const edgeAt =
    widthMs >= 2 * HOUR
      ? (i: number) => wallToUtcMs(timeZone, first + i * widthMs)
      : (i: number) => fromMs - (wallFrom - first) + i * widthMs;
  const edges: number[] = [];
  for (let i = 0; edges.length === 0 || (edges.at(-1) ?? 0) < toMs; i += 1) {
    const edge = edgeAt(i);
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return { widthMs, edges };
}
