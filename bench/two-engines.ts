/**
 * Do the stream, the database and the naive evaluator agree? `npm run check:two-engines [-- --data DIR] [--files N]`. Takes every
 * recording under `windows` through parser and both engines with all of SigmaHQ's rules and prints JSON: events, rules, hits of each,
 * disagreements (which must be 0), rules without SQL and why. The naive evaluator judges every event with every rule.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { compileRules } from "../src/monitor/detect/index.ts";
import { readRules } from "../src/monitor/detect/read-rules.ts";
import { naiveRule } from "../src/monitor/detect/tests/naive.ts";
import { NaiveMemory } from "../src/monitor/detect/tests/naive-memory.ts";
import { createParser, type Parsed } from "../src/monitor/parse/index.ts";
import { askDatabase, storeEvents } from "../src/monitor/pipeline/testing/two-engines.ts";
import { openTestEvents } from "../src/platform/events/testing.ts";
import { readTarGz } from "../tests/support/tar.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: resolve("../shared/data") },
    files: { type: "string", default: "1000" },
  },
});
/** Events judged at a time: each round asks the database every rule anew. */
const MOST_EVENTS = 25_000;
const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: Date.UTC(2026, 7, 21) };

const files = (await readTarGz(join(options.data, "sigma/rules.tar.gz"))).filter(({ name }) => name.endsWith(".yml"));
const texts = new Map(files.map(({ name, bytes }) => [name, bytes.toString("utf8")]));
const sources = [...texts].map(([origin, text]) => ({ origin, text }));
const stream = compileRules(sources);
const { rules } = readRules(sources, {});
const naive = new NaiveMemory(rules.map(({ origin }) => naiveRule(texts.get(origin) ?? "")));

const NONE: ReadonlySet<number> = new Set();
const started = process.cpuUsage();
const figures = { events: 0, rules: rules.length, hitsStream: 0, hitsSql: 0, hitsNaive: 0 };
const disagreements: { file: string; event: number; rule: string; stream: boolean; sql: boolean; naive: boolean }[] =
  [];
const refused = new Map<string, string>();
const db = await openTestEvents();
const recordings = readdirSync(join(options.data, "windows")).filter((name) => name.endsWith(".jsonl.gz"));
let number = 0;
const batch: Recorded[] = [];
for (const file of recordings.slice(0, Number(options.files))) {
  batch.push(...parse(file));
  while (batch.length >= MOST_EVENTS) await judge(batch.splice(0, MOST_EVENTS));
}
await judge(batch);
await db.close();

const cpu = process.cpuUsage(started);
process.stdout.write(
  `${JSON.stringify(
    {
      ...figures,
      disagreements: disagreements.length,
      examples: disagreements.slice(0, 20),
      withoutSql: [...refused].map(([rule, reason]) => ({ rule, reason })),
      cpuSeconds: Math.round((cpu.user + cpu.system) / 1e6),
    },
    null,
    2,
  )}\n`,
);
process.exitCode = disagreements.length === 0 ? 0 : 1;

type Recorded = { readonly file: string; readonly bytes: Buffer; readonly event: Parsed };

function parse(file: string): Recorded[] {
  const parser = createParser();
  const lines = gunzipSync(readFileSync(join(options.data, "windows", file)))
    .toString("utf8")
    .split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line))
    .map((bytes) => ({ file, bytes, event: parser.parse(bytes, hints) }));
}

async function judge(events: readonly Recorded[]): Promise<void> {
  number += 1;
  await storeEvents(
    db,
    number,
    events.map(({ event }) => event),
  );
  const sql = await askDatabase(db, number, { rules, events: events.length });
  for (const one of sql.refused) refused.set(rules[one.rule]?.facts.title ?? "", one.reason);
  const unsaid = new Set(sql.refused.map((one) => one.rule));
  events.forEach(({ file, bytes, event }, index) => {
    const { fields, logsource, made } = event;
    const one = stream.match({ fields, logsource, text: made && { bytes, made } });
    const hits = [one, sql.hits[index] ?? [], naive.match(event)].map(
      (rules) => new Set(rules.filter((rule) => !unsaid.has(rule))),
    );
    compare({ file, index }, hits);
  });
  process.stderr.write(`${JSON.stringify({ ...figures, disagreements: disagreements.length })}\n`);
}

function compare(at: { file: string; index: number }, hits: readonly ReadonlySet<number>[]): void {
  const [one = NONE, other = NONE, third = NONE] = hits;
  figures.events += 1;
  figures.hitsStream += one.size;
  figures.hitsSql += other.size;
  figures.hitsNaive += third.size;
  for (const rule of one.union(other).union(third)) {
    if (one.has(rule) && other.has(rule) && third.has(rule)) continue;
    disagreements.push({
      file: at.file,
      event: at.index,
      rule: rules[rule]?.facts.title ?? "",
      stream: one.has(rule),
      sql: other.has(rule),
      naive: third.has(rule),
    });
  }
}
