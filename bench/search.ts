import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { SearchQuery } from "../src/monitor/search/contract.ts";
import { type Reader, type SearchDeps, searchEvents, startGramUpkeep } from "../src/monitor/search/index.ts";
import { buildUnitTree } from "../src/organization/access/index.ts";
import { type EventsDb, migrateEvents, openEmbeddedEvents } from "../src/platform/events/index.ts";
import { FILL_STREAM, fillEvents, RARE_EVERY, SPAN_MS } from "./search-fill.ts";

/**
 * How long a person waits for the first rows: seven days of events, newest first, a page of 100. The engine's memory of
 * earlier queries is cleared before every run. Prints JSON. Words are asked twice: while no event has grams, and after
 * the product's own job has built them.
 * Usage: node bench/search.ts [rows = 10000000] [runs = 10]. It fills a directory in tmp and removes it.
 */
const rows = Number(process.argv[2] ?? 10_000_000);
const runs = Number(process.argv[3] ?? 10);
const RUNS_WITHOUT = 2;
const endMs = Date.UTC(2026, 10, 22, 3);
const COLUMNS =
  "host.name,user.name,source.ip,destination.ip,destination.port,event.action,event.outcome,fields.policyid";

const QUERIES: readonly (readonly [name: string, q: string])[] = [
  ["no filter", ""],
  ["busy host", "host.name:fw3"],
  ["rare host", "host.name:kiosk-rare"],
  ["rare address", "source.ip:203.0.113.77"],
  ["network and port", "source.ip:10.1.0.0/16 and destination.port:3389"],
  ["failures, negation", "event.outcome:failure and not event.dataset:firewall"],
  ["wildcard", "url.domain:mail12*"],
  ["common word", "failed"],
  ["rare word", "mimikatz"],
  ["rare Japanese phrase", '"不正アクセス"'],
  ["address as a word", "203.0.113.77"],
  ["word of three", "zqx"],
  ["no such word", "nothinglikethis"],
  ["vendor field", "EventID:4625 and LogonType:10"],
  ["detections of a rule", "rule:rule-7"],
];

const WORDS: ReadonlySet<string> = new Set(["mimikatz", '"不正アクセス"', "203.0.113.77"]);

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
const round = (ms: number): number => Math.round(ms * 10) / 10;

function summary(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    p50Ms: round(percentile(sorted, 0.5)),
    p95Ms: round(percentile(sorted, 0.95)),
    maxMs: round(percentile(sorted, 1)),
  };
}

/** The product's own job, over everything that was filled in. */
async function buildGrams(events: EventsDb) {
  const upkeep = startGramUpkeep({
    events,
    stream: FILL_STREAM,
    storedThrough: () => BigInt(rows - 1),
    isBusy: () => true,
    log: { info: () => undefined, warn: (detail) => console.error(detail) },
  });
  const start = performance.now();
  const cpu = process.cpuUsage();
  await upkeep.catchUp();
  const used = process.cpuUsage(cpu);
  const wallSeconds = round((performance.now() - start) / 1_000);
  await upkeep.close();
  const [raw] = await events.select<{ bytes: string }>("SELECT sum(length(raw)) AS bytes FROM events");
  const cpuMicros = used.user + used.system;
  return {
    wallSeconds,
    cpuNsPerRawByte: round((cpuMicros * 1_000) / Number(raw?.bytes)),
    cpuMicrosPerEvent: round(cpuMicros / rows),
    diskBytesPerEvent: round((await bytesOnDisk(events, "raw_grams")) / rows),
    ...upkeep.snapshot(),
  };
}

async function bytesOnDisk(events: EventsDb, table: string): Promise<number> {
  const [size] = await events.select<{ bytes: string }>(
    "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = {table:String}",
    { table },
  );
  return Number(size?.bytes);
}

type Query = (typeof QUERIES)[number];

async function timed(events: EventsDb, search: (q: string) => Promise<number>, [name, q]: Query, times: number) {
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  let found = 0;
  for (let run = 0; run < times; run += 1) {
    await events.command("SYSTEM CLEAR QUERY CONDITION CACHE");
    const start = performance.now();
    const cpu = process.cpuUsage();
    found = await search(q);
    wallMs.push(performance.now() - start);
    const used = process.cpuUsage(cpu);
    cpuMs.push((used.user + used.system) / 1_000);
  }
  // CPU time tells the same on a busy machine.
  return { name, q, found, ...summary(wallMs), cpuMs: summary(cpuMs).p50Ms };
}

async function measure(events: EventsDb) {
  await migrateEvents(events);
  const fillStart = performance.now();
  await fillEvents(events, { rows, endMs });
  const fillSeconds = round((performance.now() - fillStart) / 1_000);
  const tree = buildUnitTree([{ id: "unit_root", parentId: null }]);
  const deps: SearchDeps = {
    events,
    tree: { current: async () => tree, invalidate: () => undefined },
    funnel: { alerts: async () => null, incidents: async () => null },
    isStillSignedIn: async () => true,
  };
  const reader: Reader = { units: () => ({ all: true }), now: () => new Date(endMs) };
  const search = async (q: string): Promise<number> =>
    (await searchEvents(deps, reader, SearchQuery.parse({ q, columns: COLUMNS, from: "now-7d", to: "now" }))).items
      .length;

  const withoutGrams = [];
  for (const query of QUERIES.filter(([, q]) => WORDS.has(q)))
    withoutGrams.push(await timed(events, search, query, RUNS_WITHOUT));
  const grams = await buildGrams(events);
  const queries = [];
  for (const query of QUERIES) queries.push(await timed(events, search, query, runs));
  return {
    rows,
    days: SPAN_MS / 86_400_000,
    rareEvery: RARE_EVERY,
    fillSeconds,
    diskBytesPerEvent: round((await bytesOnDisk(events, "events")) / rows),
    grams,
    runsPerQuery: runs,
    queries,
    withoutGrams,
    machine: { cores: cpus().length, loadAverage: loadavg().map(round), node: process.version },
  };
}

const directory = await mkdtemp(join(tmpdir(), "yagura-bench-search-"));
const events = openEmbeddedEvents(directory);
try {
  console.log(JSON.stringify(await measure(events), null, 2));
} finally {
  // Closed first, or the engine would still write into what is being removed.
  await events.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}
