import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { readRuleFiles } from "../../src/app/rules-on-disk.ts";
import { compileRules } from "../../src/monitor/detect/index.ts";
import { createParser, FORMATS, type ParseHints, TableHead } from "../../src/monitor/parse/index.ts";
import { EventBlock } from "../../src/monitor/pipeline/event-block.ts";
import { Random } from "../../src/monitor/simulate/random.ts";
import { corpus } from "./corpus.ts";
import { mutated } from "./mutate.ts";

/** Slower than this by the clock, and its processor time is measured anew. */
const SUSPECT_MS = 15;
const SLOW_MS = 100;
const BLOCK_LINES = 2_000;
const RECEIVED_MS = Date.UTC(2026, 10, 27);
const ENCODINGS = ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16le", "windows-1252"];
const TABLES = [
  "\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status",
  "\n#separator \\x09\n#set_separator\t,\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\n#types\ttime\tstring\taddr\tport",
];

const { seed, lines, endMs } = z
  .object({ seed: z.string(), lines: z.number(), endMs: z.number().or(z.literal(Number.POSITIVE_INFINITY)) })
  .parse(workerData);
const random = new Random(seed);
const parser = createParser();
const { rules } = await readRuleFiles([], true);
const matcher = compileRules(rules);
const { lines: pool, shared } = await corpus();
const tables = TABLES.map((above) => new TableHead("auto", above).tableOf(Buffer.from("row")));
const before = Object.getOwnPropertyNames(Object.prototype).join();

let block = new EventBlock();
let [seq, done] = [0n, 0];
const found: string[] = [];
let [slowestMs, problems, encoded] = [0, 0, 0];

function hintsFor(): ParseHints {
  const kind = random.between(0, 9);
  const table = kind === 0 ? random.pick(tables) : undefined;
  return {
    format: kind === 1 ? random.pick(FORMATS) : "auto",
    transport: "syslog-tcp",
    peer: "192.0.2.1",
    receivedAtMs: RECEIVED_MS,
    ...(kind === 2 && { encoding: random.pick(ENCODINGS) }),
    ...(table && { table }),
  };
}

/** The whole way of a line through a worker thread: parse, match, encode. */
function handle(raw: Buffer, hints: ParseHints): void {
  const event = parser.parse(raw, hints);
  const { fields, logsource, made } = event;
  matcher.match({ fields, logsource, text: made && { bytes: raw, made } });
  seq += 1n;
  if (event.problem !== "") problems += 1;
  block.add({ event, receivedMs: RECEIVED_MS, seq, unitId: "", sourceId: "fuzz", raw, ruleIds: [] }, 1);
}

/** Milliseconds of this thread's own processor time, the least of three tries: what the machine does beside does not count. */
function costOf(raw: Buffer, hints: ParseHints): number {
  const tries = [0, 1, 2].map(() => {
    const start = process.threadCpuUsage();
    handle(raw, hints);
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...tries);
}

function tell(what: string, raw: Buffer, hints: ParseHints): void {
  const start = raw.subarray(0, 300).toString("base64");
  found.push(`${what}: format ${hints.format}, ${raw.length} bytes, base64 begins ${start}`);
}

const start = process.threadCpuUsage();
for (let i = 0; i < lines; i += 1) {
  const raw = mutated(pool, random);
  done += 1;
  const hints = hintsFor();
  const startedAt = performance.now();
  try {
    handle(raw, hints);
    if (performance.now() - startedAt > SUSPECT_MS) {
      const costMs = costOf(raw, hints);
      slowestMs = Math.max(slowestMs, costMs);
      if (costMs > SLOW_MS) tell(`a line took ${Math.round(costMs)} ms`, raw, hints);
    }
  } catch (error) {
    tell(`a line threw ${error instanceof Error ? error.stack : String(error)}`, raw, hints);
    block = new EventBlock();
  }
  if (i % BLOCK_LINES === BLOCK_LINES - 1) {
    encoded += block.finish().bytes.length;
    if (found.length > 100 || Date.now() >= endMs) break;
  }
}
const { user, system } = process.threadCpuUsage(start);
if (Object.getOwnPropertyNames(Object.prototype).join() !== before) found.push("Object.prototype was changed");
parentPort?.postMessage({
  found,
  slowestMs,
  problems,
  encoded,
  cpuMs: (user + system) / 1000,
  lines: done,
  shared,
});
