import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { openWal, type Wal } from "../../platform/wal/index.ts";
import { createAlertSink } from "../alert/index.ts";
import { encodeFrames, encodeMeta } from "../collect/index.ts";
import { NO_EXCEPTIONS } from "../detect/index.ts";
import { COLUMNS, emptyFields, emptyHotColumns, type RuleFacts } from "../event/index.ts";
import { type AlertSink, type Pipeline, startPipeline } from "./pipeline.ts";
import { BatchProcessor, type LineEngines, rawOnlyEngines } from "./process-batch.ts";
import { RuleCosts } from "./rule-costs.ts";
import type { WorkerPool } from "./worker-pool.ts";

const META = {
  sourceId: "source-1",
  unitId: "unit-1",
  transport: "ndjson",
  peer: "127.0.0.1",
  format: "auto",
} as const;
const RULE: RuleFacts = {
  id: "rule-1",
  title: "Bad word",
  level: "high",
  author: "Test",
  tactics: ["impact"],
  techniques: ["T1485"],
};

/** Lines are the events; those with "bad" match. The pool is the real per-batch code without its threads. */
const engines: LineEngines = {
  parse: (bytes) => {
    const text = bytes.toString("utf8");
    const hot = { ...emptyHotColumns(), host_name: "host-1", who: "someone", message: text };
    return {
      timeMs: 1_700_000_000_000,
      problem: "",
      fields: emptyFields(),
      hot,
      logsource: { product: "", category: "", service: "" },
    };
  },
  match: () => [],
  ...NO_EXCEPTIONS,
};
const marking: LineEngines = {
  parse: (bytes, hints) => ({
    ...engines.parse(bytes, hints),
    logsource: { product: bytes.includes("bad") ? "bad" : "", category: "", service: "" },
  }),
  match: (event) => (event.logsource.product === "bad" ? [RULE] : []),
  exceptedBy: ({ hot }, ruleIds) =>
    new Map(hot.message.includes("excepted") ? ruleIds.map((id) => [id, "exception_1"]) : []),
};
const processor = new BatchProcessor();
const inlinePool: WorkerPool = {
  size: 2,
  run: async (order) => [{ kind: "done", id: 0, busyMs: 0, slowRules: [], ...processor.process(order, marking) }],
  setRules: async () => {},
  setExceptions: () => {},
  setParsers: () => undefined,
  tryParser: () => Promise.reject(new Error("unused")),
  setNetworks: () => {},
  addOwners: () => {},
  owners: () => [],
  onOwners: () => {},
  compile: async () => ({ rules: [], open: [], rejected: [], narrowing: [] }),
  lint: async () => [],
  tryRule: async () => ({ ok: true, lines: [] }),
  compileHunt: async () => ({ ok: false, reason: "" }),
  runRaw: async (order) => ({
    kind: "done",
    id: 0,
    busyMs: 0,
    slowRules: [],
    ...processor.process(order, rawOnlyEngines),
  }),
  correlations: () => undefined,
  filters: () => [],
  costs: new RuleCosts(),
  crashes: () => 0,
  close: async () => {},
};

let events: EventsDb;
let state: State;
let directory: string;
let wal: Wal;
const running: Pipeline[] = [];

beforeAll(async () => {
  events = await openTestEvents();
  state = await openTestState();
});
afterAll(async () => {
  await events?.close();
  await state?.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-pipeline-"));
  wal = await openWal({ directory });
});
afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.close().catch(() => {});
  await wal?.close().catch(() => {});
  await rm(directory, { recursive: true, force: true });
});

const sink = (): AlertSink => createAlertSink(state, () => new Date());
const unitId = (): string => `unit-${wal.stream}`;

async function alertCount(): Promise<number> {
  const { rows } = await state.db.execute<{ n: string }>(
    `SELECT coalesce(sum(count), 0)::text AS n FROM alert WHERE unit_id = '${unitId()}'`,
  );
  return Number(rows[0]?.n);
}

async function append(lines: readonly string[]): Promise<void> {
  const meta = encodeMeta({
    ...META,
    unitId: unitId(),
    transport: "ndjson",
    peer: "127.0.0.1",
    format: "auto",
  });
  await wal.append({ receivedAtMs: Date.now(), meta, payload: encodeFrames(lines.map((line) => Buffer.from(line))) });
}

