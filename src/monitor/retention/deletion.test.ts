import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildUnitTree } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { startGramUpkeep } from "../search/index.ts";
import { storeEvents } from "../search/testing.ts";
import { testContexts } from "../source/testing.ts";
import { eraseFromDay } from "./erase.ts";
import { startRetentionKeeper } from "./keeper.ts";
import { DAY_MS, dayOf } from "./policy.ts";
import {
  type PolicyScope,
  previewPolicy,
  type RetentionDeps,
  readDeletions,
  retentionOverview,
  setPolicy,
} from "./service.ts";
import { deletedWithin, insertPlanned, openDeletions } from "./store.ts";
import { createVolumeMeter } from "./volumes.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
]);
const tree = { current: async () => TREE, invalidate: () => undefined };
const SOURCES = ["fw", "web", "dns"].map((id) => ({ id, name: `源 ${id}`, unitId: "unit_osaka", archivedAt: null }));

/** Ten days of three sources: each day two events of fw and web in Osaka, one of dns in Kyoto. */
const DAYS = 10;
const WHO = [
  ["fw", "unit_osaka"],
  ["fw", "unit_osaka"],
  ["web", "unit_osaka"],
  ["web", "unit_osaka"],
  ["dns", "unit_kyoto"],
] as const;
const samples = Array.from({ length: DAYS }, (_, i) => DAYS - 1 - i).flatMap((age, day) =>
  WHO.map(([sourceId, unitId], i) => ({
    timeMs: NOW - age * DAY_MS - 3_600_000,
    receivedMs: NOW - age * DAY_MS,
    seq: BigInt(day * 100 + i),
    sourceId,
    unitId,
    raw: `${sourceId} line ${day} ${i}`.padEnd(100, "x"),
  })),
);

