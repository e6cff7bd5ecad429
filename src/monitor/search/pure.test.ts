import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { csvRecord } from "../../kernel/csv.ts";
import { isTimeZone, wallToUtcMs, zoneOffsetMs } from "../../kernel/zone.ts";
import { bucketsOf } from "./buckets.ts";
import { MAX_BUCKETS } from "./contract.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { readAddress, readNetwork } from "./language/address.ts";
import { readInstant } from "./language/instant.ts";
import { readColumns } from "./row.ts";
import { windowsOf } from "./walk.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

describe("A written instant covers its own span", () => {
  const clock = { nowMs: Date.UTC(2026, 10, 22, 12, 0, 0), timeZone: "Asia/Tokyo" };
  test.each([
    ["now", "2026-11-22T12:00:00.000Z", 1],
    ["now-15m", "2026-11-22T11:45:00.000Z", 1],
    ["now+1d", "2026-11-23T12:00:00.000Z", 1],
    ["2026", "2025-12-31T15:00:00.000Z", 365 * 86_400_000],
    ["2026-11", "2026-10-31T15:00:00.000Z", 30 * 86_400_000],
    ["2026-11-22", "2026-11-21T15:00:00.000Z", 86_400_000],
    ["2026/11/22", "2026-11-21T15:00:00.000Z", 86_400_000],
    ["２０２６－１１－２２", "2026-11-21T15:00:00.000Z", 86_400_000],
    ["2026-11-22 21:10", "2026-11-22T12:10:00.000Z", 60_000],
    ["2026/11/22 21:10:05 JST", "2026-11-22T12:10:05.000Z", 1_000],
    ["2026-11-22T12:10:05Z", "2026-11-22T12:10:05.000Z", 1_000],
    ["2026-11-22T12:10:05.25-05:00", "2026-11-22T17:10:05.250Z", 1],
    ["1795349405000", "2026-11-22T12:10:05.000Z", 1],
  ])("%s", (text, start, lengthMs) => {
    const span = readInstant(text, clock);
    expect(span && [iso(span.startMs), span.endMs - span.startMs]).toEqual([start, lengthMs]);
  });
  test.each(["", "yesterday", "2026-13-01", "2026-02-29", "2026-11-22T25:00", "now-", "now-1y", "11/22/2026", "1e9"])(
    "%j is none",
    (text) => expect(readInstant(text, clock)).toBeUndefined(),
  );
});