async function start(over: { wal?: Wal; events?: EventsDb; alerts?: AlertSink } = {}): Promise<Pipeline> {
  const pipeline = startPipeline({
    wal,
    events,
    alerts: sink(),
    pool: inlinePool,
    correlation: { directory: join(directory, "correlation"), program: () => undefined },
    log: { warn: () => {} },
    ...over,
  });
  running.push(pipeline);
  return pipeline;
}

/** The log as a process sees it that dies before its next checkpoint. */
const dyingWal = (): Wal => ({
  stream: wal.stream,
  append: (entry) => wal.append(entry),
  read: (from, limits) => wal.read(from, limits),
  waitPast: (seq, signal) => wal.waitPast(seq, signal),
  checkpoint: async () => {},
  stats: () => wal.stats(),
  close: () => wal.close(),
});

async function crash(pipeline: Pipeline): Promise<void> {
  await pipeline.close();
  await wal.close();
  wal = await openWal({ directory });
}

type Stored = { n: string; distinct: string };
const storedEvents = async (): Promise<Stored | undefined> =>
  (
    await events.select<Stored>(
      "SELECT count() AS n, uniqExact(seq) AS distinct FROM events WHERE stream = {s:UInt32}",
      { s: wal.stream },
    )
  )[0];
const storedDetections = async (): Promise<Stored | undefined> =>
  (
    await events.select<Stored>(
      "SELECT count() AS n, uniqExact(seq) AS distinct FROM detections WHERE stream = {s:UInt32}",
      { s: wal.stream },
    )
  )[0];

describe("From the log to the engines", () => {
  it("the table has exactly the hot columns that the code writes", async () => {
    const rows = await events.select<{ name: string }>(
      "SELECT name FROM system.columns WHERE table = 'events' AND database = currentDatabase()",
    );
    const system = [
      "time",
      "received",
      "stream",
      "seq",
      "unit_id",
      "source_id",
      "problem",
      "answered",
      "rule_ids",
      "fields",
      "added",
      "raw",
      "null_fields",
      "list_fields",
      "encoding",
      "decoded",
    ];
    expect(rows.map((row) => row.name).sort()).toEqual([...system, ...COLUMNS.map((spec) => spec.column)].sort());
  });

  it("events become searchable, detections become rows, alerts are counted", async () => {
    const pipeline = await start();
    await append(["one", "two bad", "three bad"]);
    await pipeline.drained();
    expect([await storedEvents(), await storedDetections(), await alertCount()]).toEqual([
      { n: "3", distinct: "3" },
      { n: "2", distinct: "2" },
      2,
    ]);
  });

  it("the raw bytes come back as they were", async () => {
    const pipeline = await start();
    await append(["日本語 𠮷 \u0000 end"]);
    await pipeline.drained();
    const rows = await events.select("SELECT raw FROM events WHERE stream = {s:UInt32}", { s: wal.stream });
    expect(rows).toEqual([{ raw: "日本語 𠮷 \u0000 end" }]);
  });
});

/** Fails once, before or after the real work is done: what a crash between two steps looks like to the next start. */
function failOnce<T extends unknown[]>(
  work: (...args: T) => Promise<void>,
  when: "before" | "after",
  matches: (...args: T) => boolean,
) {
  let isArmed = true;
  return {
    failed: () => !isArmed,
    run: async (...args: T): Promise<void> => {
      if (!isArmed || !matches(...args)) return work(...args);
      isArmed = false;
      if (when === "after") await work(...args);
      throw new AppError("unavailable", "cut here");
    },
  };
}

