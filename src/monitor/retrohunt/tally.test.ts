import { describe, expect, it } from "vitest";
import { type SliceRow, Tally } from "./tally.ts";

const onHosts = (day: string, from: number, to: number): SliceRow[] =>
  Array.from({ length: to - from }, (_, at) => ({
    day,
    kind: "host",
    value: `pc${from + at}`,
    unit: "unit_osaka",
    events: 1,
  }));

describe("What slices of a retro-hunt sum up to", () => {
  it("keeps a bounded number of entities of a day, counts every event, and says that alerts are a lower bound", () => {
    const tally = new Tally();
    tally.add({ firstDay: "2026-11-22", rows: onHosts("2026-11-22", 0, 40_000), samples: [] });
    expect(tally.found().isCapped).toBe(false);
    tally.add({ firstDay: "2026-11-22", rows: onHosts("2026-11-22", 30_000, 60_000), samples: [] });
    expect(tally.found()).toMatchObject({
      matched: 70_000,
      byDay: [{ events: 70_000, alerts: 50_000 }],
      isCapped: true,
    });
  });

  it("gives the room of days that are over to the next", () => {
    const tally = new Tally();
    const days = ["2026-11-22", "2026-11-21", "2026-11-20"];
    for (const day of days) tally.add({ firstDay: day, rows: onHosts(day, 0, 20_000), samples: [] });
    expect(tally.found()).toMatchObject({
      byDay: days.toReversed().map((day) => ({ day, alerts: 20_000 })),
      isCapped: false,
    });
  });
});