describe("Addresses and networks", () => {
  test.each([
    ["10.0.0.1", "::ffff:10.0.0.1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["::", "::"],
  ])("%s is stored as %s", (text, stored) => expect(readAddress(text)).toBe(stored));
  test.each(["", "10.0.0", "10.0.0.256", "1", "0x7f.1", "fe80::1%eth0", "host", "1:2"])("%j is no address", (text) =>
    expect(readAddress(text)).toBeUndefined(),
  );
  test.each([
    ["10.0.0.0/8", "::ffff:10.0.0.0", "::ffff:10.255.255.255"],
    ["10.1.2.3/8", "::ffff:10.0.0.0", "::ffff:10.255.255.255"],
    ["192.168.1.0/25", "::ffff:192.168.1.0", "::ffff:192.168.1.127"],
    ["10.0.*", "::ffff:10.0.0.0", "::ffff:10.0.255.255"],
    ["1.2.3.4/32", "::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["2001:db8::/33", "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"],
    ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("%s is from %s to %s", (text, low, high) => expect(readNetwork(text)).toEqual({ low, high }));
  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "/8", "a/8", "10.*.1", "2001:db8::/129"])(
    "%j is no network",
    (text) => expect(readNetwork(text)).toBeUndefined(),
  );
});

describe("Histogram buckets", () => {
  test.each([
    ["15 minutes", "2026-11-22T01:02:03Z", 15 * 60_000, "Asia/Tokyo", 10_000, "2026-11-22T01:02:00.000Z"],
    ["a day", "2026-11-22T01:02:03Z", 86_400_000, "Asia/Tokyo", 30 * 60_000, "2026-11-22T01:00:00.000Z"],
    ["a week", "2026-11-22T01:02:03Z", 7 * 86_400_000, "Asia/Tokyo", 2 * 3_600_000, "2026-11-22T01:00:00.000Z"],
    [
      "a month at midnight in Tokyo",
      "2026-11-22T01:02:03Z",
      30 * 86_400_000,
      "Asia/Tokyo",
      12 * 3_600_000,
      "2026-11-21T15:00:00.000Z",
    ],
    [
      "90 days by Tokyo days",
      "2026-11-22T01:02:03Z",
      90 * 86_400_000,
      "Asia/Tokyo",
      86_400_000,
      "2026-11-21T15:00:00.000Z",
    ],
    [
      "an hour in India",
      "2026-11-22T01:02:03Z",
      50 * 3_600_000,
      "Asia/Kolkata",
      30 * 60_000,
      "2026-11-22T01:00:00.000Z",
    ],
  ])("of %s begin at round times", (_, from, lengthMs, zone, widthMs, first) => {
    const fromMs = Date.parse(from);
    const buckets = bucketsOf(fromMs, fromMs + lengthMs, zone);
    expect(buckets.widthMs).toBe(widthMs);
    expect(iso(buckets.edges[0] ?? 0)).toBe(first);
  });

  it("follow the clock when it changes: New York's longest day has 25 hours", () => {
    const fromMs = Date.parse("2026-10-01T04:00:00Z");
    const { edges } = bucketsOf(fromMs, fromMs + 90 * 86_400_000, "America/New_York");
    const lengths = new Set(edges.slice(1).map((edge, i) => (edge - (edges[i] ?? 0)) / 3_600_000));
    expect([...lengths].sort()).toEqual([24, 25]);
  });

  it("always cover the range, in order, and never exceed the limit", () => {
    const zone = fc.constantFrom(
      "Asia/Tokyo",
      "UTC",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Pacific/Apia",
    );
    const from = fc.integer({ min: Date.UTC(2000), max: Date.UTC(2030) });
    fc.assert(
      fc.property(from, fc.integer({ min: 1, max: 3_660 * 86_400_000 }), zone, (fromMs, lengthMs, timeZone) => {
        const { edges } = bucketsOf(fromMs, fromMs + lengthMs, timeZone);
        expect(edges.length - 1).toBeLessThanOrEqual(MAX_BUCKETS);
        expect(edges[0]).toBeLessThanOrEqual(fromMs);
        expect(edges[1]).toBeGreaterThan(fromMs);
        expect(edges.at(-1)).toBeGreaterThanOrEqual(fromMs + lengthMs);
        expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});

describe("Time zones", () => {
  it("knows its names", () =>
    expect(["Asia/Tokyo", "UTC", "Mars/Base", ""].map(isTimeZone)).toEqual([true, true, false, false]));
  it("turns wall time into the instant at which clocks show it", () =>
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1990), max: Date.UTC(2035) }), (utcMs) => {
        const zone = "Asia/Tokyo";
        expect(wallToUtcMs(zone, utcMs + zoneOffsetMs(zone, utcMs))).toBe(utcMs);
      }),
    ));
});

describe("The windows of a walk", () => {
  it("are disjoint, cover the range and come nearest first, in either direction", () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 1e12 }));
    fc.assert(
      fc.property(range, fc.constantFrom("desc" as const, "asc" as const), ([fromMs, lengthMs], direction) => {
        const toMs = fromMs + lengthMs;
        const windows = [...windowsOf({ fromMs, toMs }, direction)];
        if (direction === "desc") windows.reverse();
        expect(windows.length).toBeLessThanOrEqual(6);
        expect(windows[0]?.fromMs).toBe(fromMs);
        expect(windows.at(-1)?.toMs).toBe(toMs);
        expect(windows.every((w, i) => w.fromMs < w.toMs && (i === 0 || w.fromMs === windows[i - 1]?.toMs))).toBe(true);
      }),
    );
  });
});

describe("CSV", () => {
  test.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["+81-3", "'+81-3"],
    ["-cmd", "'-cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [" =1+1", "' =1+1"],
    ["＝１", "'＝１"],
    ["\t=1", "'\t=1"],
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    ["田中", "田中"],
  ])("%j becomes %j", (cell, text) => expect(csvRecord([cell])).toBe(`${text}\r\n`));
  it("leaves numbers numbers", () => expect(csvRecord([-1, 2.5, "x"])).toBe("-1,2.5,x\r\n"));
});

describe("Columns and cursors", () => {
  test.each([
    ["", []],
    ["host.name,user.name", ["host.name", "user.name"]],
    ["a\\,b, c ,,a\\,b", ["a,b", "c"]],
    ["fields.User Name", ["fields.User Name"]],
  ])("%j names the columns %j", (text, names) => expect(readColumns(text)).toEqual(names));
  it("refuses more columns than a person can read", () =>
    expect(() => readColumns(Array.from({ length: 41 }, (_, i) => `c${i}`).join(","))).toThrow("At most 40"));

  it("gives a cursor back as it was", () => {
    const cursor = { from: 1, to: 2, asOf: 3, shown: 4, last: { time: 5, stream: 6, seq: "7" } };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });
  test.each(["", "abc", "e30", Buffer.from('{"from":"x"}').toString("base64url")])("refuses the cursor %j", (text) =>
    expect(() => readCursor(text)).toThrow("not one of ours"),
  );
});
