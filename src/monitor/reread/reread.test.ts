import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createTurn } from "../../kernel/turn.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { NO_EXCEPTIONS } from "../detect/index.ts";
import type { RuleFacts } from "../event/index.ts";
import { createParser } from "../parse/index.ts";
import type { WorkerPool } from "../pipeline/index.ts";
import { BatchProcessor, type LineEngines } from "../pipeline/process-batch.ts";
import { compilePublished } from "../pipeline/try-parser.ts";
import { createVolumeMeter, startRetentionKeeper } from "../retention/index.ts";
import { deletionsOfDay, finishDeletions, insertPlanned, insertPolicy } from "../retention/store.ts";
import { SearchQuery } from "../search/contract.ts";
import { type GramUpkeep, startGramUpkeep } from "../search/index.ts";
import { searchEvents } from "../search/page.ts";
import { storeDetections, storeEvents } from "../search/testing.ts";
import { type TestContexts, TREE, testContexts } from "../source/testing.ts";
import { createRereadRunner, isInHand, type RereadRunner } from "./index.ts";
import { type JobDeps, runStep } from "./job.ts";
import { cancelReread, listSourceRereads, previewReread, type RereadDeps, readUnread, startReread } from "./service.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const DAY = 86_400_000;
const STREAM = 1;
const DOCUMENT = `parser: acme-door
title: Acme door controller
recognize: { contains: ACME-DOOR }
read:
  - grok: "ACME-DOOR %{ISO8601:at} %{REST:pairs}"
  - { from: pairs, keyvalue: {} }
time: { field: at, format: iso }
columns: { user.name: card }
six: { what: { text: "door {door}" }, did_what: { value: object-accessed } }
logsource: { product: acme, service: door }
tests: [{ line: "ACME-DOOR 2026-11-20T09:15:00+09:00 door=3F card=sato", who: sato }]
`;
const RULE: RuleFacts = { id: "refused", title: "Refused", level: "high", author: "", tactics: [], techniques: [] };

const parser = createParser(compilePublished([DOCUMENT]));
const engines: LineEngines = {
  parse: (bytes, hints) => parser.parse(bytes, hints),
  match: ({ fields }) => (fields.result === "NG" ? [RULE] : []),
  ...NO_EXCEPTIONS,
};
const processor = new BatchProcessor();
/** The real code of a thread, without the thread. */
const pool: Pick<WorkerPool, "run"> = {
  run: async (order) => [{ kind: "done", id: 0, busyMs: 0, slowRules: [], ...processor.process(order, engines) }],
};

let events: EventsDb;
let state: State;
let contexts: TestContexts;
let grams: GramUpkeep;
let stored = 1_000_000_000n;
const turn = createTurn();
beforeAll(async () => {
  events = await openTestEvents();
  state = await openTestState();
  contexts = testContexts(state, new Date(NOW));
  const log = { info: () => undefined, warn: () => undefined };
  grams = startGramUpkeep({ events, stream: STREAM, storedThrough: () => stored, isBusy: () => true, log });
});
afterAll(async () => {
  await grams?.close();
  await events?.close();
  await state?.close();
});

const HOW = { unitId: "unit_osaka", format: "auto", timeZone: "", encoding: "auto" };
const deps = (more: Partial<RereadDeps> = {}): RereadDeps => ({
  events,
  state,
  tree: { current: async () => TREE, invalidate: () => undefined },
  turn,
  pool,
  ownStream: STREAM,
  storedThrough: () => stored,
  addGrams: (rows) => grams.addAgain(rows),
  isOnTrial: () => false,
  now: () => NOW,
  source: () => HOW,
  wake: () => undefined,
  ...more,
});
const runnerOf = (more: Partial<RereadDeps & { isBusy: () => boolean }> = {}): RereadRunner =>
  createRereadRunner({
    isBusy: () => false,
    ...deps(more),
    settled: async () => true,
    system: () => contexts.as({ role: "ciso", person: "Yagura" }),
    log: { info: () => undefined, warn: () => undefined },
  });
