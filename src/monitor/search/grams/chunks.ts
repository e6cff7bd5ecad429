import { NativeBlock } from "../../../platform/native/index.ts";
import { GramFilter, type GramSets } from "./filter.ts";

/** Events that share one pair of gram sets: of one dataset and one hour, so that they stand together in the table. */
export type Chunk = GramSets & {
  readonly dataset: string;
  readonly seqFrom: bigint;
  readonly seqTo: bigint;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
};

/** Past either, a chunk is complete. Fewer events find more exactly and cost more room (160 KiB at most each). */
const MAX_EVENTS = 8_192;
const MAX_BYTES = 8 << 20;
/** Chunks being filled at a time; one event with an absurd time opens one of its own. */
const MAX_OPEN = 64;
const HOUR_MS = 3_600_000;

type Open = { -readonly [K in Exclude<keyof Chunk, keyof GramSets>]: Chunk[K] } & {
  key: string;
  bytes: number;
  filter: GramFilter;
};

/**
 * Cuts events into chunks. `rows`: RowBinary of (seq UInt64, time in ms Int64, dataset String, raw String), in any order;
 * the engine writes it, so a row that is not whole is a bug and throws.
 */
export function* chunksOf(rows: Uint8Array): Generator<Chunk> {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const open = new Map<string, Open>();
  const spare: GramFilter[] = [];
  const close = (chunk: Open): Chunk => {
    open.delete(chunk.key);
    spare.push(chunk.filter);
    const { key: _, bytes: __, filter, ...what } = chunk;
    return { ...what, ...filter.take() };
  };
  const keys = keyReader(rows);
  for (let at = 0; at < rows.length; ) {
    const seq = view.getBigUint64(at, true);
    const timeMs = Number(view.getBigInt64(at + 8, true));
    const name = textAt(rows, at + 16);
    const raw = textAt(rows, name.end);
    at = raw.end;
    const { key, dataset } = keys(Math.floor(timeMs / HOUR_MS), name);
    let chunk = open.get(key);
    if (!chunk) {
      if (open.size === MAX_OPEN) yield close(fullest(open));
      chunk = newChunk({ key, dataset, seq, timeMs, filter: spare.pop() ?? new GramFilter() });
      open.set(key, chunk);
    }
    chunk.filter.add(rows, raw.start, raw.end);
    count(chunk, { seq, timeMs, bytes: raw.end - raw.start });
    if (chunk.events >= MAX_EVENTS || chunk.bytes >= MAX_BYTES) yield close(chunk);
  }
  for (const chunk of [...open.values()]) yield close(chunk);
}

type Span = { readonly start: number; readonly end: number };

/** The key of a row's chunk. Neighbors mostly share it, and comparing bytes is cheaper than making text of them. */
function keyReader(rows: Uint8Array): (hour: number, name: Span) => { key: string; dataset: string } {
  let [lastHour, lastStart, lastEnd] = [Number.NaN, 0, 0];
  let last = { key: "", dataset: "" };
  return (hour, { start, end }) => {
    let isSame = hour === lastHour && end - start === lastEnd - lastStart;
    for (let i = 0; isSame && i < end - start; i += 1) isSame = rows[start + i] === rows[lastStart + i];
    if (isSame) return last;
    const dataset = Buffer.from(rows.subarray(start, end)).toString("utf8");
    [lastHour, lastStart, lastEnd] = [hour, start, end];
    last = { key: `${hour} ${dataset}`, dataset };
    return last;
  };
}

type First = { key: string; dataset: string; seq: bigint; timeMs: number; filter: GramFilter };
const newChunk = ({ key, dataset, seq, timeMs, filter }: First): Open => ({
  key,
  dataset,
  seqFrom: seq,
  seqTo: seq,
  fromMs: timeMs,
  toMs: timeMs,
  events: 0,
  bytes: 0,
  filter,
});

function count(chunk: Open, { seq, timeMs, bytes }: { seq: bigint; timeMs: number; bytes: number }): void {
  if (seq < chunk.seqFrom) chunk.seqFrom = seq;
  if (seq > chunk.seqTo) chunk.seqTo = seq;
  chunk.fromMs = Math.min(chunk.fromMs, timeMs);
  chunk.toMs = Math.max(chunk.toMs, timeMs);
  chunk.events += 1;
  chunk.bytes += bytes;
}

function fullest(open: ReadonlyMap<string, Open>): Open {
  let best: Open | undefined;
  for (const chunk of open.values()) if (!best || chunk.events > best.events) best = chunk;
  if (!best) throw new Error("no chunk is open");
  return best;
}

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
  const [streams, dataset] = [block.uint("stream", 4), block.word("dataset")];
  const [seqFrom, seqTo, covered] = [block.bigUint("seq_from"), block.bigUint("seq_to"), block.bigUint("covered_to")];
  const [timeFrom, timeTo, events] = [block.instant("time_from"), block.instant("time_to"), block.uint("events", 4)];
  const [three, six] = [block.string("three"), block.string("six")];
  let total = 0;
  for (const chunk of chunksOf(rows)) {
    streams.push(stream);
    dataset.push(chunk.dataset);
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
