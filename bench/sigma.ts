/**
 * How fast one core takes JSON bytes to Sigma matches: `node --expose-gc bench/sigma.ts [--data DIR]`. Prints JSON: the median
 * of three passes over the recordings, beside the floor of decoding and JSON.parse alone. Rates are by CPU time, the garbage
 * collector's included, so that a busy machine distorts them little; `wallEventsPerSecond` is by the clock.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { compileRules, type RuleSet } from "../src/monitor/detect/index.ts";
import { type Fields, type LogSource, windowsLogSource } from "../src/monitor/event/index.ts";
import { readTarGz } from "../tests/support/tar.ts";

const PASSES = 3;
/** A recording with events of many kinds: after it, the indexes in use are built. */
const SMALL = "empire_schtasks_creation_standard_user.jsonl.gz";
const NO_LOG_SOURCE: LogSource = { product: "", category: "", service: "" };
const { values: options } = parseArgs({ options: { data: { type: "string", default: resolve("../shared/data") } } });

type Lane = {
  name: string;
  events: number;
  bytes: number;
  candidates: number;
  hits: number;
  floorMs: number[];
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
  floorMs: zeros(),
  matchMs: zeros(),
  wallMs: zeros(),
});
const zeros = () => new Array<number>(PASSES).fill(0);
const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
const round = (value: number, digits = 0) => Number(value.toFixed(digits));

/** The recordings are flat objects in the vendor's names, which is what the parser hands on. */
function eventOf(line: Buffer): Event {
  const fields = JSON.parse(line.toString("utf8")) as Fields;
  const { Channel: channel, EventID: id } = fields;
  const isWindows = typeof channel === "string" && (typeof id === "number" || typeof id === "string");
  return { fields, logsource: isWindows ? windowsLogSource(channel, id) : NO_LOG_SOURCE };
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
    let hits = 0;
    let candidates = 0;
    const match = time(() => {
      for (const line of lines) {
        hits += rules.match(eventOf(line)).length;
        candidates += rules.lastCandidates();
      }
    });
    into.floorMs[pass] = (into.floorMs[pass] ?? 0) + floor.cpuMs;
    into.matchMs[pass] = (into.matchMs[pass] ?? 0) + match.cpuMs;
    into.wallMs[pass] = (into.wallMs[pass] ?? 0) + match.wallMs;
    if (pass > 0) continue;
    into.hits += hits;
    into.candidates += candidates;
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? 0;

function report({ name, events, bytes, candidates, hits, floorMs, matchMs, wallMs }: Lane): object {
  const seconds = median(matchMs) / 1000;
  const floorSeconds = median(floorMs) / 1000;
  return {
    lane: name,
    events,
    meanBytes: round(bytes / events),
    eventsPerSecond: round(events / seconds),
    megabytesPerSecond: round(bytes / seconds / 1e6),
    wallEventsPerSecond: round((events / median(wallMs)) * 1000),
    floorEventsPerSecond: round(events / floorSeconds),
    matchOnlyMicroseconds: round(((seconds - floorSeconds) / events) * 1e6, 2),
    candidatesPerEvent: round(candidates / events, 1),
    hits,
  };
}

/** A copy of an event with a command line of its own, so that no answer can be remembered from another copy. */
function varied(line: Buffer, copy: number): Buffer {
  const fields = JSON.parse(line.toString("utf8")) as Fields;
  return Buffer.from(JSON.stringify({ ...fields, CommandLine: `${fields.CommandLine ?? ""} #${copy}` }));
}

const isProcessCreation = (line: Buffer): boolean => eventOf(line).logsource.category === "process_creation";

async function main(): Promise<void> {
  const archive = join(options.data, "sigma/rules.tar.gz");
  const recordings = join(options.data, "windows");
  if (!existsSync(archive) || !existsSync(recordings)) throw new Error(`no rules and recordings in ${options.data}`);
  const files = (await readTarGz(archive)).filter(({ name }) => name.endsWith(".yml"));
  const sources = files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") }));
  globalThis.gc?.();
  const before = process.memoryUsage();
  const startedAt = performance.now();
  const rules = compileRules(sources);
  const compileSeconds = (performance.now() - startedAt) / 1000;
  for (const line of linesOf(gunzipSync(readFileSync(join(recordings, SMALL))))) rules.match(eventOf(line));
  globalThis.gc?.();
  const after = process.memoryUsage();
  const [all, creation] = [lane("all recordings"), lane("process creation only")];
  const created: Buffer[] = [];
  for (const name of readdirSync(recordings).filter((file) => file.endsWith(".jsonl.gz"))) {
    const lines = linesOf(gunzipSync(readFileSync(join(recordings, name))));
    created.push(...lines.filter(isProcessCreation).map((line) => Buffer.from(line)));
    measure(all, rules, lines);
  }
  measure(creation, rules, Array.from({ length: 10 }, (_, copy) => created.map((line) => varied(line, copy))).flat());
  const result = {
    rules: rules.rules.length,
    rejected: rules.rejected.length,
    compileSeconds: round(compileSeconds, 2),
    engineHeapMiB: mib(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers),
    rssMiB: mib(after.rss),
    lanes: [report(all), report(creation)],
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

await main();