const admin = () => contexts.as({ role: "ciso" });

const door = (card: string, result = "OK", day = 20): string =>
  `ACME-DOOR 2026-11-${day}T09:15:00+09:00 door=3F card=${card} result=${result}`;
const LINES = [door("sato"), door("ito", "NG"), "what is this?", door("kato", "NG"), door("mori")];

let next = 1n;
/** Lines as they were stored before anybody understood them. Returns the number of the first. */
async function storeUnread(
  sourceId: string,
  lines: readonly string[],
  ageDays = 1,
  unitId = `unit_${sourceId}`,
): Promise<bigint> {
  const first = next;
  next += BigInt(lines.length);
  await storeEvents(
    events,
    lines.map((raw, i) => ({
      ...{
        timeMs: NOW - ageDays * DAY,
        seq: first + BigInt(i),
        stream: STREAM,
        sourceId,
        unitId,
        raw,
      },
      ...{ dataset: "raw", problem: "unrecognized", fields: { message: raw } },
    })),
  );
  return first;
}

const rowsOf = (sourceId: string) =>
  events.select<{ seq: string; problem: string; user: string; raw: string; rules: string[] }>(
    `SELECT toString(seq) AS seq, problem, user_name AS user, raw, rule_ids AS rules FROM events
     WHERE source_id = {sourceId:String} ORDER BY events.seq, problem`,
    { sourceId },
  );
const alertsOf = async (sourceId: string): Promise<number> => {
  const { rows } = await state.db.execute<{ n: string }>(
    `SELECT coalesce(sum(count), 0)::text AS n FROM alert WHERE unit_id = 'unit_${sourceId}'`,
  );
  return Number(rows[0]?.n);
};
const detectionsOf = async (sourceId: string): Promise<number> => {
  const sql = "SELECT count() AS n FROM detections WHERE source_id = {sourceId:String}";
  return Number((await events.select<{ n: string }>(sql, { sourceId }))[0]?.n);
};
const find = async (q: string): Promise<string[]> => {
  const search = {
    ...{ events, tree: { current: () => Promise.reject(new Error("no unit")), invalidate: () => undefined } },
    funnel: { alerts: async () => null, incidents: async () => null },
    isStillSignedIn: async () => true,
  };
  const reader = { units: () => ({ all: true }) as const, now: () => new Date(NOW) };
  const page = await searchEvents(search, reader, SearchQuery.parse({ q, from: `now-30d`, to: "now" }));
  return page.items.map(({ id }) => id).sort();
};