describe("Events are deleted when their policy says so, and nothing else is", () => {
  let events: EventsDb;
  let state: State;
  beforeAll(async () => {
    events = await openTestEvents();
    state = await openTestState();
    // A block a day, as they would have come: parts of old days are parts of their own.
    for (const [, day] of Map.groupBy(samples, ({ receivedMs }) => receivedMs)) await storeEvents(events, day);
    const upkeep = startGramUpkeep({
      events,
      stream: 1,
      storedThrough: () => 10_000n,
      isBusy: () => false,
      log: createLogger("silent"),
    });
    await upkeep.catchUp();
    await upkeep.close();
  });
  afterAll(async () => {
    await events?.close();
    await state?.close();
  });

  const contexts = () => testContexts(state, new Date(NOW));
  const deps = (now = () => NOW): RetentionDeps => ({
    meter: createVolumeMeter(events, now),
    tree,
    sources: async () => SOURCES,
    tiers: { recompressAfterDays: null, coldAfterDays: null },
    onChanged: () => undefined,
  });
  const set = async (scope: PolicyScope, days: number | null, more: { holdReason?: string; version?: number } = {}) => {
    const ctx = await contexts().as({ role: "ciso" });
    const input = {
      keep: days === null ? ("inherit" as const) : ("days" as const),
      days,
      holdReason: "",
      version: 0,
      ...more,
    };
    return await setPolicy(ctx, scope, input, deps());
  };
  const keeperWith = (audits: unknown[], settled = true) => {
    const made = contexts();
    const keeper = startRetentionKeeper({
      events,
      meter: createVolumeMeter(events, () => NOW),
      state,
      tree: async () => TREE,
      system: async () => await made.as({ role: "ciso", person: "Yagura" }),
      names: async () => new Map(SOURCES.map(({ id, name }) => [id, name])),
      settled: async () => settled,
      now: () => NOW,
      log: createLogger("silent"),
    });
    return {
      round: async () => {
        await keeper.round();
        audits.push(...made.audits);
      },
      close: () => keeper.close(),
    };
  };
  const round = async (settled = true): Promise<Record<string, unknown>[]> => {
    const audits: Record<string, unknown>[] = [];
    const keeper = keeperWith(audits, settled);
    await keeper.round();
    await keeper.close();
    return audits;
  };
  const left = async () => {
    const rows = await events.select<{ source: string; events: string; days: number[] }>(
      `SELECT source_id AS source, count() AS events, arraySort(groupUniqArray(toUInt32(dateDiff('day', toDate(received), toDate('2026-11-27'))))) AS days
       FROM events GROUP BY source ORDER BY source`,
    );
    return Object.fromEntries(
      rows.map(({ source, events: count, days }) => [source, [Number(count), Math.max(...days)]]),
    );
  };
  const recorded = async () => (await readDeletions(await contexts().as(), { limit: 500 })).items;

  it("deletes nothing while nobody has set anything", async () => {
    expect(await round()).toEqual([]);
    expect(await left()).toEqual({ dns: [10, 9], fw: [20, 9], web: [20, 9] });
  });

  it("says beforehand what a policy would delete, and saving it changes nothing yet", async () => {
    const ctx = await contexts().as({ role: "ciso" });
    const draft = { keep: "days", days: 3, holdReason: "" } as const;
    const preview = await previewPolicy(ctx, { kind: "source", id: "fw" }, draft, deps());
    expect(preview).toMatchObject({ events: 12, olderThan: "2026-11-24T00:00:00.000Z", isComplete: true });
    expect(preview.sources).toEqual([{ id: "fw", name: "源 fw", events: 12 }]);
    expect(preview.rawBytes).toBe(1_200);
    await set({ kind: "source", id: "fw" }, 3);
    expect((await left()).fw).toEqual([20, 9]);
  });

  it("measures what may go before all else, and calls no preview complete before that is known", async () => {
    const ctx = await contexts().as({ role: "ciso" });
    /** A clock on which each look takes so many seconds: a page waits eight. */
    const slow = (seconds: number) => {
      let atMs = NOW;
      return () => {
        atMs += seconds * 1_000;
        return atMs;
      };
    };
    const preview = (given: RetentionDeps, holdReason = "") =>
      previewPolicy(ctx, { kind: "source", id: "fw" }, { keep: "days", days: 5, holdReason }, given);
    expect(await preview(deps(slow(9)))).toMatchObject({ events: 0, isComplete: false });
    expect(await preview(deps(slow(9)), "訴訟")).toMatchObject({ events: 0, isComplete: true });
    // There is time for four of the ten days: for those that may go.
    expect(await preview(deps(slow(1)))).toMatchObject({ events: 8, isComplete: true });
    const half = deps(slow(2));
    expect(await preview(half)).toMatchObject({ events: 4, isComplete: false });
    expect(await preview(half)).toMatchObject({ events: 8, isComplete: true });
  });

  it("waits while what was received is not all stored", async () => {
    await round(false);
    expect((await left()).fw).toEqual([20, 9]);
    expect(await recorded()).toEqual([]);
  });

  it("deletes exactly that, of that source alone, and leaves a record that adds up", async () => {
    const audits = await round();
    expect(await left()).toEqual({ dns: [10, 9], fw: [8, 3], web: [20, 9] });
    const rows = await recorded();
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(12);
    expect(rows.every(({ doneAt, source }) => doneAt !== null && source.id === "fw")).toBe(true);
    expect(rows.find(({ day }) => day === "2026-11-18")).toMatchObject({
      unitId: "unit_osaka",
      events: 2,
      rawBytes: 200,
      firstEvent: "1-0",
      lastEvent: "1-1",
      policy: { kind: "source", id: "fw", version: 1, days: 3, setBy: "太郎" },
    });
    expect(audits.map(({ action }) => action)).toEqual(Array(6).fill("retention.delete"));
    expect(audits[0]).toMatchObject({ unitId: "unit_osaka", detail: { day: 20_261_118, events: 2 } });
    expect(await round()).toEqual([]);
  });

  it("keeps under a hold what the policy would delete, and deletes it once the hold is lifted", async () => {
    await set({ kind: "unit", id: "unit_root" }, 5);
    await set({ kind: "unit", id: "unit_kyoto" }, null, { holdReason: "訴訟" });
    await round();
    expect(await left()).toEqual({ dns: [10, 9], fw: [8, 3], web: [12, 5] });
    await set({ kind: "unit", id: "unit_kyoto" }, null, { version: 1 });
    await round();
    expect(await left()).toEqual({ dns: [6, 5], fw: [8, 3], web: [12, 5] });
  });

  it("drops whole days, and their part of the search index with them", async () => {
    // The engine carries it out in its own time.
    await expect
      .poll(() => events.select("SELECT count() AS chunks, min(seq_from) AS first FROM raw_grams"), { timeout: 60_000 })
      .toEqual([{ chunks: "6", first: "400" }]);
    const parts = await events.select<{ days: string }>(
      "SELECT count(DISTINCT partition) AS days FROM system.parts WHERE active AND table = 'events' AND rows > 0",
    );
    expect(parts).toEqual([{ days: "6" }]);
  });

  it("refuses a policy that somebody changed meanwhile, and one of a unit that is not theirs", async () => {
    await expect(set({ kind: "unit", id: "unit_root" }, 9)).rejects.toMatchObject({ code: "conflict" });
    const stranger = await contexts().as({ role: "ciso", units: ["unit_kyoto"] });
    const input = { keep: "days", days: 1, holdReason: "", version: 1 } as const;
    await expect(setPolicy(stranger, { kind: "source", id: "fw" }, input, deps())).rejects.toMatchObject({
      code: "not_found",
    });
    const reader = await contexts().as({ role: "analyst" });
    await expect(setPolicy(reader, { kind: "source", id: "fw" }, input, deps())).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("finishes what a process before it had begun, whether or not the engine had done it, and counts it once", async () => {
    const [one] = await recorded();
    if (!one) throw new Error("nothing is recorded");
    const days = [5, 4].map((age) => dayOf(NOW - age * DAY_MS));
    const plannedAt = new Date(NOW);
    const instants = { receivedFrom: plannedAt, receivedTo: plannedAt, timeFrom: plannedAt, timeTo: plannedAt };
    const of = {
      policyKind: "source",
      policyScopeId: "web",
      policyVersion: 1,
      policyDays: 4,
      policySetBy: "x",
      policySetAt: plannedAt,
    } as const;
    const planned = days.map((day, i) => ({
      ...instants,
      ...of,
      ...{
        id: `deletion_zz${i}`,
        day,
        unitId: "unit_osaka",
        sourceId: "web",
        sourceName: "web",
        events: 2,
        rawBytes: 200,
        diskBytes: 9,
      },
      ...{ firstEvent: "1-402", lastEvent: "1-403", plannedAt, doneAt: null },
    }));
    await state.transaction((tx) => insertPlanned(tx, planned));
    // The engine carried out the first; the process ended before it could say so.
    expect(await eraseFromDay(events, days[0] ?? 0, [{ sourceId: "web", unitId: "unit_osaka" }])).toBe(true);
    const before = (await left()).web;
    expect(before).toEqual([10, 4]);
    await round();
    expect((await left()).web).toEqual([8, 3]);
    expect(await openDeletions(state.db)).toEqual([]);
    expect(
      (await recorded())
        .filter(({ source }) => source.id === "web")
        .slice(0, 2)
        .map(({ events: count }) => count),
    ).toEqual([2, 2]);
  });

  it("never changes a record: the state engine itself refuses", async () => {
    const refusal = { cause: expect.objectContaining({ message: expect.stringMatching(/never changed|append-only/) }) };
    await expect(state.db.execute("UPDATE retention_deletion SET events = 1")).rejects.toMatchObject(refusal);
    await expect(state.db.execute("DELETE FROM retention_deletion")).rejects.toMatchObject(refusal);
    await expect(state.db.execute("UPDATE retention_policy SET days = 1")).rejects.toMatchObject(refusal);
  });

  it("tells a search how many events of its range are gone, within the units that may be seen", async () => {
    const range = { fromMs: NOW - 30 * DAY_MS, toMs: NOW + 1 };
    const all = await deletedWithin(state.db, range, { all: true });
    expect(all).toMatchObject({ events: (await recorded()).reduce((sum, row) => sum + row.events, 0) });
    expect(await deletedWithin(state.db, range, { all: false, ids: ["unit_kyoto"] })).toEqual({
      events: 4,
      until: new Date(NOW - 6 * DAY_MS - 3_600_000).toISOString(),
    });
    expect(
      await deletedWithin(state.db, { fromMs: NOW - DAY_MS, toMs: NOW - 2 }, { all: false, ids: ["unit_kyoto"] }),
    ).toBeUndefined();
    expect(await deletedWithin(state.db, range, { all: false, ids: [] })).toBeUndefined();
  });

  it("shows what is held, where its policy comes from and how it grows; the disk only to who sees the whole group", async () => {
    const overview = await retentionOverview(await contexts().as(), deps());
    expect(overview.isComplete).toBe(true);
    expect(overview.total.events).toBe(22);
    expect(overview.sources.find(({ source }) => source.id === "fw")).toMatchObject({
      effective: { days: 3, from: { kind: "source", id: "fw" }, hold: null },
      held: { events: 8, rawBytes: 800, oldestDay: "2026-11-24" },
      perDay: { events: 2 },
    });
    expect(overview.forecast.disk?.freeBytes).toBeGreaterThan(0);
    expect(overview.forecast.sizes.steady).toBeGreaterThan(0);
    const kyoto = await retentionOverview(await contexts().as({ units: ["unit_kyoto"] }), deps());
    expect(kyoto.sources.map(({ source }) => source.id)).toEqual(["dns"]);
    expect(kyoto.units.map(({ unitId }) => unitId)).toEqual(["unit_kyoto"]);
    expect(kyoto.forecast.disk).toBeNull();
  });
});
