import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWal } from "../src/platform/wal/index.ts";

/**
 * How much the write-ahead log costs over the floor: the same bytes, in the same batches, by plain write + fdatasync.
 * Prints JSON. Usage: node bench/wal.ts [directory on the disk to measure]
 */
const parent = process.argv[2] ?? tmpdir();
const RUNS = 3;
const meta = Buffer.from(
  JSON.stringify({ sourceId: "source_bench", unitId: "unit_bench", transport: "bulk", format: "auto" }),
);

type Case = { name: string; payloadBytes: number; records: number; producers: number };
const CASES: Case[] = [
  { name: "256 KiB payloads, 8 producers", payloadBytes: 256 * 1024, records: 1200, producers: 8 },
  { name: "500 B payloads, 256 producers", payloadBytes: 500, records: 60_000, producers: 256 },
  { name: "500 B payloads, 1 producer", payloadBytes: 500, records: 400, producers: 1 },
];

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round = (value: number): number => Math.round(value * 100) / 100;

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(parent, "yagura-bench-wal-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Seconds to append every record, and the fsyncs it took. */
const measureWal = ({ payloadBytes, records, producers }: Case) =>
  inDirectory(async (directory) => {
    const wal = await openWal({ directory });
    const payload = randomBytes(payloadBytes);
    let left = records;
    const startedAt = performance.now();
    const produce = async () => {
      for (left -= 1; left >= 0; left -= 1) await wal.append({ receivedAtMs: Date.now(), meta, payload });
    };
    await Promise.all(Array.from({ length: producers }, produce));
    const seconds = (performance.now() - startedAt) / 1000;
    const readAt = performance.now();
    let read = 0;
    for (let next = 1; ; ) {
      const page = await wal.read(next, { maxRecords: 5000, maxBytes: 8 * 1024 * 1024 });
      read += page.length;
      const last = page.at(-1);
      if (last === undefined) break;
      next = last.seq + 1;
    }
    if (read !== records) throw new Error(`read ${read} of ${records}`);
    const readSeconds = (performance.now() - readAt) / 1000;
    const { fsyncs } = wal.stats();
    await wal.close();
    return { seconds, readSeconds, fsyncs };
  });

/** Seconds for plain write + fdatasync of as many bytes in as many batches. */
const measureFloor = ({ payloadBytes, records }: Case, batches: number) =>
  inDirectory(async (directory) => {
    const file = await open(join(directory, "floor"), "w");
    const bytes = Buffer.alloc(Math.ceil((records * payloadBytes) / batches), randomBytes(4096));
    const startedAt = performance.now();
    for (let i = 0; i < batches; i += 1) {
      await file.write(bytes, 0, bytes.length, i * bytes.length);
      await file.datasync();
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await file.close();
    return seconds;
  });

async function measure(one: Case) {
  const runs: { wal: number; floor: number; read: number; fsyncs: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { seconds, readSeconds, fsyncs } = await measureWal(one);
    runs.push({ wal: seconds, read: readSeconds, fsyncs, floor: await measureFloor(one, fsyncs) });
  }
  const megabytes = (one.records * one.payloadBytes) / 1e6;
  const seconds = median(runs.map((run) => run.wal));
  return {
    name: one.name,
    records: one.records,
    appendsPerSecond: Math.round(one.records / seconds),
    megabytesPerSecond: round(megabytes / seconds),
    floorMegabytesPerSecond: round(megabytes / median(runs.map((run) => run.floor))),
    timeOverFloor: round(median(runs.map((run) => run.wal / run.floor))),
    fsyncs: median(runs.map((run) => run.fsyncs)),
    readMegabytesPerSecond: round(megabytes / median(runs.map((run) => run.read))),
  };
}

const cases = [];
for (const one of CASES) cases.push(await measure(one));
console.log(JSON.stringify({ bench: "wal", node: process.version, runs: RUNS, cases }, null, 2));
