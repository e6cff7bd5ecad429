import type { SourceClock } from "./contract.ts";

/** Events with their own time, and received − time in milliseconds: 5th, 50th and 95th percentile. */
export type Lags = { readonly events: number; readonly lags: readonly (number | null)[] };

const MIN_EVENTS = 5;
/** Clocks kept by NTP stand well within; syslog times have whole seconds, so that an event seems up to a second older than it is. */
const AHEAD_MS = 2_000;
const BEHIND_MS = 60_000;
const HALF_HOUR_MS = 30 * 60_000;
/** How far from a whole half hour the quickest events of a wrong zone may be: the clock's own error and the delivery. */
const ZONE_MARGIN_MS = 2 * 60_000;
/** UTC−12 to UTC+14, read as any other. */
const MAX_ZONE_MS = 26 * 3_600_000;
/** Events that are spread wider than this were collected before they were sent: their time is not the time of sending. */
const STEADY_MS = 5 * 60_000;

/**
 * What the lag of a source's events tells of its clock. Delivery only ever adds to the lag, so that the quickest events (5th percentile) come
 * nearest to the difference of the clocks; one absurd time among twenty changes nothing. Undefined = too few events.
 */
export function clockOf({ events, lags: [quickest, median, slowest] }: Lags): SourceClock | undefined {
  if (events < MIN_EVENTS || quickest == null || median == null || slowest == null) return undefined;
  const offsetMs = Math.round(0 - quickest);
  const clock = { offsetMs, zoneMinutes: 0, events };
  const isSteady = median - quickest <= STEADY_MS;
  const zoneMs = Math.round(offsetMs / HALF_HOUR_MS) * HALF_HOUR_MS;
  const isZone = zoneMs !== 0 && Math.abs(zoneMs) <= MAX_ZONE_MS && Math.abs(offsetMs - zoneMs) <= ZONE_MARGIN_MS;
  // Late events happen to be half an hour late as well: only a steady stream tells. Nothing but a clock makes events come early.
  if (isZone && (isSteady || zoneMs > 0)) return { ...clock, verdict: "zone", zoneMinutes: zoneMs / 60_000 };
  if (offsetMs > AHEAD_MS) return { ...clock, verdict: "ahead" };
  if (quickest < BEHIND_MS) return { ...clock, verdict: "ok" };
  return { ...clock, verdict: isSteady ? "behind" : "late" };
}
