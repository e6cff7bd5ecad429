import { describe, expect, it, test } from "vitest";
import { clockOf } from "./clock.ts";

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

describe("What the lag of its events tells of a sender's clock", () => {
  test.each<[string, number[], string, number, number]>([
    ["events arrive within a second", [200, 500, 900], "ok", -200, 0],
    ["times in whole seconds", [-100, 400, 1_000], "ok", 100, 0],
    ["a shipper that waits some seconds", [3 * SECOND, 8 * SECOND, 30 * SECOND], "ok", -3 * SECOND, 0],
    ["a few quick ones among late ones: the clock is right", [SECOND, 2 * HOUR, 9 * HOUR], "ok", -SECOND, 0],
    ["a clock ahead", [-45 * SECOND, -44 * SECOND, -40 * SECOND], "ahead", 45 * SECOND, 0],
    ["a slow clock, or a constant delay", [4 * MINUTE, 4.1 * MINUTE, 4.5 * MINUTE], "behind", -4 * MINUTE, 0],
    ["collected and sent once in a while", [7 * MINUTE, 90 * MINUTE, 170 * MINUTE], "late", -7 * MINUTE, 0],
    ["Japanese time read as UTC", [-9 * HOUR + 300, -9 * HOUR + 900, -9 * HOUR + 2_000], "zone", 9 * HOUR - 300, 540],
    ["UTC read as Japanese time", [9 * HOUR + 300, 9 * HOUR + 900, 9 * HOUR + 2_000], "zone", -9 * HOUR - 300, -540],
    ["India, half an hour", [-5.5 * HOUR + 300, -5.5 * HOUR + 900, -5.5 * HOUR + 2_000], "zone", 5.5 * HOUR - 300, 330],
    [
      "Japanese time read as UTC, sent in batches",
      [-9 * HOUR + SECOND, -8 * HOUR, -7 * HOUR],
      "zone",
      9 * HOUR - SECOND,
      540,
    ],
    ["late by just two hours, now and then", [2 * HOUR, 5 * HOUR, 9 * HOUR], "late", -2 * HOUR, 0],
    ["a clock of another year", [-400 * 24 * HOUR, -400 * 24 * HOUR, -400 * 24 * HOUR], "ahead", 400 * 24 * HOUR, 0],
  ])("%s", (_, lags, verdict, offsetMs, zoneMinutes) => {
    expect(clockOf({ events: 20, lags })).toEqual({ verdict, offsetMs, zoneMinutes, events: 20 });
  });

  it("says nothing on a handful of events, or where none carried its own time", () => {
    expect(clockOf({ events: 4, lags: [1, 2, 3] })).toBeUndefined();
    expect(clockOf({ events: 0, lags: [null, null, null] })).toBeUndefined();
    expect(clockOf({ events: 9, lags: [] })).toBeUndefined();
  });
});
