import { dayOf, isWeekend, parseDay, partsOf, weekdayOf } from "./civil-day.ts";
import type { EntryContent } from "./contract.ts";

/**
 * Days off by calendar, 2016–2099. Japan: 国民の祝日に関する法律 with 振替休日 and 国民の休日; the equinoxes are computed, and
 * fixed for certain only by the gazette of the February before. Belgium: the ten legal holidays.
 */
type Calendar = EntryContent["calendar"];

const years = new Map<string, ReadonlySet<number>>();
const cached = (key: string, make: () => Set<number>): ReadonlySet<number> => {
  const known = years.get(key) ?? make();
  years.set(key, known);
  return known;
};

/** True on days on which that calendar's offices are closed. `own`: further days off. */
export function dayOffTest(calendar: Calendar, own: readonly string[] = []): (day: number) => boolean {
  const extra = new Set(own.map(parseDay));
  if (calendar === "none") return (day) => extra.has(day);
  return (day) => extra.has(day) || isWeekend(day) || isHoliday(calendar, day);
}

function isHoliday(calendar: Exclude<Calendar, "none">, day: number): boolean {
  const { year, month, date } = partsOf(day);
  if (calendar === "weekends") return false;
  if (calendar === "be") return cached(`be${year}`, () => belgianHolidays(year)).has(day);
  // 行政機関の休日に関する法律1条1項3号: 29 December to 3 January.
  if (calendar === "jp-government" && ((month === 12 && date >= 29) || (month === 1 && date <= 3))) return true;
  return cached(`jp${year}`, () => japaneseHolidays(year)).has(day);
}

const nthMonday = (year: number, month: number, nth: number): number => {
  const first = dayOf(year, month, 1);
  return first + ((8 - weekdayOf(first)) % 7) + (nth - 1) * 7;
};
/** Valid 1980–2099. */
const equinox = (year: number, base: number): number =>
  Math.floor(base + 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4));

/** 海の日, 山の日 and スポーツの日 were moved for the Olympic Games. */
const MOVED: Readonly<Record<number, readonly [month: number, date: number][]>> = {
  2020: [
    [7, 23],
    [7, 24],
    [8, 10],
  ],
  2021: [
    [7, 22],
    [7, 23],
    [8, 8],
  ],
};

function japaneseHolidays(year: number): Set<number> {
  const named = new Set([
    ...[dayOf(year, 1, 1), nthMonday(year, 1, 2), dayOf(year, 2, 11), dayOf(year, 3, equinox(year, 20.8431))],
    ...[dayOf(year, 4, 29), dayOf(year, 5, 3), dayOf(year, 5, 4), dayOf(year, 5, 5)],
    ...[nthMonday(year, 9, 3), dayOf(year, 9, equinox(year, 23.2488)), dayOf(year, 11, 3), dayOf(year, 11, 23)],
    ...(MOVED[year]?.map(([month, date]) => dayOf(year, month, date)) ?? [
      nthMonday(year, 7, 3),
      dayOf(year, 8, 11),
      nthMonday(year, 10, 2),
    ]),
    ...(year >= 2020 ? [dayOf(year, 2, 23)] : year <= 2018 ? [dayOf(year, 12, 23)] : []),
    // 天皇の即位の日 and 即位礼正殿の儀の行われる日.
    ...(year === 2019 ? [dayOf(2019, 5, 1), dayOf(2019, 10, 22)] : []),
  ]);
  const all = new Set(named);
  // 3条2項: a holiday on a Sunday makes the next day that is none a day off.
  for (const day of named) {
    if (weekdayOf(day) !== 0) continue;
    let next = day + 1;
    while (named.has(next)) next += 1;
    all.add(next);
  }
  // 3条3項: a day between two holidays is a day off.
  for (const day of named) if (named.has(day + 2) && !named.has(day + 1)) all.add(day + 1);
  return all;
}

/** Gauss's Easter in the form of Meeus, Jones and Butcher. */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return dayOf(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

function belgianHolidays(year: number): Set<number> {
  const sunday = easter(year);
  return new Set([
    ...[dayOf(year, 1, 1), sunday + 1, dayOf(year, 5, 1), sunday + 39, sunday + 50],
    ...[dayOf(year, 7, 21), dayOf(year, 8, 15), dayOf(year, 11, 1), dayOf(year, 11, 11), dayOf(year, 12, 25)],
  ]);
}
