import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFrames, encodeMeta } from "../src/monitor/collect/index.ts";
import { createParser } from "../src/monitor/parse/index.ts";
import { BatchProcessor } from "../src/monitor/pipeline/process-batch.ts";
import { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "../src/monitor/simulate/index.ts";
import { applyTiers, migrateEvents, openEmbeddedEvents } from "../src/platform/events/index.ts";

/**
 * What recompressing older parts saves: the mix of the ingest bench, parsed and stored as the pipeline does, received ten days ago, merged into one
 * part; then the same part after the engine has applied the tier. Prints JSON; bytes on disk.
 */
const EVENTS = Number(process.argv[2] ?? 60_000);
const BATCH = 10_000;
const SHARES = [
  [firewallLines, 0.4],
  [proxyLines, 0.2],
  [dnsLines, 0.15],
  [webLines, 0.15],
  [windowsDocuments, 0.1],
] as const;

const root = mkdtempSync(join(tmpdir(), "yagura-recompress-"));
const events = openEmbeddedEvents(join(root, "events"));
const parser = createParser();
const receivedAtMs = Date.now() - 10 * 86_400_000;
let seq = 0;
let rawBytes = 0;

async function store(lines: readonly Buffer[]): Promise<void> {
  const meta = encodeMeta({
    sourceId: "mix",
    unitId: "unit",
    transport: "syslog-tcp",
    peer: "10.0.0.1",
    format: "auto",
  });
  const record = { seq: ++seq, receivedAtMs, meta, payload: encodeFrames(lines) };
  const engines = { parse: parser.parse.bind(parser), match: () => [], exceptedBy: () => new Map<string, string>() };
  const { events: block } = new BatchProcessor().process(
    { stream: 1, records: [record], alreadyStored: { events: [], detections: [] } },
    engines,
  );
  await events.insertNative("events", block.columns, block.bytes, `bench-${seq}`);
  rawBytes += lines.reduce((sum, { length }) => sum + length, 0);
}

async function part(): Promise<{ bytes: number; codec: string }> {
  const [row] = await events.select<{ bytes: string; codec: string }>(
    "SELECT sum(bytes_on_disk) AS bytes, any(default_compression_codec) AS codec FROM system.parts WHERE active AND table = 'events' AND rows > 0",
  );
  return { bytes: Number(row?.bytes), codec: row?.codec ?? "" };
}

try {
  await migrateEvents(events);
  for (const [linesOf, share] of SHARES) {
    const lines = linesOf(1, Math.round(EVENTS * share));
    for (let from = 0; from < lines.length; from += BATCH) await store(lines.slice(from, from + BATCH));
  }
  await events.command("OPTIMIZE TABLE events FINAL");
  const before = await part();
  await applyTiers(events, {
    recompressAfterDays: 1,
    coldAfterDays: undefined,
    storagePolicy: undefined,
    coldVolume: "cold",
  });
  const cpu = process.cpuUsage();
  await events.command("OPTIMIZE TABLE events FINAL");
  const used = process.cpuUsage(cpu);
  const after = await part();
  const cpuMicrosecondsPerEvent = (used.user + used.system) / EVENTS;
  process.stdout.write(
    `${JSON.stringify({ events: EVENTS, rawBytes, before, after, saved: 1 - after.bytes / before.bytes, cpuMicrosecondsPerEvent }, null, 2)}\n`,
  );
} finally {
  await events.close();
  rmSync(root, { recursive: true, force: true });
}
