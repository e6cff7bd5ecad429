import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { countAlerts } from "./count.ts";
import { mergeGroups } from "./grouping.ts";
import { createAlertSink, recordDetectionGroups } from "./record.ts";
import { alert } from "./schema.ts";
import { groupOf, T0 } from "./testing.ts";

let state: State;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history, alert_checkpoint`);
});

const HOUR_MS = 3_600_000;
const now = new Date(T0 + 60_000);
const record = (groups: Parameters<typeof recordDetectionGroups>[1]) =>
  state.transaction((tx) => recordDetectionGroups(tx, groups, now));
const stored = () => state.db.select().from(alert).orderBy(alert.recurrence, alert.lastAt);
const close = (id: string) =>
  state.db.execute(sql`UPDATE alert SET status = 'closed', disposition = 'benign', reason = 'test' WHERE id = ${id}`);

describe("Detections become alerts", () => {
  it("makes one alert of a storm: 100,000 detections of one rule on one host in 200 batches", async () => {
    for (let batch = 0; batch < 200; batch += 1) {
      await record([groupOf({ count: 500, atMs: T0 + batch * 1000 })]);
    }
    const alerts = await stored();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ count: 100_000, status: "open", version: 1, recurrence: 0 });
    expect(alerts[0]?.firstAt.getTime()).toBe(T0);
    expect(alerts[0]?.lastAt.getTime()).toBe(T0 + 199_000);
  });

  it("keeps rule, entity and unit apart, and counts hundreds of groups in one call", async () => {
    const groups = Array.from({ length: 600 }, (_, i) =>
      groupOf({ host: `host-${i % 200}`, unitId: `unit_${i % 3}`, rule: { id: `rule-${i % 2}` } }),
    );
    expect(await record(groups)).toEqual({ created: 600, updated: 0 });
    expect(await record(groups)).toEqual({ created: 0, updated: 600 });
    const [sum] = (await state.db.execute<{ n: string }>(sql`SELECT sum(count) AS n FROM alert`)).rows;
    expect(Number(sum?.n)).toBe(1200);
  });

  it("is counted for the funnel by when it was last seen and where", async () => {
    await record([groupOf({ host: "a" }), groupOf({ host: "b", atMs: T0 + 5000, unitId: "unit_osaka" })]);
    const count = (toMs: number, ids?: string[]) =>
      countAlerts(state.db, { fromMs: T0, toMs }, ids ? { all: false, ids } : { all: true });
    expect(await count(T0 + 5001)).toBe(2);
    expect(await count(T0 + 5000)).toBe(1);
    expect(await count(T0 + 5001, ["unit_osaka"])).toBe(1);
    expect(await count(T0 + 5001, [])).toBe(0);
  });

  it("keeps the highest level, the widest time span and the latest sample, in whatever order batches come", async () => {
    await record([groupOf({ atMs: T0 + 5000, rule: { level: "high" }, sample: { what: "late" } })]);
    await record([groupOf({ atMs: T0, rule: { level: "low" }, sample: { what: "early" } })]);
    const [row] = await stored();
    expect(row).toMatchObject({ level: "high", severity: 4, count: 2 });
    expect(row?.sample.what).toBe("late");
    expect(row?.firstAt.getTime()).toBe(T0);
    expect(row?.lastAt.getTime()).toBe(T0 + 5000);
  });

  it("knows when an alert began again after two quiet days, whatever the order and the cut of batches", async () => {
    const hours = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(hours, fc.integer({ min: 1, max: 4 }), async (seen, perBatch) => {
        await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history`);
        const groups = seen.map((hour) => groupOf({ atMs: T0 + hour * HOUR_MS }));
        for (let from = 0; from < groups.length; from += perBatch) await record(groups.slice(from, from + perBatch));
        const inTime = seen.toSorted((a, b) => a - b);
        const began = inTime.findLast((hour, i) => hour - (inTime[i - 1] ?? Number.NEGATIVE_INFINITY) > 48);
        const { rows } = await state.db.execute<{ ms: string }>(
          sql`SELECT (SELECT extract(epoch FROM max(lower(r))) * 1000 FROM unnest(runs) r)::bigint::text AS ms FROM alert`,
        );
        expect(rows.map(({ ms }) => (Number(ms) - T0) / HOUR_MS)).toEqual([began]);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps of when it was seen the last ninety days, however long it stays open", async () => {
    for (let day = 0; day < 400; day += 4) await record([groupOf({ atMs: T0 + day * 24 * HOUR_MS })]);
    const { rows } = await state.db.execute<{ n: number }>(
      sql`SELECT (SELECT count(*)::int FROM unnest(runs)) AS n FROM alert`,
    );
    expect(rows).toEqual([{ n: 24 }]);
  });

  it("keeps when a rule was seen first, though that came late and is long closed", async () => {
    await record([groupOf({ atMs: T0 + 5000 }), groupOf({ host: "b", atMs: T0 + 3000 })]);
    await record([groupOf({ host: "c", atMs: T0 + 1000 })]);
    await state.db.execute(sql`UPDATE alert SET status = 'closed', disposition = 'benign', reason = 'test'`);
    await record([groupOf({ atMs: T0 + 9000 }), groupOf({ atMs: T0 + 9000, rule: { id: "other" } })]);
    const { rows } = await state.db.execute<{ rule: string; ms: string }>(
      sql`SELECT rule_id AS rule, (extract(epoch FROM first_at) * 1000)::bigint::text AS ms FROM alert_rule ORDER BY first_at`,
    );
    expect(rows.map(({ ms }) => Number(ms) - T0)).toEqual([1000, 9000]);
  });

  it("takes of one moment the same sample, whichever came first", async () => {
    const kinds = ["windows.security", "windows.sysmon"];
    for (const ordered of [kinds, kinds.toReversed()]) {
      await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history`);
      for (const dataset of ordered) await record([groupOf({ sample: { dataset } })]);
      expect((await stored())[0]?.sample.dataset).toBe("windows.sysmon");
    }
  });

  it("leaves a closed alert closed: the next detection opens a new one that names it", async () => {
    await record([groupOf()]);
    const [first] = await stored();
    await close(first?.id ?? "");
    await record([groupOf({ atMs: T0 + 1000 })]);
    const [, second] = await stored();
    expect(second).toMatchObject({ formerId: first?.id, recurrence: 1, status: "open", count: 1 });
    await close(second?.id ?? "");
    await record([groupOf({ atMs: T0 + 2000 })]);
    expect((await stored()).map((row) => row.recurrence)).toEqual([0, 1, 2]);
  });

  it("stores any text: NUL, lone surrogates, a host name of a megabyte, absurd times", async () => {
    const hostile = groupOf({
      host: "x".repeat(1_000_000),
      rule: { title: "a\0b\uD800c", author: "'; DROP TABLE alert; --" },
      atMs: Number.NaN,
      sample: { what: `\0${"y".repeat(100_000)}`, who: "％＿\\" },
    });
    await record([hostile, groupOf({ host: `${"x".repeat(1_000_000)}z` }), groupOf({ host: "h", atMs: 9e15 })]);
    const rows = await stored();
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.entity)).size).toBe(3);
    expect(rows.every((row) => row.entity.length <= 260)).toBe(true);
    expect(rows.every((row) => row.lastAt.getTime() <= now.getTime())).toBe(true);
  });

  it("accepts whatever strings a parser may find", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (host, who) => {
        const { created, updated } = await record([groupOf({ host, sample: { who } })]);
        expect(created + updated).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("Groups of one batch", () => {
  it("are merged by rule, entity and unit without losing a count", () => {
    const group = fc.record({ host: fc.constantFrom("a", "b"), count: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(group), (wanted) => {
        const rows = mergeGroups(wanted.map(groupOf), T0);
        expect(rows.length).toBe(new Set(wanted.map(({ host }) => host)).size);
        expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(wanted.reduce((sum, { count }) => sum + count, 0));
      }),
    );
  });
});

describe("The alert checkpoint", () => {
  it("moves with the counts, so that a replayed batch counts once", async () => {
    const sink = createAlertSink(state, () => now);
    expect(await sink.checkpoint(4_000_000_000)).toBe(-1);
    await sink.record(4_000_000_000, 10, [groupOf({ count: 3 })]);
    await sink.record(4_000_000_000, 10, [groupOf({ count: 3 })]);
    await sink.record(4_000_000_000, 9, [groupOf({ count: 3 })]);
    expect(await sink.checkpoint(4_000_000_000)).toBe(10);
    expect((await stored())[0]?.count).toBe(3);
  });

  it("stays where it was when the counts fail", async () => {
    const sink = createAlertSink(state, () => now);
    const bad = groupOf({ rule: { level: "catastrophic" as "high" } });
    await expect(sink.record(1, 5, [bad])).rejects.toThrow();
    expect(await sink.checkpoint(1)).toBe(-1);
    expect(await stored()).toHaveLength(0);
  });

  it("counts every one of many batches recorded at the same time", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        record([groupOf({ host: "a" }), groupOf({ host: "b" }), groupOf({ host: `c${i % 2}` })].toReversed()),
      ),
    );
    const counts = Object.fromEntries((await stored()).map((row) => [row.entity, row.count]));
    expect(counts).toEqual({ a: 20, b: 20, c0: 10, c1: 10 });
  });
});
