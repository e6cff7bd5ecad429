import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { createRuleHitCounter } from "./hits.ts";

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const DAY = 86_400_000;

let events: EventsDb;
beforeAll(async () => {
  events = await openTestEvents();
  await detect("a", NOW - 1000, "unit_root", 3);
  await detect("a", NOW - 2 * DAY, "unit_osaka", 4);
  await detect("a", NOW - 3000, "unit_root", 2, "exception_1");
  await detect("b", NOW - 40 * DAY, "unit_root", 1);
});
afterAll(() => events?.close());

async function detect(ruleId: string, timeMs: number, unitId: string, count: number, exceptionId = ""): Promise<void> {
  await events.command(
    `INSERT INTO detections (time, received, exception_id, unit_id, rule_id)
     SELECT fromUnixTimestamp64Milli({timeMs:Int64}, 'UTC'), fromUnixTimestamp64Milli({timeMs:Int64}, 'UTC'), {exceptionId:String}, {unitId:String}, {ruleId:String}
     FROM numbers({count:UInt64})`,
    { timeMs, unitId, ruleId, count, exceptionId },
  );
}
const week = { fromMs: NOW - 7 * DAY, toMs: NOW };
const all = { all: true } as const;

describe("How often rules hit", () => {
  it("is counted per rule in the range, with the last hit", async () => {
    expect(await createRuleHitCounter(events).byRule({ scope: all, ...week })).toEqual(
      new Map([["a", { count: 7, excepted: 2, lastAt: "2026-11-22T11:59:59.000Z" }]]),
    );
  });

  it.each([
    [["unit_osaka"], 4],
    [["unit_osaka", "unit_root"], 7],
    [[], undefined],
    [["'; DROP TABLE detections; --"], undefined],
  ])("is counted only in the units of the person: %j", async (ids, count) => {
    const byRule = await createRuleHitCounter(events).byRule({ scope: { all: false, ids }, ...week });
    expect(byRule.get("a")?.count).toBe(count);
  });

  it("is given per day, empty days included", async () => {
    const days = await createRuleHitCounter(events).byDay("a", { scope: all, fromMs: NOW - 3 * DAY, toMs: NOW });
    expect(days).toEqual([
      { day: "2026-11-19", count: 0 },
      { day: "2026-11-20", count: 4 },
      { day: "2026-11-21", count: 0 },
      { day: "2026-11-22", count: 3 },
    ]);
  });
});
