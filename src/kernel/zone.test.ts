import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wallToUtcMs, zoneOffsetMs } from "./zone.ts";

const read = (zone: string, wall: string): string => new Date(wallToUtcMs(zone, Date.parse(`${wall}Z`))).toISOString();
const shown = (zone: string, instant: string): string =>
  new Date(Date.parse(instant) + zoneOffsetMs(zone, Date.parse(instant))).toISOString();

describe("A wall time", () => {
  it.each([
    ["America/New_York", "2026-07-01T12:00", "2026-07-01T16:00:00.000Z"],
    ["Asia/Tokyo", "2026-07-01T12:00", "2026-07-01T03:00:00.000Z"],
    ["Asia/Kolkata", "2026-07-01T12:00", "2026-07-01T06:30:00.000Z"],
  ])("of %s, %s, is one instant", (zone, wall, instant) => expect(read(zone, wall)).toBe(instant));

  it.each([
    ["America/New_York", "2026-03-08T02:30", "2026-03-08T03:30:00.000Z"],
    ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:30:00.000Z"],
    ["America/Santiago", "2026-09-06T00:00", "2026-09-06T01:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45:00.000Z"],
    ["Pacific/Apia", "2011-12-30T12:00", "2011-12-31T12:00:00.000Z"],
  ])("that the clocks of %s skip, %s, is as much later", (zone, wall, clocks) =>
    expect(shown(zone, read(zone, wall))).toBe(clocks),
  );

  it.each([
    ["America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00.000Z"],
    ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00.000Z"],
  ])("that the clocks of %s show twice, %s, is the first of the two", (zone, wall, instant) =>
    expect(read(zone, wall)).toBe(instant),
  );

  it("is shown by the clocks at the instant found, unless they skip it, and no earlier instant shows it", () =>
    fc.assert(
      fc.property(
        fc.constantFrom("America/New_York", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Tokyo"),
        fc.integer({ min: Date.UTC(2000), max: Date.UTC(2035) }),
        (zone, utcMs) => {
          const wall = utcMs + zoneOffsetMs(zone, utcMs);
          const found = wallToUtcMs(zone, wall);
          expect(found + zoneOffsetMs(zone, found)).toBe(wall);
          expect(found).toBeLessThanOrEqual(utcMs);
        },
      ),
    ));
});
