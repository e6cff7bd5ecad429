import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { SearchQuery } from "../src/monitor/search/contract.ts";
import { type Reader, type SearchDeps, searchEvents } from "../src/monitor/search/index.ts";
import { buildUnitTree } from "../src/organization/access/index.ts";
import { type EventsDb, migrateEvents, openEmbeddedEvents } from "../src/platform/events/index.ts";
import { fillEvents, RARE_EVERY, SPAN_MS } from "./search-fill.ts";

/**
 * How long a person waits for the first rows: seven days of events, newest first, a page of 100. The engine's memory of
 * earlier queries is cleared before every run. Prints JSON.
 * Usage: node bench/search.ts [rows = 10000000] [runs = 10] [trigrams]
 * It fills a directory in tmp and removes it; `trigrams` adds and builds an index for words in the raw text.
 */
const rows = Number(process.argv[2] ?? 10_000_000);
const runs = Number(process.argv[3] ?? 10);
const hasTrigrams = process.argv[4] === "trigrams";
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
  ["vendor field", "EventID:4625 and LogonType:10"],
  ["detections of a rule", "rule:rule-7"],
];

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

async function buildTrigrams(events: EventsDb): Promise<number> {
  const start = performance.now();
  await events.command(
    "ALTER TABLE events ADD INDEX bench_trigrams lower(raw) TYPE ngrambf_v1(3, 32768, 1, 0) GRANULARITY 1",
  );
  await events.command(
    "ALTER TABLE events MATERIALIZE INDEX bench_trigrams SETTINGS mutations_sync = 2, max_execution_time = 0",
  );
  return round((performance.now() - start) / 1_000);
}

async function measure(events: EventsDb) {
  await migrateEvents(events);
  const fillStart = performance.now();
  await fillEvents(events, { rows, endMs });
  const fillSeconds = round((performance.now() - fillStart) / 1_000);
  const indexSeconds = hasTrigrams ? await buildTrigrams(events) : 0;
  const tree = buildUnitTree([{ id: "unit_root", parentId: null }]);
  const deps: SearchDeps = {
    events,
    tree: { current: async () => tree, invalidate: () => undefined },
    funnel: { alerts: async () => null, incidents: async () => null },
    isStillSignedIn: async () => true,
  };
  const reader: Reader = { units: () => ({ all: true }), now: () => new Date(endMs) };
  const search = (q: string) =>
    searchEvents(deps, reader, SearchQuery.parse({ q, columns: COLUMNS, from: "now-7d", to: "now" }));

  const all: number[] = [];
  const queries = [];
  for (const [name, q] of QUERIES) {
    const times: number[] = [];
    const cpuMs: number[] = [];
    let found = 0;
    for (let run = 0; run < runs; run += 1) {
      await events.command("SYSTEM CLEAR QUERY CONDITION CACHE");
      const start = performance.now();
      const cpu = process.cpuUsage();
      found = (await search(q)).items.length;
      times.push(performance.now() - start);
      const used = process.cpuUsage(cpu);
      cpuMs.push((used.user + used.system) / 1_000);
    }
    all.push(...times);
    // CPU time tells the same on a busy machine.
    queries.push({ name, q, found, ...summary(times), cpuMs: summary(cpuMs).p50Ms });
  }
  const [size] = await events.select<{ bytes: string; raw: string }>(
    "SELECT sum(bytes_on_disk) AS bytes, sum(data_uncompressed_bytes) AS raw FROM system.parts WHERE active AND table = 'events'",
  );
  return {
    rows,
    days: SPAN_MS / 86_400_000,
    rareEvery: RARE_EVERY,
    fillSeconds,
    ...(hasTrigrams && { indexSeconds }),
    diskBytesPerEvent: round(Number(size?.bytes) / rows),
    runsPerQuery: runs,
    firstRows: summary(all),
    queries,
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
