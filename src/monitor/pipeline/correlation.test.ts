import { mkdtemp, rm, writeFile } from "node:fs/promises";
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
import { compileExceptions, compileRules, NO_EXCEPTIONS, type RuleSet } from "../detect/index.ts";
import { emptyHotColumns } from "../event/index.ts";
import { type AlertSink, type Pipeline, startPipeline } from "./pipeline.ts";
import { BatchProcessor, type LineEngines, rawOnlyEngines } from "./process-batch.ts";
import { RuleCosts } from "./rule-costs.ts";
import type { WorkerPool } from "./worker-pool.ts";

const rulesWith = (threshold: number, more: object = {}): RuleSet =>
  compileRules([
    {
      origin: "test",
      text: [
        {
          title: "Failure",
          name: "failure",
          logsource: { product: "x" },
          detection: { s: { kind: "fail" }, condition: "s" },
        },
        {
          title: "Many failures",
          id: "many",
          level: "high",
          correlation: {
            type: "event_count",
            rules: ["failure"],
            "group-by": ["user"],
            timespan: "1h",
            condition: { gte: threshold },
          },
          ...more,
        },
      ]
        .map((document) => JSON.stringify(document))
        .join("\n---\n"),
    },
  ]);

/** Lines are `kind user`; the pool is the real per-batch code without its threads. */
function enginesFor(rules: RuleSet, exceptedBy = NO_EXCEPTIONS.exceptedBy): LineEngines {
  let hits: readonly number[] = [];
  let fields = {};
  return {
    parse: (bytes) => {
      const [kind = "", user = ""] = bytes.toString("utf8").split(" ");
      const hot = { ...emptyHotColumns(), host_name: "dc01", user_name: user, what: "a logon" };
      return {
        timeMs: 1_700_000_000_000,
        problem: "",
        fields: { kind, user },
        hot,
        logsource: { product: "x", category: "", service: "" },
      };
    },
    match: (event) => {
      hits = rules.match(event);
      fields = event.fields;
      return hits.flatMap((hit) => (rules.rules[hit]?.alerts ? [rules.rules[hit].facts] : []));
    },
    exceptedBy,
    bases: () =>
      hits.flatMap((hit) => {
        const values = rules.capture(hit, fields);
        return values ? [{ id: rules.rules[hit]?.facts.id ?? "", wanted: rules.wanted(hit), values }] : [];
      }),
  };
}

function poolFor(rules: RuleSet, exceptedBy?: LineEngines["exceptedBy"]): WorkerPool {
  const processor = new BatchProcessor();
  const engines = enginesFor(rules, exceptedBy);
  return {
    size: 2,
    run: async (order) => [{ kind: "done", id: 0, busyMs: 0, slowRules: [], ...processor.process(order, engines) }],
    runRaw: async (order) => ({
      kind: "done",
      id: 0,
      busyMs: 0,
      slowRules: [],
      ...processor.process(order, rawOnlyEngines),
    }),
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
    correlations: () => rules.program,
    filters: () => [],
    costs: new RuleCosts(),
    crashes: () => 0,
    close: async () => {},
  };
}

let events: EventsDb;
let state: State;
let directory: string;
let wal: Wal;
const running: Pipeline[] = [];
const warnings: string[] = [];

beforeAll(async () => {
  events = await openTestEvents();
  state = await openTestState();
}, 120_000);
afterAll(async () => {
  await events.close();
  await state.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-correlation-"));
  wal = await openWal({ directory: join(directory, "wal") });
  warnings.length = 0;
});
afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.close().catch(() => {});
  await wal.close().catch(() => {});
  await rm(directory, { recursive: true, force: true });
});

const unitId = (): string => `unit-${wal.stream}`;
const meta = () =>
  encodeMeta({ sourceId: "source-1", unitId: unitId(), transport: "ndjson", peer: "127.0.0.1", format: "auto" });
const append = (...lines: readonly string[]) =>
  wal.append({ receivedAtMs: Date.now(), meta: meta(), payload: encodeFrames(lines.map((line) => Buffer.from(line))) });
const fails = (count: number, user = "eve") => Array.from({ length: count }, () => `fail ${user}`);

const sink = (): AlertSink => createAlertSink(state, () => new Date());

function start(
  over: {
    alerts?: AlertSink;
    exceptedBy?: LineEngines["exceptedBy"];
    rules?: RuleSet;
    events?: EventsDb;
    wal?: Wal;
  } = {},
): Pipeline {
  const rules = over.rules ?? rulesWith(5);
  const pool = poolFor(rules, over.exceptedBy);
  const pipeline = startPipeline({
    wal: over.wal ?? wal,
    events: over.events ?? events,
    alerts: over.alerts ?? sink(),
    pool,
    correlation: { directory: join(directory, "correlation"), program: () => pool.correlations() },
    log: { warn: (_, message) => warnings.push(message) },
  });
  running.push(pipeline);
  return pipeline;
}

const stop = async (): Promise<void> => {
  for (const pipeline of running.splice(0)) await pipeline.close();
};