describe("Events that nobody understood, after a parser for them was published", () => {
  let first: bigint;
  beforeAll(async () => {
    first = await storeUnread("doors", LINES);
    await storeUnread("doors", [door("abe")], 3);
    await storeUnread("others", [door("mori")]);
    await grams.catchUp();
  });

  it("are counted by reason, and tried before anything is stored", async () => {
    const unread = await readUnread(await admin(), { id: "doors" }, deps());
    expect(unread.items).toMatchObject([{ reason: "unrecognized", events: 6 }]);
    const preview = await previewReread(await admin(), { id: "doors" }, deps());
    const readers = [{ reader: "acme-door", events: 5 }];
    expect(preview).toEqual({ wanted: 6, isComplete: true, looked: 6, understood: 5, readers, matches: 2 });
    const other = await previewReread(await admin(), { id: "doors", reason: "broken_json" }, deps());
    expect(other).toMatchObject({ wanted: 0, looked: 0, understood: 0 });
    expect(await alertsOf("doors")).toBe(0);
  });

  it("stand there once, understood, with the bytes and the numbers they had", async () => {
    const before = await rowsOf("doors");
    const runner = runnerOf();
    const job = await startReread(await admin(), { id: "doors" }, deps({ wake: runner.wake }));
    await expect(startReread(await admin(), { id: "doors" }, deps())).rejects.toMatchObject({ code: "conflict" });
    await runner.idle();
    await runner.close();
    const [ended] = (await listSourceRereads(await admin(), "doors", deps())).items;
    expect(ended).toMatchObject({ id: job.id, status: "done", wanted: 6, looked: 6, understood: 5, problem: "" });
    const after = await rowsOf("doors");
    expect(after.map(({ seq, raw }) => [seq, raw])).toEqual(before.map(({ seq, raw }) => [seq, raw]));
    expect(after.map(({ problem, user }) => problem || user)).toEqual([
      ...["sato", "ito", "unrecognized", "kato", "mori", "abe"],
    ]);
    expect((await readUnread(await admin(), { id: "doors" }, deps())).items).toMatchObject([{ events: 1 }]);
    expect((await rowsOf("others")).map(({ problem }) => problem)).toEqual(["unrecognized"]);
  });

  it("are found by their words at the time that they tell now, as well as by their fields", async () => {
    const ito = `${STREAM}-${first + 1n}`;
    expect(await find("card=ito")).toEqual([ito]);
    expect(await find("user.name:ito")).toEqual([ito]);
    expect(await find("result:NG dataset:acme-door")).toHaveLength(2);
    expect(await find("what is this")).toEqual([`${STREAM}-${first + 2n}`]);
  });

  it("have set off rules, once each", async () => {
    expect([await alertsOf("doors"), await detectionsOf("doors")]).toEqual([2, 2]);
    expect((await rowsOf("doors")).filter(({ rules }) => rules.includes(RULE.id))).toHaveLength(2);
  });

  it("leave a record of who asked and what came of it", () => {
    const said = contexts.audits.filter(({ target }) => target.id === "doors");
    expect(said.map(({ action }) => action)).toEqual(["reread.start", "reread.end"]);
    expect(said.at(-1)?.detail).toMatchObject({ looked: 6, understood: 5, status: "done" });
  });
});

describe("A preview", () => {
  it("teaches nothing, is one at a time, and a run does teach", async () => {
    await storeUnread("tried", LINES);
    const learned: boolean[] = [];
    const enrich: LineEngines["enrich"] = (_event, _seen, learns) => learned.push(learns);
    const run: WorkerPool["run"] = async (order) => [
      { kind: "done", id: 0, busyMs: 0, slowRules: [], ...processor.process(order, { ...engines, enrich }) },
    ];
    const taught = deps({ pool: { run } });
    const ctx = await admin();
    const first = previewReread(ctx, { id: "tried" }, taught);
    await expect(previewReread(ctx, { id: "tried" }, taught)).rejects.toMatchObject({ code: "over_limit" });
    expect(await first).toMatchObject({ understood: 4 });
    expect(new Set(learned)).toEqual(new Set([false]));
    expect(await previewReread(ctx, { id: "tried" }, taught)).toMatchObject({ understood: 4 });
    learned.length = 0;
    const runner = runnerOf({ pool: { run } });
    await startReread(ctx, { id: "tried" }, deps({ wake: runner.wake }));
    await runner.idle();
    await runner.close();
    expect(new Set(learned)).toEqual(new Set([true]));
  });
});

