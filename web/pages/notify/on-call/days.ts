import type { Shift } from "../../../api/on-call.ts";
import { formatInstant, instantOfWallClock, wallClockOf, type Zone } from "../../../ui/clock.ts";

export type DayShift = { readonly shift: Shift; readonly from: string };
export type CalendarDay = { readonly day: string; readonly startMs: number; readonly shifts: readonly DayShift[] };

/** The days from today on the reader's clock, each with who is on call in it; `from` is the time of day when that begins, "" = from before. */
export function daysOf(shifts: readonly Shift[], zone: Zone, nowMs: number, count: number): CalendarDay[] {
  const today = wallClockOf(nowMs, zone).slice(0, 10);
  return Array.from({ length: count }, (_, i) => {
    const day = addDays(today, i);
    const startMs = instantOfWallClock(`${day}T00:00:00`, zone);
    const endMs = instantOfWallClock(`${addDays(day, 1)}T00:00:00`, zone);
    return {
      day,
      startMs,
      shifts: shifts
        .filter(({ startsAt, endsAt }) => Date.parse(startsAt) < endMs && Date.parse(endsAt) > startMs)
        .map((shift) => ({
          shift,
          // The list begins now, in the middle of a shift.
          from:
            shift !== shifts[0] && Date.parse(shift.startsAt) > startMs
              ? wallClockOf(shift.startsAt, zone).slice(11, 16)
              : "",
        })),
    };
  });
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const spanText = ({ startsAt, endsAt }: Shift, zone: Zone): string =>
  `${formatInstant(startsAt, zone)} – ${formatInstant(endsAt, zone)}`;
