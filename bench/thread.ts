/**
 * What one parser thread costs by event, and where: the documents of the ingest benches, in records as the collectors write them, through the
 * very steps of the thread. Processor time, so that a busy machine distorts it little; the median of passes. Prints JSON. For a profile:
 * `node --cpu-prof bench/thread.ts`. Usage: node bench/thread.ts [--load mix|windows|firewall] [--events 40000] [--passes 5] [--kinds]
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { encodeFrames, encodeMeta } from "../src/monitor/collect/index.ts";
import { NO_EXCEPTIONS, RuleCompiler, type RuleSource } from "../src/monitor/detect/index.ts";
import { Enricher, openPlaces } from "../src/monitor/enrich/index.ts";
import { createParser } from "../src/monitor/parse/index.ts";
import type { RecordInput } from "../src/monitor/pipeline/job.ts";
import { BatchProcessor, type LineEngines } from "../src/monitor/pipeline/process-batch.ts";
import { readTarGz } from "../tests/support/tar.ts";
import { LOADS, loadOf, SHARED } from "./loads.ts";

const EVENTS_PER_RECORD = 250;
const RECORDS_PER_BATCH = 8;
const { values: options } = parseArgs({
  options: {
    load: { type: "string", default: "mix" },
    events: { type: "string", default: "40000" },
    passes: { type: "string", default: "5" },
    kinds: { type: "boolean", default: false },
  },
});

async function allRules(): Promise<RuleSource[]> {
  const own = resolve(import.meta.dirname, "../content/rules");
  const names = (await readdir(own, { recursive: true })).filter((name) => name.endsWith(".yml"));
  const ours = await Promise.all(
    names.map(async (name) => ({ origin: name, text: await readFile(join(own, name), "utf8") })),
  );
  const archive = join(SHARED, "sigma/rules.tar.gz");
  if (!existsSync(archive)) return ours;
  const files = (await readTarGz(archive)).filter(({ name }) => name.endsWith(".yml"));
  return [...ours, ...files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") }))];
}

/** Documents as records of the log, with the seqs they would have. */
function recordsOf(docs: readonly string[]): RecordInput[] {
  const meta = encodeMeta({
    sourceId: "source_bench",
    unitId: "unit_1",
    transport: "bulk",
    peer: "10.0.0.9",
    format: "auto",
  });
  return Array.from({ length: Math.ceil(docs.length / EVENTS_PER_RECORD) }, (_, i) => ({
    seq: i + 1,
    receivedAtMs: Date.now(),
    meta,
    payload: encodeFrames(
      docs.slice(i * EVENTS_PER_RECORD, (i + 1) * EVENTS_PER_RECORD).map((text) => Buffer.from(text)),
    ),
  }));
}

const parser = createParser();
const enricher = new Enricher(openPlaces([]));
const rules = new RuleCompiler().compile(await allRules());
const whole: LineEngines = {
  parse: (bytes, hints) => parser.parse(bytes, hints),
  enrich: (event, seen, learns) => enricher.enrich(event, seen, learns),
  owners: () => enricher.takeNews(),
  // As the thread does: a rule that only serves correlations raises no alerts of its own.
  match: (event) =>
    rules.match(event).flatMap((index) => (rules.rules[index]?.alerts ? (rules.rules[index]?.facts ?? []) : [])),
  exceptedBy: NO_EXCEPTIONS.exceptedBy,
};
const { enrich: _, ...bare } = whole;
const STAGES: Readonly<Record<string, LineEngines>> = {
  "parse and encode": { ...bare, match: () => [] },
  "and enrich": { ...whole, match: () => [] },
  "and match": whole,
};

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const passes = Number(options.passes);

function measure(docs: readonly string[]): object {
  const records = recordsOf(docs);
  const processor = new BatchProcessor();
  const through = (engines: LineEngines) => () => {
    for (let at = 0; at < records.length; at += RECORDS_PER_BATCH)
      processor.process(
        {
          stream: 1,
          records: records.slice(at, at + RECORDS_PER_BATCH),
          alreadyStored: { events: [], detections: [] },
        },
        engines,
      );
  };
  const perEvent = (work: () => void): number => {
    work();
    const took = Array.from({ length: passes }, () => cpuMs(work));
    return Number(((median(took) * 1000) / docs.length).toFixed(2));
  };
  const floor = perEvent(() => {
    for (const doc of docs) JSON.parse(doc);
  });
  const stages = Object.entries(STAGES).map(([name, engines]) => [name, perEvent(through(engines))] as const);
  return { events: docs.length, microsecondsPerEvent: Object.fromEntries(stages), floorJsonParse: floor };
}

/** The turns of the mix: of ten events four are a firewall's, two a proxy's, two a name server's, one a web server's, one Windows'. */
const KINDS = { firewall: [0, 4], proxy: [4, 6], dns: [6, 8], web: [8, 9], windows: [9, 10] } as const;

const name = LOADS.find((load) => load === options.load) ?? "mix";
const { docs: all } = loadOf(name);
const docs = all.slice(0, Number(options.events));
const kinds =
  name === "mix" && options.kinds
    ? Object.entries(KINDS).map(([kind, [from, to]]) => [
        kind,
        measure(docs.filter((_doc, i) => i % 10 >= from && i % 10 < to)),
      ])
    : [];
console.log(
  JSON.stringify(
    {
      load: name,
      rules: rules.rules.length,
      loadAverage: loadavg()[0],
      ...measure(docs),
      kinds: Object.fromEntries(kinds),
    },
    undefined,
    2,
  ),
);