describe("What is asked of the engine", () => {
  /** Texts of the queries on events, with the day that each looks at. */
  const spied = (days: number[]): EventsDb => ({
    ...events,
    select: (sql, params, limits) => {
      if (sql.includes("toYYYYMMDD(received)")) days.push(Number(params?.day));
      return events.select(sql, params, limits);
    },
  });

  it("is one day at a time, and no day that is done", async () => {
    await storeUnread("steps", [door("sato")], 5);
    await storeUnread("steps", [door("ito")], 2);
    const job = await startReread(await admin(), { id: "steps" }, deps());
    const run = { id: job.id, how: HOW, signal: new AbortController().signal };
    const days: number[] = [];
    while (await runStep(deps({ events: spied(days) }), run));
    expect(days.length).toBeGreaterThan(3);
    expect(days).toEqual([...days].sort((one, two) => one - two));
    expect((await rowsOf("steps")).map(({ user }) => user)).toEqual(["sato", "ito"]);
    const runner = runnerOf();
    runner.wake();
    await runner.idle();
    await runner.close();
  });

  it("is of the last 30 days for a source's page, and as far back as it is asked and the time goes", async () => {
    await storeUnread("long", [door("sato"), door("ito")], 60);
    await storeUnread("long", [door("kato")]);
    const unread = async (from?: string, more: Partial<RereadDeps> = {}) =>
      await readUnread(await admin(), { id: "long", from }, deps(more));
    expect(await unread()).toMatchObject({ isComplete: true, items: [{ events: 1 }] });
    const since = new Date(NOW - 90 * DAY).toISOString();
    expect(await unread(since)).toMatchObject({ from: since, isComplete: true, items: [{ events: 3 }] });
    let clock = NOW;
    const slow = { now: () => (clock += 6_000) };
    expect(await unread(since, slow)).toMatchObject({ isComplete: false, items: [{ events: 1 }] });
  });
});

describe("What was told of an event before", () => {
  it("is not told again, and stays with it", async () => {
    const first = await storeUnread("told", [door("ito", "NG"), door("kato", "NG")]);
    const facts = { timeMs: NOW - DAY, stream: STREAM, seq: first, level: "high" };
    await storeDetections(
      events,
      [RULE.id, "keyword"].map((ruleId) => ({ ...facts, ruleId })),
    );
    const runner = runnerOf();
    await startReread(await admin(), { id: "told" }, deps({ wake: runner.wake }));
    await runner.idle();
    await runner.close();
    expect([await alertsOf("told"), await detectionsOf("told")]).toEqual([1, 1]);
    expect((await rowsOf("told")).map(({ rules }) => [...rules].sort())).toEqual([["keyword", RULE.id], [RULE.id]]);
  });
});

/** Fails before or after the n-th write, as a process that ends there would. */
function failing(at: number, isAfter: boolean): { deps: JobDeps; writes: () => number } {
  let writes = 0;
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes !== at) return await work();
    if (isAfter) await work();
    throw new Error("the process ended here");
  };
  const cut: EventsDb = {
    ...events,
    insertNative: (table, columns, block, token) => write(() => events.insertNative(table, columns, block, token)),
    command: (sql, params) => write(() => events.command(sql, params)),
  };
  const kept: State = { ...state, db: state.db, transaction: (work) => write(() => state.transaction(work)) };
  const addGrams: JobDeps["addGrams"] = (rows) => write(() => grams.addAgain(rows));
  return { deps: { ...deps(), events: cut, state: kept, addGrams }, writes: () => writes };
}