describe("A crash between two steps", () => {
  it.each([
    ["before the events are stored", "events", "before"],
    ["after the events, before the detections", "events", "after"],
    ["after the detections, before the alerts", "detections", "after"],
  ] as const)("%s loses nothing and doubles nothing", async (_, table, when) => {
    await append(["one bad", "two", "three bad"]);
    const cut = failOnce(events.insertNative, when, (name) => name === table);
    const first = await start({ wal: dyingWal(), events: { ...events, insertNative: cut.run } });
    while (!cut.failed()) await sleep(10);
    await crash(first);
    await append(["four bad"]);
    await (await start()).drained();
    expect([await storedEvents(), await storedDetections(), await alertCount()]).toEqual([
      { n: "4", distinct: "4" },
      { n: "3", distinct: "3" },
      3,
    ]);
  });

  it("after the alerts, before the log's checkpoint, counts no alert twice", async () => {
    await append(["one bad", "two"]);
    const real = sink();
    const cut = failOnce(real.record, "after", () => true);
    const first = await start({ wal: dyingWal(), alerts: { ...real, record: cut.run } });
    while (!cut.failed()) await sleep(10);
    await crash(first);
    await append(["three bad"]);
    await (await start()).drained();
    expect([await storedEvents(), await alertCount()]).toEqual([{ n: "3", distinct: "3" }, 2]);
  });
});

describe("While the events engine is away", () => {
  it("input is kept and stored in order when it is back", async () => {
    let isAway = true;
    const flaky: EventsDb = {
      ...events,
      insertNative: async (...args) => {
        if (isAway) throw new AppError("unavailable", "away");
        return events.insertNative(...args);
      },
    };
    const pipeline = await start({ events: flaky });
    for (let i = 0; i < 5; i += 1) await append([`line ${i}`]);
    while (!pipeline.snapshot().isEngineAway) await sleep(10);
    expect(await storedEvents()).toEqual({ n: "0", distinct: "0" });
    isAway = false;
    await pipeline.drained();
    expect(await storedEvents()).toEqual({ n: "5", distinct: "5" });
    expect(pipeline.snapshot()).toMatchObject({ isEngineAway: false, lastFailure: "away" });
  });
});

describe("What goes wrong in a batch", () => {
  const throwing: LineEngines = {
    ...marking,
    parse: (bytes, hints) => {
      if (bytes.includes("poison")) throw new Error("a parser's bug");
      return marking.parse(bytes, hints);
    },
  };

  it("a line that makes the parser throw leaves nothing behind in the next batch", () => {
    const one = new BatchProcessor();
    const order = (seq: number, lines: string[]) => ({
      stream: 1,
      records: [
        { seq, receivedAtMs: 1, meta: encodeMeta(META), payload: encodeFrames(lines.map((line) => Buffer.from(line))) },
      ],
      alreadyStored: { events: [], detections: [] },
    });
    expect(() => one.process(order(1, ["fine", "fine bad", "poison"]), throwing)).toThrow("a parser's bug");
    expect(one.process(order(2, ["next"]), throwing)).toMatchObject({
      events: { rows: 1 },
      detections: { rows: 0 },
      groups: [],
    });
  });

  it("a batch that the engine refuses is stored record by record, the guilty one as raw bytes", async () => {
    const refusing: EventsDb = {
      ...events,
      insertNative: async (table, columns, block, token) => {
        const isGuilty = Buffer.from(block).includes("cursed") && !Buffer.from(block).includes("parser_crashed");
        if (isGuilty) throw new AppError("invalid", "the engine refuses this block");
        return events.insertNative(table, columns, block, token);
      },
    };
    await append(["one bad"]);
    await append(["cursed"]);
    await append(["three bad"]);
    await (await start({ events: refusing })).drained();
    const rows = await events.select("SELECT raw, problem FROM events WHERE stream = {s:UInt32} ORDER BY seq", {
      s: wal.stream,
    });
    expect(rows).toEqual([
      { raw: "one bad", problem: "" },
      { raw: "cursed", problem: "parser_crashed" },
      { raw: "three bad", problem: "" },
    ]);
    expect(await alertCount()).toBe(2);
  });

  it("a failure at the start of the loop is tried again, not the end of it", async () => {
    let failures = 1;
    const flaky: AlertSink = {
      ...sink(),
      checkpoint: async (stream) => {
        if (failures-- > 0) throw new AppError("unavailable", "the state engine blinks");
        return sink().checkpoint(stream);
      },
    };
    await append(["one"]);
    await (await start({ alerts: flaky })).drained();
    expect(await storedEvents()).toEqual({ n: "1", distinct: "1" });
  });
});
