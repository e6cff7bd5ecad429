/**
 * What correlation costs on one core: `node --expose-gc bench/correlation.ts [--lane WORD]`. Prints JSON: base matches per second of CPU time (the
 * collector's included), the median of three passes over fresh engines, and what a million live groups hold.
 */
import { parseArgs } from "node:util";
import { type BaseMatch, compileRules, type RuleSet } from "../src/monitor/detect/index.ts";

const { values: options } = parseArgs({ options: { lane: { type: "string", default: "" } } });
const PASSES = 3;
const MATCHES = 1_000_000;
const GROUPS = 1_000_000;

type Lane = {
  readonly name: string;
  readonly body: object;
  readonly rules?: readonly string[];
  /** Of the n-th match: which rule, when, and the values of `group-by` and `field`. */
  readonly match: (n: number) => {
    readonly rule?: number;
    readonly timeMs: number;
    readonly values: readonly string[];
  };
};

const hosts = Array.from({ length: 1000 }, (_, n) => `host${n}.example.jp`);
const users = Array.from({ length: 100_000 }, (_, n) => `user${n}`);
const numbers = Array.from({ length: 1000 }, (_, n) => String((n * 7919) % 1000));
const of = (list: readonly string[], n: number): string => list[n % list.length] ?? "";

const LANES: readonly Lane[] = [
  {
    name: "event_count, 1,000 groups",
    body: { type: "event_count", "group-by": ["host"], timespan: "5m", condition: { gte: 100 } },
    match: (n) => ({ timeMs: n, values: [of(hosts, n * 7919)] }),
  },
  {
    name: "event_count, every tenth event out of order",
    body: { type: "event_count", "group-by": ["host"], timespan: "5m", condition: { gte: 100 } },
    match: (n) => ({ timeMs: n % 10 === 0 ? n - 20_000 : n, values: [of(hosts, n * 7919)] }),
  },
  {
    name: "value_count, 1,800 distinct in a window",
    body: { type: "value_count", timespan: "5m", condition: { field: "user", gte: 1_000_000 } },
    match: (n) => ({ timeMs: n, values: [of(users, n % 1800)] }),
  },
  {
    name: "value_count, 100,000 distinct in a window",
    body: { type: "value_count", timespan: "100s", condition: { field: "user", gte: 1_000_000 } },
    match: (n) => ({ timeMs: n, values: [of(users, n)] }),
  },
  {
    name: "value_count, 1,000 groups",
    body: { type: "value_count", "group-by": ["host"], timespan: "5m", condition: { field: "user", gte: 50 } },
    match: (n) => ({ timeMs: n, values: [of(hosts, n * 7919), of(users, n * 31)] }),
  },
  {
    name: "temporal_ordered, 3 rules, 1,000 groups",
    body: { type: "temporal_ordered", "group-by": ["host"], timespan: "5m" },
    rules: ["a", "b", "c"],
    match: (n) => ({ rule: n % 3, timeMs: n, values: [of(hosts, n * 7919)] }),
  },
  {
    name: "value_avg, 1,000 groups",
    body: { type: "value_avg", "group-by": ["host"], timespan: "5m", condition: { field: "n", gt: 900 } },
    match: (n) => ({ timeMs: n, values: [of(hosts, n * 7919), of(numbers, n)] }),
  },
  {
    name: "value_percentile, 100,000 values in a window",
    body: { type: "value_percentile", timespan: "100s", condition: { field: "n", percentile: 95, gt: 2000 } },
    match: (n) => ({ timeMs: n, values: [of(numbers, n * 31)] }),
  },
];

function compile({ body, rules = ["a"] }: Pick<Lane, "body" | "rules">): RuleSet {
  const base = (name: string) => ({
    title: name,
    name,
    logsource: { product: "linux" },
    detection: { s: { k: name }, condition: "s" },
  });
  const documents = [...rules.map(base), { title: "Correlation", correlation: { ...body, rules } }];
  const set = compileRules([
    { origin: "bench", text: documents.map((document) => JSON.stringify(document)).join("\n---\n") },
  ]);
  const [rejection] = set.rejected;
  if (rejection) throw new Error(rejection.reason);
  return set;
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function pass(set: RuleSet, matches: readonly BaseMatch[]): { readonly ms: number; readonly firings: number } {
  const engine = set.correlate();
  let firings = 0;
  const ms = cpuMs(() => {
    for (const [n, match] of matches.entries()) {
      engine.feed(match);
      if (n % 1000 === 0) firings += engine.take().length;
    }
    firings += engine.take().length;
  });
  return { ms, firings };
}

function measure(lane: Lane): object {
  const set = compile(lane);
  const matches = Array.from({ length: MATCHES }, (_, n): BaseMatch => {
    const { rule = 0, timeMs, values } = lane.match(n);
    return { rule, timeMs: timeMs + 1e12, receivedMs: n + 1e12, id: BigInt(n), scope: "unit_01j9", values };
  });
  const passes = Array.from({ length: PASSES }, () => pass(set, matches));
  const [median] = passes.toSorted((one, other) => one.ms - other.ms).slice(1);
  return {
    lane: lane.name,
    matches: MATCHES,
    matchesPerSecond: Math.round(MATCHES / ((median?.ms ?? 0) / 1000)),
    firings: median?.firings,
  };
}

const heldBytes = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** A million groups of one event each: hosts and accounts of a whole company group, all live at once. */
function million(): object {
  const set = compile({
    body: { type: "event_count", "group-by": ["host", "user"], timespan: "1d", condition: { gte: 5 } },
  });
  const before = heldBytes();
  const engine = set.correlate();
  const ms = cpuMs(() => {
    for (let n = 0; n < GROUPS; n++)
      engine.feed({
        rule: 0,
        timeMs: n,
        receivedMs: n,
        id: BigInt(n),
        scope: "unit_01j9",
        values: [of(hosts, n), `user${n}`],
      });
  });
  const held = heldBytes() - before;
  let snapshot = engine.snapshot();
  const snapshotMs = cpuMs(() => {
    snapshot = engine.snapshot();
  });
  const restoreMs = cpuMs(() => void set.correlate().restore(snapshot));
  const groups = engine.figures()[0]?.groups ?? 0;
  const round = (value: number) => Math.round(value);
  return {
    groups,
    mebibytes: round(held / 2 ** 20),
    fillMs: round(ms),
    snapshotMs: round(snapshotMs),
    restoreMs: round(restoreMs),
  };
}

const lanes = LANES.filter(({ name }) => name.includes(options.lane)).map(measure);
const result = options.lane === "" ? { lanes, millionGroups: million() } : { lanes };
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
