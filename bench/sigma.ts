/**
 * How fast one core takes JSON bytes to Sigma matches: `node --expose-gc bench/sigma.ts [--data DIR] [--workers N]`. Prints
 * JSON: the median of three passes over the recordings, beside the floor of decoding and JSON.parse alone, and the engine on
 * fields that are decoded already. Rates are by CPU time, the garbage collector's included, so that a busy machine distorts
 * them little; `wallEventsPerSecond` is by the clock, as is all that is said of workers.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { RuleCompiler, type RuleSet, type RuleSource } from "../src/monitor/detect/index.ts";
import { type Fields, type LogSource, windowsLogSource } from "../src/monitor/event/index.ts";
import { readTarGz } from "../tests/support/tar.ts";
import { measureWorkers } from "./sigma-workers.ts";

const PASSES = 3;
/** A recording with events of many kinds: after it, the indexes in use are built. */
const SMALL = "empire_schtasks_creation_standard_user.jsonl.gz";
const NO_LOG_SOURCE: LogSource = { product: "", category: "", service: "" };
const { values: options } = parseArgs({
  options: { data: { type: "string", default: resolve("../shared/data") }, workers: { type: "string", default: "0" } },
});

type Lane = {
  name: string;
  events: number;
  bytes: number;
  candidates: number;
  hits: number;
  /** Events that had to be left to JSON.parse. */
  unusual: number;
  floorMs: number[];
  decodedMs: number[];
  matchMs: number[];
  wallMs: number[];
};
type Event = { fields: Fields; logsource: LogSource };

const lane = (name: string): Lane => ({
  name,
  events: 0,
  bytes: 0,
  candidates: 0,
  hits: 0,
  unusual: 0,
  floorMs: zeros(),
  decodedMs: zeros(),
  matchMs: zeros(),
  wallMs: zeros(),
});
const zeros = () => new Array<number>(PASSES).fill(0);
const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
const round = (value: number, digits = 0) => Number(value.toFixed(digits));

function sourceOf({ Channel: channel, EventID: id }: Fields): LogSource {
  const isWindows = typeof channel === "string" && (typeof id === "number" || typeof id === "string");
  return isWindows ? windowsLogSource(channel, id) : NO_LOG_SOURCE;
}

/** The recordings are flat objects in the vendor's names, which is what the parser hands on. */
function eventOf(line: Buffer): Event {
  const fields = JSON.parse(line.toString("utf8")) as Fields;
  return { fields, logsource: sourceOf(fields) };
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    if (isJson(bytes.subarray(from, to))) lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

function isJson(line: Buffer): boolean {
  try {
    return typeof JSON.parse(line.toString("utf8")) === "object";
  } catch {
    return false;
  }
}

type Took = { readonly cpuMs: number; readonly wallMs: number };

function time(work: () => void): Took {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedAt };
}

