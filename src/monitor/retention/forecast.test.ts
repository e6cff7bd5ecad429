import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { fullInDays, perDayOf, type Stock, sizeIn, steadySize, totalIn } from "./forecast.ts";

const days = (from: number, to: number, bytes: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ ageDays: from + i, bytes }));
const stock = (over: Partial<Stock>): Stock => ({ held: days(-1, 8, 100), perDay: 100, keepDays: undefined, ...over });

describe("What events will take on disk", () => {
  test.each<[string, Stock, number, number]>([
    ["today: what is there", stock({}), 0, 1_000],
    ["kept for ever: grows by what arrives", stock({}), 30, 4_000],
    ["kept 30 days: 31 days of receipt at most, today's among them", stock({ keepDays: 30 }), 365, 3_100],
    ["kept 5 days: older days go at once", stock({ keepDays: 5 }), 0, 600],
    ["nothing arrives any more: it runs out", stock({ perDay: 0, keepDays: 5 }), 10, 0],
    ["a rate that is not known adds nothing", stock({ perDay: undefined }), 30, 1_000],
  ])("%s", (_, given, inDays, expected) => expect(sizeIn(inDays, given)).toBe(expected));

  it("comes to rest where the policy has an end, whatever was there before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(1_000),
        fc.array(fc.record({ ageDays: fc.integer({ min: -1, max: 500 }), bytes: fc.nat(1_000) })),
        (keepDays, perDay, held) => {
          const given = { keepDays, perDay, held };
          expect(sizeIn(keepDays + 1, given)).toBe(steadySize(given));
          expect(sizeIn(3_000, given)).toBe(steadySize(given));
        },
      ),
    );
  });

  it("has no end where events are kept for ever and more arrive", () => {
    expect(steadySize(stock({}))).toBeUndefined();
    expect(steadySize(stock({ perDay: 0 }))).toBe(1_000);
  });

  it("says on which day growth has used up the disk, over all sources together", () => {
    const two = [stock({}), stock({ perDay: 50, keepDays: 400 })];
    expect(fullInDays(two, 1_499)).toBe(10);
    expect(totalIn(10, two) - totalIn(0, two)).toBe(1_500);
    expect(fullInDays([stock({ keepDays: 30 })], 2_100)).toBeUndefined();
  });
});

describe("What arrives a day", () => {
  const today = { sinceMs: 0, nowMs: 6 * 3_600_000 };
  test.each<[string, { ageDays: number; bytes: number }[], number | undefined]>([
    [
      "the median of seven whole days, the day it began and today left out",
      [{ ageDays: -1, bytes: 1 }, ...days(0, 6, 100), { ageDays: 7, bytes: 3 }],
      100,
    ],
    ["one wild day changes nothing", [...days(0, 2, 100), { ageDays: 3, bytes: 1e9 }, { ageDays: 4, bytes: 5 }], 100],
    [
      "silent days count as none",
      [
        { ageDays: 6, bytes: 700 },
        { ageDays: 0, bytes: 700 },
      ],
      0,
    ],
    ["before the first whole day, today's at its pace", [{ ageDays: -1, bytes: 25 }], 100],
    ["nothing yet", [], undefined],
  ])("%s", (_, given, expected) => expect(perDayOf(given, today)).toBe(expected));

  it("is not guessed from less than an hour", () => {
    expect(perDayOf([{ ageDays: -1, bytes: 25 }], { sinceMs: 0, nowMs: 3_599_999 })).toBeUndefined();
  });
});
