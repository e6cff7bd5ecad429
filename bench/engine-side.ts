/**
 * Looks into the engine of a stopped Yagura, as JSON: how many events there are and what they weigh against their raw bytes, as they
 * stand and merged. With `--floor LOAD` also recompressed as older events are, and the floor: the least that any system must do with
 * the same documents, which is to parse each once and to insert its bytes. A process of its own, since the embedded engine opens one
 * directory a process.
 *
 *   node bench/engine-side.ts DATA_DIRECTORY [--floor windows|mix|firewall] [--windows DIR]
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { applyTiers, type EventsDb, openEmbeddedEvents } from "../src/platform/events/index.ts";
import { NativeBlock } from "../src/platform/native/index.ts";
import { LOADS, loadOf } from "./loads.ts";

/** About what the product inserts at once under load. */
const FLOOR_ROWS_PER_INSERT = 20_000;
const FLOOR_TABLE = `CREATE TABLE floor (raw String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY tuple()
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

type Row = { readonly events: string; readonly bytes: string };

async function diskBytes(events: EventsDb): Promise<number> {
  const [row] = await events.select<{ bytes: string }>(
    "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() AND table != 'floor'",
  );
  return Number(row?.bytes ?? Number.NaN);
}

const share = (bytes: number, rawBytes: number): number => Math.round((bytes / rawBytes) * 1000) / 1000;

async function stored(events: EventsDb) {
  const [row] = await events.select<Row>("SELECT count() AS events, sum(length(raw)) AS bytes FROM events", {}, SLOW);
  const rawBytes = Number(row?.bytes);
  const bytesOnDisk = await diskBytes(events);
  await events.command("OPTIMIZE TABLE events FINAL");
  const mergedBytes = await diskBytes(events);
  const sharesOf = { ratio: share(bytesOnDisk, rawBytes), ratioMerged: share(mergedBytes, rawBytes) };
  return { events: Number(row?.events), rawBytes, ...sharesOf };
}

/** Bytes on disk once events have the age at which they are compressed harder. What is stored later is not. */
async function recompressedBytes(events: EventsDb): Promise<number> {
  await applyTiers(events, { ...NO_TIERS, recompressAfterDays: 0 });
  while ((await partsOfOtherCodec(events)) > 0) await sleep(200);
  await applyTiers(events, NO_TIERS);
  return await diskBytes(events);
}

const NO_TIERS = {
  recompressAfterDays: undefined,
  coldAfterDays: undefined,
  storagePolicy: undefined,
  coldVolume: "cold",
};

async function partsOfOtherCodec(events: EventsDb): Promise<number> {
  const [row] = await events.select<{ parts: string }>(
    `SELECT countIf(default_compression_codec != 'ZSTD(6)') AS parts FROM system.parts
     WHERE active AND table = 'events' AND rows > 0`,
  );
  return Number(row?.parts);
}

const SLOW = { maxSeconds: 300 } as const;

/** One insert is under way while the next block is parsed, as in the product. */
async function floorOf(events: EventsDb, docs: readonly string[]) {
  await events.command(FLOOR_TABLE);
  const block = new NativeBlock();
  const raw = block.string("raw");
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let insert: Promise<void> = Promise.resolve();
  for (let start = 0; start < docs.length; start += FLOOR_ROWS_PER_INSERT) {
    for (const doc of docs.slice(start, start + FLOOR_ROWS_PER_INSERT)) {
      JSON.parse(doc);
      raw.push(doc);
      block.endRow();
    }
    const bytes = block.finish();
    await insert;
    insert = events.insertNative("floor", block.columns, bytes, `floor-${start}`);
  }
  await insert;
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    eventsPerSecond: Math.round(docs.length / seconds),
    cpuMicrosecondsPerEvent: Math.round(((user + system) / docs.length) * 100) / 100,
  };
}

const { values, positionals } = parseArgs({
  options: { floor: { type: "string" }, windows: { type: "string" } },
  allowPositionals: true,
});
const [data = ""] = positionals;
const load = LOADS.find((name) => name === values.floor);
const events = openEmbeddedEvents(join(data, "events"));
const atFirst = await stored(events);
const result = {
  stored: atFirst,
  ...(load && {
    ratioRecompressed: share(await recompressedBytes(events), atFirst.rawBytes),
    floor: await floorOf(events, loadOf(load, values.windows).docs),
  }),
};
if (load) await events.command("DROP TABLE floor SYNC");
await events.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