function measure(into: Lane, rules: RuleSet, lines: readonly Buffer[]): void {
  into.events += lines.length;
  for (const line of lines) into.bytes += line.length;
  for (let pass = 0; pass < PASSES; pass++) {
    const floor = time(() => {
      for (const line of lines) JSON.parse(line.toString("utf8"));
    });
    let decodedHits = 0;
    const decoded = time(() => {
      for (const line of lines) decodedHits += rules.match(eventOf(line)).length;
    });
    let [hits, candidates, unusual] = [0, 0, 0];
    const match = time(() => {
      for (const line of lines) {
        const fast = rules.matchJson(line, sourceOf);
        if (fast === undefined) unusual++;
        hits += (fast ?? rules.match(eventOf(line))).length;
        candidates += rules.lastCandidates();
      }
    });
    if (hits !== decodedHits) throw new Error(`${hits} hits on JSON text, ${decodedHits} on decoded events`);
    into.decodedMs[pass] = (into.decodedMs[pass] ?? 0) + decoded.cpuMs;
    into.floorMs[pass] = (into.floorMs[pass] ?? 0) + floor.cpuMs;
    into.matchMs[pass] = (into.matchMs[pass] ?? 0) + match.cpuMs;
    into.wallMs[pass] = (into.wallMs[pass] ?? 0) + match.wallMs;
    if (pass > 0) continue;
    into.hits += hits;
    into.candidates += candidates;
    into.unusual += unusual;
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? 0;

function report({ name, events, bytes, candidates, unusual, hits, ...took }: Lane): object {
  const seconds = median(took.matchMs) / 1000;
  const floorSeconds = median(took.floorMs) / 1000;
  const decodedSeconds = median(took.decodedMs) / 1000;
  return {
    lane: name,
    events,
    meanBytes: round(bytes / events),
    eventsPerSecond: round(events / seconds),
    megabytesPerSecond: round(bytes / seconds / 1e6),
    wallEventsPerSecond: round((events / median(took.wallMs)) * 1000),
    floorEventsPerSecond: round(events / floorSeconds),
    timesFloor: round(seconds / floorSeconds, 2),
    decodedEventsPerSecond: round(events / decodedSeconds),
    decodedTimesFloor: round(decodedSeconds / floorSeconds, 2),
    candidatesPerEvent: round(candidates / events, 2),
    leftToJsonParse: unusual,
    hits,
  };
}

/** A copy of an event with a command line of its own, so that no answer can be remembered from another copy. */
function varied(line: Buffer, copy: number): Buffer {
  const fields = JSON.parse(line.toString("utf8")) as Fields;
  return Buffer.from(JSON.stringify({ ...fields, CommandLine: `${fields.CommandLine ?? ""} #${copy}` }));
}

const isProcessCreation = (line: Buffer): boolean => eventOf(line).logsource.category === "process_creation";

/** Processor time to take over one changed rule among all. */
function changesOf(compiler: RuleCompiler, sources: readonly RuleSource[]): number[] {
  const now = [...sources];
  return Array.from({ length: PASSES }, (_, pass) => {
    const at = 100 + 1000 * pass;
    const source = now[at];
    if (source) now[at] = { ...source, text: `${source.text}\n# ${pass}` };
    return time(() => compiler.compile(now)).cpuMs;
  });
}

async function main(): Promise<void> {
  const archive = join(options.data, "sigma/rules.tar.gz");
  const recordings = join(options.data, "windows");
  if (!existsSync(archive) || !existsSync(recordings)) throw new Error(`no rules and recordings in ${options.data}`);
  const files = (await readTarGz(archive)).filter(({ name }) => name.endsWith(".yml"));
  const sources = files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") }));
  const compileMs = [];
  for (let pass = 0; pass < PASSES; pass++) compileMs.push(time(() => new RuleCompiler().compile(sources)).cpuMs);
  globalThis.gc?.();
  const before = process.memoryUsage();
  const compiler = new RuleCompiler();
  let rules = compiler.compile(sources);
  for (const line of linesOf(gunzipSync(readFileSync(join(recordings, SMALL))))) rules.matchJson(line, sourceOf);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const changeMs = changesOf(compiler, sources);
  rules = new RuleCompiler().compile(sources);
  const [all, creation] = [lane("all recordings"), lane("process creation only")];
  const created: Buffer[] = [];
  for (const name of readdirSync(recordings).filter((file) => file.endsWith(".jsonl.gz"))) {
    const lines = linesOf(gunzipSync(readFileSync(join(recordings, name))));
    created.push(...lines.filter(isProcessCreation).map((line) => Buffer.from(line)));
    measure(all, rules, lines);
  }
  measure(creation, rules, Array.from({ length: 10 }, (_, copy) => created.map((line) => varied(line, copy))).flat());
  const workers = Number(options.workers);
  const result = {
    rules: rules.rules.length,
    rejected: rules.rejected.length,
    loadAverage: round(loadavg()[0] ?? 0, 1),
    compileSeconds: round(median(compileMs) / 1000, 2),
    changeOneRuleMs: round(median(changeMs), 1),
    engineHeapMiB: mib(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers),
    engineRssMiB: mib(after.rss - before.rss),
    rssMiB: mib(after.rss),
    lanes: [report(all), report(creation)],
    ...(workers > 1 && { workers: await measureWorkers({ sources, recordings, count: workers }) }),
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

await main();
