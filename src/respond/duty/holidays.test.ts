import { describe, expect, it, test } from "vitest";
import { dayOf, dayText, isWeekend } from "./civil-day.ts";
import { dayOffTest } from "./holidays.ts";

/** As the Cabinet Office published them (国民の祝日について), 振替休日 and 国民の休日 included. */
const PUBLISHED: Readonly<Record<number, string>> = {
  2019: "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
  2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
  2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
  2023: "1/1 1/2 1/9 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/23 10/9 11/3 11/23",
  2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
  2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
  2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
};

const yearOf = (year: number): number[] =>
  Array.from({ length: dayOf(year + 1, 1, 1) - dayOf(year, 1, 1) }, (_, at) => dayOf(year, 1, 1) + at);
const short = (day: number): string => dayText(day).slice(5).split("-").map(Number).join("/");

describe("Days off in Japan", () => {
  test.each(Object.entries(PUBLISHED))(
    "in %s are weekends and the published holidays, and no other day",
    (year, list) => {
      const isDayOff = dayOffTest("jp-business");
      const holidays = list.split(" ");
      for (const day of yearOf(Number(year)))
        expect(isDayOff(day), dayText(day)).toBe(isWeekend(day) || holidays.includes(short(day)));
    },
  );

  it("of government offices go from 29 December to 3 January", () => {
    const isDayOff = dayOffTest("jp-government");
    const days = [28, 29, 30, 31].map((date) => dayOf(2026, 12, date));
    expect(days.map(isDayOff)).toEqual([false, true, true, true]);
    // 2027-01-04 is a Monday.
    expect([1, 2, 3, 4].map((date) => isDayOff(dayOf(2027, 1, date)))).toEqual([true, true, true, false]);
  });

  it("have a day between two holidays in September 2026 and 2032", () => {
    const isDayOff = dayOffTest("jp-business");
    expect([dayOf(2026, 9, 22), dayOf(2032, 9, 21)].map(isDayOff)).toEqual([true, true]);
  });
});

describe("Other days off", () => {
  it("in Belgium follow Easter", () => {
    const isDayOff = dayOffTest("be");
    const days = [dayOf(2026, 4, 6), dayOf(2026, 5, 14), dayOf(2026, 5, 25), dayOf(2025, 4, 21), dayOf(2026, 4, 7)];
    expect(days.map(isDayOff)).toEqual([true, true, true, true, false]);
  });

  it("are those that somebody entered, whatever the calendar", () => {
    expect(dayOffTest("none", ["2026-12-28"])(dayOf(2026, 12, 28))).toBe(true);
    expect(dayOffTest("none")(dayOf(2026, 12, 27))).toBe(false);
  });
});
