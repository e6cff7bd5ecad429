import { wallToUtcMs, zoneOffsetMs } from "../../kernel/zone.ts";
import type { Preferences } from "./contract.ts";

const DAY_MS = 86_400_000;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The first instant after `afterMs` at which the zone's clocks show that time of day ("09:00"). */
export function nextTimeOfDay(time: string, zone: string, afterMs: number): number {
  const today = Math.floor((afterMs + zoneOffsetMs(zone, afterMs)) / DAY_MS);
  for (let day = today; ; day += 1) {
    const at = wallToUtcMs(zone, day * DAY_MS + minutesOf(time) * 60_000);
    if (at > afterMs) return at;
  }
}

/** Whether the zone's clocks show a time from `from` up to `to`, over midnight when `to` is earlier. The same twice is the whole day. */
export function isQuiet(
  { from, to }: { readonly from: string; readonly to: string },
  zone: string,
  atMs: number,
): boolean {
  const wall = (((atMs + zoneOffsetMs(zone, atMs)) % DAY_MS) + DAY_MS) % DAY_MS;
  const now = Math.floor(wall / 60_000);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** When a mail to that person may go out, epoch milliseconds. A digest that falls into quiet hours waits for their end too. */
export function dueAtMs(
  preferences: Pick<Preferences, "quiet" | "zone" | "digestAt">,
  matter: { readonly isUrgent: boolean; readonly timing: "now" | "digest" },
  nowMs: number,
): number {
  if (matter.isUrgent) return nowMs;
  const { quiet, zone, digestAt } = preferences;
  const wanted = matter.timing === "digest" ? nextTimeOfDay(digestAt, zone, nowMs) : nowMs;
  return quiet !== null && isQuiet(quiet, zone, wanted) ? nextTimeOfDay(quiet.to, zone, wanted) : wanted;
}
