import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { testContexts } from "../source/testing.ts";
import { eraseFromDay } from "./erase.ts";
import { exportDeletions } from "./service.ts";
import { policiesInForce } from "./store.ts";

/** Events of so many sources, one each, all received on one day. */
const storeSources = (events: EventsDb, day: string, sources: number): Promise<void> =>
  events.command(
    `INSERT INTO events (time, received, stream, seq, unit_id, source_id)
     SELECT toDateTime64('${day} 12:00:00', 3), toDateTime64('${day} 12:00:00', 3), 1, number, 'unit_root', concat('source_', toString(number))
     FROM numbers(${sources})`,
  );

describe("The record of deletions as a file", () => {
  let state: State;
  beforeAll(async () => {
    state = await openTestState();
  });
  afterAll(async () => {
    await state?.close();
  });

  it("has them all, each once, however many there are", async () => {
    const ROWS = 1_201;
    await state.db.execute(
      `INSERT INTO retention_deletion
       SELECT 'deletion_' || lpad(n::text, 8, '0'), 20261101, 'unit_root', 'fw', 'FW', 'unit', 'unit_root', 1, 90, 'x', now(),
              1, 1, 1, now(), now(), now(), now(), '1-1', '1-1', now(), now() FROM generate_series(1, ${ROWS}) AS n`,
    );
    const ids = new Set<string>();
    let rows = 0;
    for await (const page of exportDeletions(await testContexts(state, new Date()).as())) {
      rows += page.length;
      for (const { id } of page) ids.add(id);
    }
    expect([rows, ids.size]).toEqual([ROWS, ROWS]);
  });
});

describe("Past a limit nothing is deleted, because what was cut off could be held", () => {
  let events: EventsDb;
  let state: State;
  beforeAll(async () => {
    events = await openTestEvents();
    state = await openTestState();
  });
  afterAll(async () => {
    await events?.close();
    await state?.close();
  });
  const stored = async (day: number) => {
    const [row] = await events.select<{ count: string }>(
      "SELECT count() AS count FROM events WHERE toYYYYMMDD(received) = {day:UInt32}",
      { day },
    );
    return Number(row?.count);
  };
  const pairs = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ sourceId: `source_${i}`, unitId: "unit_root" }));

  it("is a day of more sources than can be looked through", async () => {
    await storeSources(events, "2026-11-01", 100_001);
    await expect(eraseFromDay(events, 20_261_101, pairs(100_000))).rejects.toMatchObject({ code: "over_limit" });
    await expect.poll(() => stored(20_261_101)).toBe(100_001);
  });

  it("is not a day of many: its sources are named piece by piece, and the others stay", async () => {
    await storeSources(events, "2026-11-02", 1_203);
    expect(await eraseFromDay(events, 20_261_102, pairs(1_200))).toBe(true);
    expect(await stored(20_261_102)).toBe(3);
  });

  it("is a number of policies that cannot all be read", async () => {
    await state.db.execute(
      `INSERT INTO retention_policy (scope_kind, scope_id, version, unit_id, keep, days, hold_reason, set_by_id, set_by_name, set_at)
       SELECT 'source', 'source_' || n, 1, 'unit_root', 'days', 90, '', 'person_x', 'x', now() FROM generate_series(1, 50001) AS n`,
    );
    await expect(policiesInForce(state.db)).rejects.toMatchObject({ code: "over_limit" });
  });
});