type Row = { rule: string; entity: string; what: string; n: string };
const detections = (): Promise<Row[]> =>
  events.select<Row>(
    "SELECT rule_id AS rule, entity, what, count() AS n FROM detections WHERE unit_id = {unit:String} GROUP BY rule, entity, what ORDER BY entity",
    { unit: unitId() },
  );
async function alerts(): Promise<{ rule_id: string; entity: string; count: string }[]> {
  const { rows } = await state.db.execute<{ rule_id: string; entity: string; count: string }>(
    `SELECT rule_id, entity, count::text FROM alert WHERE unit_id = '${unitId()}' ORDER BY entity`,
  );
  return rows;
}

describe("A correlation in the running system", () => {
  it("raises one alert for a burst, about what its events have in common, and none for its base rule", async () => {
    const pipeline = start();
    await append(...fails(3), ...fails(2, "bob"));
    await append(...fails(4));
    await pipeline.drained();
    expect(await detections()).toEqual([{ rule: "many", entity: "eve", what: "user=eve ×5", n: "1" }]);
    expect(await alerts()).toEqual([{ rule_id: "many", entity: "eve", count: "1" }]);
    const { rows } = await state.db.execute<{ n: number }>(
      `SELECT jsonb_array_length(sample->'contributing') AS n FROM alert WHERE unit_id = '${unitId()}'`,
    );
    expect(rows).toEqual([{ n: 5 }]);
    expect(pipeline.snapshot().correlations).toMatchObject([{ id: "many", groups: 2, firings: 1 }]);
  });

  it("lets the base rule alert, too, when the correlation says so", async () => {
    const pipeline = start({ rules: rulesWith(5, { generate: true }) });
    await append(...fails(5));
    await pipeline.drained();
    expect((await detections()).map(({ rule, n }) => [rule, n])).toEqual([
      ["failure", "5"],
      ["many", "1"],
    ]);
  });

  it("leaves out events that are excepted from a rule which it lists", async () => {
    const rules = rulesWith(5);
    const match = { kind: "fields", fields: [{ name: "user", value: "backup" }] } as const;
    const spec = {
      id: "x",
      ruleIds: ["failure"],
      unitIds: "any",
      startsAtMs: 0,
      expiresAtMs: Infinity,
      match,
    } as const;
    const { exceptedBy } = compileExceptions([spec], rules.rules, {});
    const pipeline = start({ rules, exceptedBy });
    await append(...fails(9, "backup"), ...fails(5));
    await pipeline.drained();
    expect(await alerts()).toEqual([{ rule_id: "many", entity: "eve", count: "1" }]);
    expect(pipeline.snapshot().correlations).toMatchObject([{ id: "many", groups: 1, firings: 1 }]);
  });

  it("counts on across a restart", async () => {
    const first = start();
    await append(...fails(4));
    await first.drained();
    await stop();
    const second = start();
    await append(...fails(1));
    await second.drained();
    expect(await alerts()).toMatchObject([{ rule_id: "many", count: "1" }]);
  });

  it("keeps windows of rules that stay, and begins anew for those that change", async () => {
    const first = start();
    await append(...fails(4));
    await first.drained();
    await stop();
    const second = start({ rules: rulesWith(4) });
    await append(...fails(1));
    await second.drained();
    expect(await alerts()).toEqual([]);
  });

  it("starts anew, and says so, when the saved windows are damaged", async () => {
    const first = start();
    await append(...fails(4));
    await first.drained();
    await stop();
    await writeFile(join(directory, "correlation", "windows"), "not a state");
    const second = start();
    await append(...fails(5, "bob"));
    await second.drained();
    expect(await alerts()).toMatchObject([{ entity: "bob" }]);
    expect(warnings.join()).toContain("correlation starts anew");
  });
});

/** A pipeline that the process leaves without a word: nothing is saved, nothing is closed, the log is opened again. */
async function crash(): Promise<void> {
  running.splice(0);
  await wal.close();
  wal = await openWal({ directory: join(directory, "wal") });
}

describe("After a crash", () => {
  it("the log still holds what the windows had not been saved with", async () => {
    start({ wal: { ...wal, stats: () => wal.stats(), checkpoint: async () => {}, stream: wal.stream } });
    await append(...fails(4));
    await sleep(1500);
    await crash();
    const second = start();
    await append(...fails(1));
    await second.drained();
    expect(await alerts()).toMatchObject([{ rule_id: "many", count: "1" }]);
    expect((await detections()).map(({ n }) => n)).toEqual(["1"]);
  });

  it.each(["before", "after"] as const)("%s the alert was recorded, it is there once", async (moment) => {
    const real = sink();
    const dying: AlertSink = {
      checkpoint: (stream) => real.checkpoint(stream),
      record: async (stream, seq, groups) => {
        if (moment === "after") await real.record(stream, seq, groups);
        throw new AppError("upstream", "the process is gone");
      },
    };
    start({ alerts: dying });
    await append(...fails(5));
    await sleep(1500);
    for (const pipeline of running.splice(0)) await pipeline.close();
    const second = start();
    await append(...fails(2, "bob"));
    await second.drained();
    expect(await alerts()).toMatchObject([{ rule_id: "many", entity: "eve", count: "1" }]);
    expect((await detections()).map(({ entity, n }) => [entity, n])).toEqual([["eve", "1"]]);
  });
});
