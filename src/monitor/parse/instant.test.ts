import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { epochToMs, readMonthFirst, toInstantMs } from "./instant.ts";

const iso = (ms: number): string => (Number.isNaN(ms) ? "" : new Date(ms).toISOString());

describe("Reading a time", () => {
  test.each([
    ["2026-11-23T10:00:00Z", "", "2026-11-23T10:00:00.000Z"],
    ["2026-11-23T10:00:00.123456789Z", "", "2026-11-23T10:00:00.123Z"],
    ["2026-11-23T10:00:00.1+09:00", "", "2026-11-23T01:00:00.100Z"],
    ["2026-11-23 10:00:00,250 +0900", "", "2026-11-23T10:00:00.250Z"],
    ["2026-11-23T10:00:00-0330", "", "2026-11-23T13:30:00.000Z"],
    ["2020-10-21 12:19:01.088", "", "2020-10-21T12:19:01.088Z"],
    ["2026/11/23 10:00:00", "Asia/Tokyo", "2026-11-23T01:00:00.000Z"],
    ["2026-07-01 10:00:00", "America/New_York", "2026-07-01T14:00:00.000Z"],
    ["2026-12-01 10:00:00", "America/New_York", "2026-12-01T15:00:00.000Z"],
    ["2026-11-23 10:00:00", "No/Such_Zone", "2026-11-23T10:00:00.000Z"],
    ["10/Oct/2000:13:55:36 -0700", "", "2000-10-10T20:55:36.000Z"],
    ["Oct 12 2023 10:11:12", "", "2023-10-12T10:11:12.000Z"],
    ["1795999999", "", "2026-11-30T00:53:19.000Z"],
    ["1795999999586", "", "2026-11-30T00:53:19.586Z"],
    ["1795999999.586", "", "2026-11-30T00:53:19.586Z"],
    [1_795_999_999_586_000, "", "2026-11-30T00:53:19.586Z"],
    [1_795_999_999_586_000_000, "", "2026-11-30T00:53:19.586Z"],
    ["2016-12-31T23:59:60Z", "", "2017-01-01T00:00:00.000Z"],
    ["2026-11-23 10:00:00 UTC", "Asia/Tokyo", "2026-11-23T10:00:00.000Z"],
    ["2026-11-23 10:00:00.250 GMT", "Asia/Tokyo", "2026-11-23T10:00:00.250Z"],
    ["Nov 23 2026 10:00:00 UTC", "Asia/Tokyo", "2026-11-23T10:00:00.000Z"],
    ["2026-11-23 10:00:00 UTCX", "Asia/Tokyo", "2026-11-23T01:00:00.000Z"],
    ["2026-02-29T10:00:00Z", "", ""],
    ["2026-13-01T10:00:00Z", "", ""],
    ["2026-11-23T25:00:00Z", "", ""],
    ["yesterday", "", ""],
    [true, "", ""],
  ])("%j in zone %j is %s", (value, zone, expected) => expect(iso(toInstantMs(value, zone))).toBe(expected));

  it("agrees with Date on every ISO instant of four centuries", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1800-01-01"), max: new Date("2200-01-01"), noInvalidDate: true }),
        (date) => {
          expect(toInstantMs(date.toISOString(), "")).toBe(date.getTime());
        },
      ),
    );
  });

  it("tells epochs apart by their size", () => {
    for (const scale of [0.001, 1, 1000, 1_000_000])
      expect(epochToMs(1_795_999_999_000 * scale)).toBe(1_795_999_999_000);
  });
});

describe("A date without a year (RFC 3164)", () => {
  const at = (text: string, received: string): string =>
    iso(readMonthFirst(text, 0, { zone: "", nearMs: Date.parse(received) })?.ms ?? Number.NaN);

  test.each([
    ["Nov 23 11:59:59", "2026-11-23T12:00:00Z", "2026-11-23T11:59:59.000Z"],
    ["Dec 31 23:59:58", "2027-01-01T00:00:03Z", "2026-12-31T23:59:58.000Z"],
    ["Jan  1 00:00:01", "2026-12-31T23:59:59Z", "2027-01-01T00:00:01.000Z"],
    ["Mar  1 10:00:00", "2026-11-23T12:00:00Z", "2026-03-01T10:00:00.000Z"],
    ["Dec 24 10:00:00", "2026-11-23T12:00:00Z", "2025-12-24T10:00:00.000Z"],
    ["Feb 29 10:00:00", "2026-11-23T12:00:00Z", "2024-02-29T10:00:00.000Z"],
    ["Feb 30 10:00:00", "2026-11-23T12:00:00Z", ""],
  ])("%s, received %s, is %s", (text, received, expected) => expect(at(text, received)).toBe(expected));
});

describe("A date of day and month in numbers", () => {
  test.each([
    ["23/11/2026 10:00:00", "2026-11-23T10:00:00.000Z"],
    ["11/23/2026 10:00:00.5", "2026-11-23T10:00:00.500Z"],
    ["05.06.2026 9:00:00", "2026-06-05T09:00:00.000Z"],
    ["05/05/2026, 10:00:00", "2026-05-05T10:00:00.000Z"],
  ])("%s is %s", (text, time) => expect(new Date(toInstantMs(text, "")).toISOString()).toBe(time));

  test("is no time where either may be the day, or neither", () => {
    expect([toInstantMs("05/06/2026 10:00:00", ""), toInstantMs("23/13/2026 10:00:00", "")]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });
});
