import { zoneOffsetMs } from "../../kernel/zone.ts";
import { addMonths, dayText, isMidnight, localDay, startOfDay } from "./civil-day.ts";
import type { Period } from "./contract.ts";

/** Where a period is counted: the authority's clocks, and the days on which nobody works there. */
export type Place = { readonly zone: string; readonly isDayOff: (day: number) => boolean };
export type Deadline = {
  /** Exclusive: of a deadline at the end of a day, the first instant of the next. */
  readonly dueMs: number;
  /** The day at whose end it falls; null = a moment. */
  readonly lastDay: string | null;
  readonly movedFrom: string | null;
};

const HOUR_MS = 3_600_000;
/** More days off in a row than any calendar has. */
const MAX_DAYS_OFF = 400;

/** When a period that begins at `startMs` is over. Pure; every rule cites its article in `contract.ts` or here. */
export function deadlineOf(period: Period, startMs: number, place: Place): Deadline {
  switch (period.kind) {
    case "hours":
      return moment(hourStart(period.from, startMs, place.zone) + period.count * HOUR_MS);
    case "days":
      return endOf(lastOfDays(period, startMs, place), period.lastDay, place);
    case "working-days":
      return endOf(lastOfWorkingDays(period, startMs, place), "as-is", place);
    case "months":
      return endOf(lastOfMonths(period, startMs, place), period.lastDay, place);
  }
}

const moment = (dueMs: number): Deadline => ({ dueMs, lastDay: null, movedFrom: null });

/** Regulation 1182/71 Art. 3(1) and (2)(a): the hour of the event is not counted, also when it begins with it. */
function hourStart(from: "moment" | "next-full-hour", startMs: number, zone: string): number {
  if (from === "moment") return startMs;
  const into = (startMs + zoneOffsetMs(zone, startMs)) % HOUR_MS;
  return startMs - into + HOUR_MS;
}

type FirstDay = Extract<Period, { kind: "days" }>["firstDay"];
/** 民法140条: the first day is not counted, unless the period begins at midnight. */
const isFirstCounted = (rule: FirstDay, startMs: number, zone: string): boolean =>
  rule === "counted" || (rule === "civil-code" && isMidnight(startMs, zone));

function lastOfDays({ count, firstDay }: Extract<Period, { kind: "days" }>, startMs: number, { zone }: Place): number {
  return localDay(startMs, zone) + count - (isFirstCounted(firstDay, startMs, zone) ? 1 : 0);
}

function lastOfWorkingDays(
  { count, firstDay }: Extract<Period, { kind: "working-days" }>,
  startMs: number,
  { zone, isDayOff }: Place,
): number {
  let day = localDay(startMs, zone) - (isFirstCounted(firstDay, startMs, zone) ? 1 : 0);
  let left = count;
  for (let looked = 0; left > 0 && looked < count * 7 + MAX_DAYS_OFF; looked += 1) {
    day += 1;
    if (!isDayOff(day)) left -= 1;
  }
  return day;
}

function lastOfMonths({ count, law }: Extract<Period, { kind: "months" }>, startMs: number, { zone }: Place): number {
  const known = localDay(startMs, zone);
  // Regulation 1182/71 Art. 3(2)(c): the same date as the day from which the period runs, or the month's last day.
  if (law === "eu-1182") return addMonths(known, count).day;
  // 民法143条2項: the day before the date that answers to the first counted day, or the month's last day without such a date.
  const first = isMidnight(startMs, zone) ? known : known + 1;
  const { day, hasDate } = addMonths(first, count);
  return hasDate ? day - 1 : day;
}

/** 民法142条, 行政機関の休日に関する法律2条, Regulation 1182/71 Art. 3(4): a last day off moves to the next working day. */
function endOf(last: number, rule: "as-is" | "next-working-day", { zone, isDayOff }: Place): Deadline {
  let day = last;
  if (rule === "next-working-day") while (isDayOff(day) && day < last + MAX_DAYS_OFF) day += 1;
  return {
    dueMs: startOfDay(day + 1, zone),
    lastDay: dayText(day),
    movedFrom: day === last ? null : dayText(last),
  };
}
