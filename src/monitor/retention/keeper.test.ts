import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildUnitTree } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { storeEvents } from "../search/testing.ts";
import { testContexts } from "../source/testing.ts";
import { type RetentionKeeperOptions, startRetentionKeeper } from "./keeper.ts";
import { DAY_MS } from "./policy.ts";
import { createVolumeMeter } from "./volumes.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
/** Sales stands below Osaka, or below Kyoto, which is held. */
const salesBelow = (parentId: string) =>
  buildUnitTree([
    { id: "unit_root", parentId: null },
    { id: "unit_osaka", parentId: "unit_root" },
    { id: "unit_kyoto", parentId: "unit_root" },
    { id: "unit_sales", parentId },
  ]);

describe("A round of deletions", () => {
  let events: EventsDb;
  let state: State;
  beforeAll(async () => {
    events = await openTestEvents();
    state = await openTestState();
    await state.db.execute(
      `INSERT INTO retention_policy (scope_kind, scope_id, version, unit_id, keep, days, hold_reason, set_by_id, set_by_name, set_at)
       VALUES ('unit', 'unit_root', 1, 'unit_root', 'days', 5, '', 'person_x', 'x', now()),
              ('unit', 'unit_kyoto', 1, 'unit_kyoto', 'inherit', NULL, '訴訟', 'person_x', 'x', now())`,
    );
  });
  afterEach(() => events.command("TRUNCATE TABLE events"));
  afterAll(async () => {
    await events?.close();
    await state?.close();
  });

  let seq = 0n;
  const store = (age: number, unitId: string) =>
    storeEvents(events, [{ timeMs: NOW - age * DAY_MS, seq: ++seq, unitId, sourceId: `fw ${unitId}`, raw: "line" }]);
  const left = async () => {
    const rows = await events.select<{ unit: string; age: number }>(
      "SELECT unit_id AS unit, dateDiff('day', toDate(received), toDate('2026-11-27')) AS age FROM events ORDER BY age, unit",
    );
    return rows.map(({ unit, age }) => `${unit} ${age}`);
  };
  const keeper = (more: Partial<RetentionKeeperOptions> = {}) =>
    startRetentionKeeper({
      events,
      meter: createVolumeMeter(events, () => NOW),
      state,
      tree: async () => salesBelow("unit_osaka"),
      system: () => testContexts(state, new Date(NOW)).as({ role: "ciso" }),
      names: async () => new Map(),
      settled: async () => true,
      now: () => NOW,
      log: createLogger("silent"),
      ...more,
    });

  it("spares what came under a hold while the day was measured", async () => {
    await store(9, "unit_sales");
    await store(9, "unit_osaka");
    let parent = "unit_osaka";
    const meter = createVolumeMeter(events, () => NOW);
    const mine = keeper({
      tree: async () => salesBelow(parent),
      meter: {
        day: async (day) => {
          const pairs = await meter.day(day);
          parent = "unit_kyoto";
          return pairs;
        },
      },
    });
    await mine.round();
    await mine.close();
    expect(await left()).toEqual(["unit_sales 9"]);
  });

  it("goes on with the other days when the engine cannot carry out the deletion of one, and records that one once", async () => {
    for (const age of [9, 8]) for (const unit of ["unit_osaka", "unit_kyoto"]) await store(age, unit);
    const bad = "DELETE IN PARTITION ID '20261118' WHERE throwIf(seq >= 0) = 1";
    await expect(events.command(`ALTER TABLE events ${bad}`)).rejects.toThrow("throwIf");
    const mine = keeper();
    await mine.round();
    await mine.round();
    expect(await left()).toEqual(["unit_kyoto 8", "unit_kyoto 9", "unit_osaka 9"]);
    expect(mine.snapshot()).toEqual({ deletedEvents: 1, failures: 2, isPaused: false });
    await events.command("KILL MUTATION WHERE table = 'events'");
    await mine.round();
    await mine.close();
    expect(await left()).toEqual(["unit_kyoto 8", "unit_kyoto 9"]);
    expect(mine.snapshot()).toEqual({ deletedEvents: 2, failures: 2, isPaused: false });
  });

  it("drops a day in which some events have no unit", async () => {
    await store(9, "unit_osaka");
    await store(9, "");
    await store(2, "");
    const mine = keeper();
    await mine.round();
    await mine.close();
    expect(await left()).toEqual([" 2"]);
    expect(mine.snapshot()).toEqual({ deletedEvents: 2, failures: 0, isPaused: false });
  });
});
