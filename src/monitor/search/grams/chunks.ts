import { NativeBlock } from "../../../platform/native/index.ts";
import { GramFilter, type GramSets } from "./filter.ts";

/** Events that share one pair of gram sets: of one hour, and standing together in the table. */
export type Chunk = GramSets & {
  /** The first and the last of the events' datasets, by their bytes. */
  readonly datasetFrom: string;
  readonly datasetTo: string;
  readonly seqFrom: bigint;
  readonly seqTo: bigint;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
};

/** Past either, a chunk is complete. Fewer events find more exactly and cost more room (160 KiB at most each). */
const MAX_EVENTS = 8_192;
const MAX_BYTES = 8 << 20;
/** After so many events of one dataset a chunk ends with it: where thousands a minute have one, it tells them from the others. */
const ENOUGH_EVENTS = 4_096;
const HOUR_MS = 3_600_000;

/**
 * Cuts events into chunks. `rows`: RowBinary of (seq UInt64, time in ms Int64, dataset String, raw String) as they are sorted in
 * the table, by minute and dataset: to read a chunk is then to read little else. The engine writes it, so a row that is not whole
 * is a bug and throws.
 */
export function* chunksOf(rows: Uint8Array): Generator<Chunk> {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const filter = new GramFilter();
  let open: Open | undefined;
  for (let at = 0; at < rows.length; ) {
    const seq = view.getBigUint64(at, true);
    const timeMs = Number(view.getBigInt64(at + 8, true));
    const dataset = textAt(rows, at + 16);
    const raw = textAt(rows, dataset.end);
    at = raw.end;
    const name = rows.subarray(dataset.start, dataset.end);
    if (open && isComplete(open, timeMs, name)) {
      yield closed(open, filter);
      open = undefined;
    }
    open ??= newChunk(seq, timeMs, name);
    filter.add(rows, raw.start, raw.end);
    count(open, { seq, timeMs, name, bytes: raw.end - raw.start });
  }
  if (open) yield closed(open, filter);
}

type Open = {
  readonly hour: number;
  seqFrom: bigint;
  seqTo: bigint;
  fromMs: number;
  toMs: number;
  events: number;
  bytes: number;
  /** Neighbors mostly share it, and comparing bytes is cheaper than making text of them. */
  dataset: Uint8Array;
  /** Events of this dataset up to here, without one of another between them. */
  run: number;
  datasetFrom: Uint8Array;
  datasetTo: Uint8Array;
};

const hourOf = (timeMs: number): number => Math.floor(timeMs / HOUR_MS);

function isComplete({ hour, events, bytes, dataset, run }: Open, timeMs: number, name: Uint8Array): boolean {
  if (events >= MAX_EVENTS || bytes >= MAX_BYTES || hour !== hourOf(timeMs)) return true;
  return run >= ENOUGH_EVENTS && Buffer.compare(dataset, name) !== 0;
}

const newChunk = (seq: bigint, timeMs: number, name: Uint8Array): Open => ({
  hour: hourOf(timeMs),
  ...{ seqFrom: seq, seqTo: seq, fromMs: timeMs, toMs: timeMs, events: 0, bytes: 0 },
  ...{ dataset: name, run: 0, datasetFrom: name, datasetTo: name },
});

type Row = { readonly seq: bigint; readonly timeMs: number; readonly name: Uint8Array; readonly bytes: number };

function count(chunk: Open, { seq, timeMs, name, bytes }: Row): void {
  if (seq < chunk.seqFrom) chunk.seqFrom = seq;
  if (seq > chunk.seqTo) chunk.seqTo = seq;
  chunk.fromMs = Math.min(chunk.fromMs, timeMs);
  chunk.toMs = Math.max(chunk.toMs, timeMs);
  chunk.events += 1;
  chunk.bytes += bytes;
  chunk.run += 1;
  if (Buffer.compare(chunk.dataset, name) === 0) return;
  chunk.dataset = name;
  chunk.run = 1;
  if (Buffer.compare(name, chunk.datasetFrom) < 0) chunk.datasetFrom = name;
  if (Buffer.compare(name, chunk.datasetTo) > 0) chunk.datasetTo = name;
}

function closed({ seqFrom, seqTo, fromMs, toMs, events, datasetFrom, datasetTo }: Open, filter: GramFilter): Chunk {
  const datasets = { datasetFrom: textOf(datasetFrom), datasetTo: textOf(datasetTo) };
  return { ...datasets, seqFrom, seqTo, fromMs, toMs, events, ...filter.take() };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

type Span = { readonly start: number; readonly end: number };

/** A String of RowBinary: its length as LEB128, then its bytes. */
function textAt(rows: Uint8Array, at: number): Span {
  let length = 0;
  let start = at;
  for (let factor = 1; ; factor *= 128) {
    const byte = rows[start];
    if (byte === undefined) throw new Error("the engine's answer ends within a row");
    start += 1;
    length += (byte & 127) * factor;
    if (byte < 128) break;
  }
  if (start + length > rows.length) throw new Error("the engine's answer ends within a row");
  return { start, end: start + length };
}

export type ChunkBlock = {
  readonly columns: readonly string[];
  readonly bytes: Uint8Array;
  readonly chunks: number;
  readonly events: number;
};

/** The rows' chunks as one block for `raw_grams`. `coveredTo`: every event of the stream up to it is in a chunk with this block. */
export function chunkBlock(rows: Uint8Array, stream: number, coveredTo: bigint): ChunkBlock {
  const block = new NativeBlock();
  const streams = block.uint("stream", 4);
  const [datasetFrom, datasetTo] = [block.word("dataset"), block.word("dataset_to")];
  const [seqFrom, seqTo, covered] = [block.bigUint("seq_from"), block.bigUint("seq_to"), block.bigUint("covered_to")];
  const [timeFrom, timeTo, events] = [block.instant("time_from"), block.instant("time_to"), block.uint("events", 4)];
  const [three, six] = [block.string("three"), block.string("six")];
  let total = 0;
  for (const chunk of chunksOf(rows)) {
    streams.push(stream);
    datasetFrom.push(chunk.datasetFrom);
    datasetTo.push(chunk.datasetTo);
    seqFrom.push(chunk.seqFrom);
    seqTo.push(chunk.seqTo);
    covered.push(coveredTo);
    timeFrom.push(chunk.fromMs);
    timeTo.push(chunk.toMs);
    events.push(chunk.events);
    three.pushBytes(chunk.three);
    six.pushBytes(chunk.six);
    block.endRow();
    total += chunk.events;
  }
  const chunks = block.rows;
  return { columns: block.columns, bytes: block.finish(), chunks, events: total };
}