describe("A job that is cut off and taken up again", () => {
  const cuts = [1, 2, 3, 4, 5, 6].flatMap((at) => [
    { at, isAfter: false },
    { at, isAfter: true },
  ]);
  test.each(cuts)("at write $at, done: $isAfter, loses and doubles nothing", async ({ at, isAfter }) => {
    const id = `cut-${at}-${isAfter}`;
    await storeUnread(id, LINES);
    await grams.catchUp();
    const job = await startReread(await admin(), { id }, deps());
    const run = { id: job.id, how: HOW, signal: new AbortController().signal };
    const broken = failing(at, isAfter);
    await expect(runStep(broken.deps, run)).rejects.toThrow("the process ended here");
    expect(broken.writes()).toBe(at);
    // At no moment is an event missing.
    expect(new Set((await rowsOf(id)).map(({ seq }) => seq)).size).toBe(LINES.length);
    const runner = runnerOf();
    runner.wake();
    await runner.idle();
    await runner.close();
    const rows = await rowsOf(id);
    expect(rows.map(({ raw }) => raw)).toEqual(LINES);
    expect(rows.filter(({ problem }) => problem === "")).toHaveLength(4);
    expect([await alertsOf(id), await detectionsOf(id)]).toEqual([2, 2]);
    const [ended] = (await listSourceRereads(await admin(), id, deps())).items;
    expect(ended).toMatchObject({ status: "done", looked: 5, understood: 4 });
  });

  it("tells that it waits while an engine is away, and holds up no other", async () => {
    await storeUnread("away", LINES);
    await storeUnread("near", LINES);
    await startReread(await admin(), { id: "away" }, deps());
    await startReread(await admin(), { id: "near" }, deps());
    const runner = createRereadRunner({
      ...failing(2, false).deps,
      source: () => HOW,
      settled: async () => true,
      isBusy: () => false,
      system: admin,
      log: { info: () => undefined, warn: () => undefined },
    });
    runner.wake();
    await runner.idle();
    await runner.close();
    const of = async (id: string) => (await listSourceRereads(await admin(), id, deps())).items[0];
    expect(await of("away")).toMatchObject({ status: "running", problem: "bug" });
    expect(await of("near")).toMatchObject({ status: "done", understood: 4 });
    const again = runnerOf();
    again.wake();
    await again.idle();
    await again.close();
    expect(await of("away")).toMatchObject({ status: "done", understood: 4, problem: "" });
  });
});

describe("A job that cannot go on", () => {
  const of = async (id: string) => (await listSourceRereads(await admin(), id, deps())).items[0];

  it("waits before a step while what arrives waits to be stored", async () => {
    await storeUnread("behind", LINES);
    let [asked, readWhileBusy] = [0, 0];
    const isBusy = () => asked++ < 2;
    const run: WorkerPool["run"] = async (order) => {
      if (asked <= 2) readWhileBusy += 1;
      return await pool.run(order);
    };
    const runner = runnerOf({ isBusy, pool: { run } });
    await startReread(await admin(), { id: "behind" }, deps({ wake: runner.wake }));
    await runner.idle();
    await runner.close();
    expect([asked > 2, readWhileBusy]).toEqual([true, 0]);
    expect(await of("behind")).toMatchObject({ status: "done", understood: 4 });
  });

  it("ends and says so when its source is gone", async () => {
    await storeUnread("gone", LINES);
    await startReread(await admin(), { id: "gone" }, deps());
    const runner = runnerOf({ source: () => undefined });
    runner.wake();
    await runner.idle();
    await runner.close();
    expect(await of("gone")).toMatchObject({ status: "cancelled", problem: "not_found", looked: 0 });
    expect(contexts.audits.at(-1)).toMatchObject({ action: "reread.end", detail: { problem: "not_found" } });
  });
});

describe("A job that is cancelled", () => {
  it("leaves what it has not begun, finishes what it has told of, and is ended", async () => {
    await storeUnread("begun", LINES);
    await storeUnread("fresh", LINES);
    const begun = await startReread(await admin(), { id: "begun" }, deps());
    const fresh = await startReread(await admin(), { id: "fresh" }, deps());
    const run = { id: begun.id, how: HOW, signal: new AbortController().signal };
    await expect(runStep(failing(2, false).deps, run)).rejects.toThrow();
    for (const { id, sourceId } of [begun, fresh])
      expect(await cancelReread(await admin(), { id: sourceId, reread: id }, deps())).toMatchObject({
        status: "cancelling",
      });
    const runner = runnerOf();
    runner.wake();
    await runner.idle();
    await runner.close();
    const of = async (id: string) => (await listSourceRereads(await admin(), id, deps())).items[0];
    expect(await of("begun")).toMatchObject({ status: "cancelled", understood: 4 });
    expect(await of("fresh")).toMatchObject({ status: "cancelled", looked: 0 });
    expect((await rowsOf("begun")).filter(({ problem }) => problem === "")).toHaveLength(4);
    expect((await rowsOf("fresh")).filter(({ problem }) => problem !== "")).toHaveLength(5);
    const again = await cancelReread(await admin(), { id: "fresh", reread: fresh.id }, deps());
    expect(again).toMatchObject({ status: "cancelled" });
  });
});

