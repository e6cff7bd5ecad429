import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContexts } from "../../monitor/source/testing.ts";
import type { UnitScope } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import type { DashboardDeps } from "./deps.ts";
import { readWallFunnel } from "./wall.ts";

const NOW = new Date("2026-11-28T09:30:00.000Z");
let state: State;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state?.close());

const unitsOf = (units: UnitScope) => (units.all ? "all" : units.ids.join());

describe("The funnel of the wall", () => {
  const asked: unknown[] = [];
  const deps: Pick<DashboardDeps, "funnel"> = {
    funnel: {
      events: async (range, units) => {
        asked.push([new Date(range.fromMs).toISOString(), unitsOf(units)]);
        return { events: 900, detections: 40 };
      },
      alerts: async () => 7,
      incidents: async () => 2,
    },
  };

  it("is in numbers for who sees alerts and may read no event, in their units alone", async () => {
    const boss = await testContexts(state, NOW).as({ role: "executive", units: ["unit_osaka"] });
    expect(boss.units("event:read")).toEqual({ all: false, ids: [] });
    expect(await readWallFunnel(boss, deps)).toEqual({
      range: { from: "2026-11-27T09:30:00.000Z", to: "2026-11-28T09:30:00.000Z" },
      events: 900,
      detections: 40,
      alerts: 7,
      incidents: 2,
    });
    expect(asked).toEqual([["2026-11-27T09:30:00.000Z", "unit_osaka"]]);
  });
});
