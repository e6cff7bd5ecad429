/**
 * How many records of Windows event logs one core reads: `node bench/evtx.ts [FILE.evtx …]`, without a file a Sysmon log of our own
 * making. Prints JSON: records per second of processor time, reading alone and with the parser behind; the median of three rounds.
 */
import { readFileSync } from "node:fs";
import { readEvtx } from "../src/monitor/parse/evtx/index.ts";
import { sysmonLog } from "../src/monitor/parse/evtx/testing/events.ts";
import { createParser, type EvtxRecord } from "../src/monitor/parse/index.ts";

const ROUNDS = 3;
const MIN_RECORDS = 40_000;
const parser = createParser();
const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: Date.UTC(2026, 10, 23) };

const own = (): Buffer =>
  sysmonLog(
    Array.from({ length: 6_000 }, (_, n) => `cmd.exe /c tool --number ${n} ${"x".repeat(60)}`),
    80,
  );
const paths = process.argv.slice(2);
const files = paths.length > 0 ? paths.map((path) => readFileSync(path)) : [own()];
const perPass = files.reduce((sum, file) => sum + readEvtx(file).records.length, 0);
const passes = Math.ceil(MIN_RECORDS / Math.max(1, perPass));

/** Records per second of processor time. */
function measure(work: (record: EvtxRecord) => void): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let pass = 0; pass < passes; pass += 1)
      for (const file of files) for (const record of readEvtx(file).records) work(record);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rates.push((perPass * passes * 1e6) / (user + system));
  }
  return Math.round(rates.sort((a, b) => a - b)[1] ?? Number.NaN);
}

const result = {
  bench: "evtx",
  node: process.version,
  files: files.length,
  records: perPass,
  recordsPerSecond: measure(() => {}),
  recordsPerSecondParsed: measure(({ event }) => void parser.parseEvent(event, hints)),
  recordsPerSecondForMatching: measure(({ event }) => void parser.parseEvent(event, { ...hints, isForMatching: true })),
};
console.log(JSON.stringify(result, null, 2));