describe("What a re-read leaves alone", () => {
  it("is what a replay of the log may still store, and what was received outside the range", async () => {
    await storeUnread("edge", [door("old")], 9);
    const last = await storeUnread("edge", [door("one"), door("two")]);
    const through = stored;
    stored = last;
    try {
      const runner = runnerOf();
      const from = new Date(NOW - 5 * DAY).toISOString();
      await startReread(await admin(), { id: "edge", from }, deps({ wake: runner.wake }));
      await runner.idle();
      await runner.close();
    } finally {
      stored = through;
    }
    expect((await rowsOf("edge")).map(({ user }) => user)).toEqual(["", "one", ""]);
  });

  it("is another unit's source, for whoever may not change it there", async () => {
    const kyoto = await contexts.as({ role: "ciso", units: ["unit_kyoto"] });
    await expect(startReread(kyoto, { id: "doors" }, deps())).rejects.toMatchObject({ code: "not_found" });
    const reader = await contexts.as({ role: "auditor", units: ["unit_osaka"] });
    await expect(startReread(reader, { id: "doors" }, deps())).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("A source that was moved to another unit", () => {
  const moved = { source: () => ({ ...HOW, unitId: "unit_kyoto" }) };

  it("gives whoever may change it there no sight of what it sent before, and no power over it", async () => {
    await storeUnread("moved", [door("sato"), door("ito")], 1, "unit_osaka");
    await storeUnread("moved", [door("kato")], 1, "unit_kyoto");
    const kyoto = await contexts.as({ role: "ciso", units: ["unit_kyoto"] });
    expect((await readUnread(kyoto, { id: "moved" }, deps(moved))).items).toMatchObject([{ events: 1 }]);
    expect(await previewReread(kyoto, { id: "moved" }, deps(moved))).toMatchObject({ wanted: 1, looked: 1 });
    const runner = runnerOf(moved);
    await startReread(kyoto, { id: "moved" }, deps({ ...moved, wake: runner.wake }));
    await runner.idle();
    expect((await rowsOf("moved")).map(({ user }) => user)).toEqual(["", "", "kato"]);

    await startReread(await admin(), { id: "moved" }, deps({ ...moved, wake: runner.wake }));
    await runner.idle();
    await runner.close();
    expect((await rowsOf("moved")).map(({ user }) => user)).toEqual(["sato", "ito", "kato"]);
  });
});

describe("Events that expire while they are read again", () => {
  const day = Number(new Date(NOW - 40 * DAY).toISOString().slice(0, 10).replaceAll("-", ""));
  const idleRun = (id: string) => ({ id, how: HOW, signal: new AbortController().signal });

  it("are measured when each stands once, deleted, and recorded once", async () => {
    await storeUnread("expiring", LINES, 40, "unit_osaka");
    const set = { unitId: "unit_osaka", setById: "p", setByName: "p", setAt: new Date(NOW), holdReason: "" };
    const policy = {
      ...set,
      kind: "source" as const,
      scopeId: "expiring",
      version: 1,
      keep: "days" as const,
      days: 30,
    };
    await state.transaction((tx) => insertPolicy(tx, policy));
    const keeper = startRetentionKeeper({
      ...{ events, state, turn, meter: createVolumeMeter(events, () => NOW), tree: async () => TREE },
      system: admin,
      names: async () => new Map(),
      settled: async () => true,
      isInHand: (one) => isInHand(state.db, one),
      now: () => NOW,
      log: { info: () => undefined, warn: () => undefined },
    });
    const job = await startReread(await admin(), { id: "expiring" }, deps());
    await expect(runStep(failing(5, false).deps, idleRun(job.id))).rejects.toThrow("the process ended here");
    await keeper.round();
    expect(await rowsOf("expiring")).toHaveLength(LINES.length + 4);
    const runner = runnerOf();
    runner.wake();
    await runner.idle();
    await runner.close();
    await keeper.round();
    await keeper.close();
    expect(await rowsOf("expiring")).toEqual([]);
    expect(await deletionsOfDay(state.db, day)).toMatchObject([{ sourceId: "expiring", events: LINES.length }]);
  });

  it("are not stored anew while the engine has not done with deleting them", async () => {
    await storeUnread("leaving", LINES, 40, "unit_osaka");
    const [planned] = await deletionsOfDay(state.db, day);
    if (!planned) throw new Error("the deletion before this is not there");
    const open = { ...planned, id: "deletion_open", sourceId: "leaving", doneAt: null };
    await state.transaction((tx) => insertPlanned(tx, [open]));
    const job = await startReread(await admin(), { id: "leaving" }, deps());
    await expect(runStep(deps(), idleRun(job.id))).rejects.toMatchObject({ code: "unavailable" });
    expect(await rowsOf("leaving")).toHaveLength(LINES.length);
    await state.transaction((tx) => finishDeletions(tx, [open.id], new Date(NOW)));
    const runner = runnerOf();
    runner.wake();
    await runner.idle();
    await runner.close();
    expect((await rowsOf("leaving")).filter(({ problem }) => problem === "")).toHaveLength(4);
  });
});

it("Plain text is not told as unread where the source's format asks for it, and is where it does not", async () => {
  const sent = { timeMs: NOW - DAY, stream: STREAM, sourceId: "plain", unitId: "unit_osaka", dataset: "raw" };
  await storeEvents(events, [
    { ...sent, seq: next++, raw: "as it is" },
    { ...sent, seq: next++, raw: "broken", problem: "broken_json" },
  ]);
  const reasons = async (format: string): Promise<string[]> => {
    const { items } = await readUnread(await admin(), { id: "plain" }, deps({ source: () => ({ ...HOW, format }) }));
    return items.map(({ reason }) => reason).sort();
  };
  expect([await reasons("raw"), await reasons("auto")]).toEqual([["broken_json"], ["", "broken_json"]]);
});

it("The address that sent a line without a host's name is told of it again", async () => {
  const raw = "<189>82: *Nov 20 09:15:00.123: %SYS-5-CONFIG_I: Configured from console by sato on vty0 (10.1.1.5)";
  const sent = { timeMs: NOW - DAY, seq: next++, stream: STREAM, sourceId: "ios", unitId: "unit_osaka", raw };
  await storeEvents(events, [{ ...sent, dataset: "raw", problem: "not_the_pinned_format", host_ip: "10.9.8.7" }]);
  const runner = runnerOf();
  await startReread(await admin(), { id: "ios" }, deps({ wake: runner.wake }));
  await runner.idle();
  await runner.close();
  const sql = "SELECT problem, toString(host_ip) AS ip FROM events WHERE source_id = 'ios'";
  expect(await events.select(sql)).toEqual([{ problem: "", ip: "::ffff:10.9.8.7" }]);
});

it("What Splunk HEC sent around an event is read with it again", async () => {
  const fields = { message: door("hec"), "splunk.host": "gate-7", "splunk.source": "s", site: "osaka" };
  await storeEvents(events, [
    ...[{ timeMs: NOW - DAY, seq: next++, stream: STREAM, sourceId: "hec", unitId: "unit_osaka", fields }].map(
      (one) => ({
        ...{ ...one, raw: door("hec"), dataset: "raw", problem: "unrecognized" },
      }),
    ),
  ]);
  const runner = runnerOf();
  await startReread(await admin(), { id: "hec" }, deps({ wake: runner.wake }));
  await runner.idle();
  await runner.close();
  const sql = "SELECT host_name AS host, fields['site'] AS site, user_name AS user FROM events WHERE source_id = 'hec'";
  expect(await events.select(sql)).toEqual([{ host: "gate-7", site: "osaka", user: "hec" }]);
});
