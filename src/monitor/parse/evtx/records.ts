import { countText } from "../../../kernel/count.ts";
import { CHUNK_BYTES, CHUNK_HEADER_BYTES, Chunk } from "./chunk.ts";
import { type Damage, type DamageKind, damageAt } from "./damage.ts";
import { isChunk, isUnused, readChunkHeader } from "./header.ts";
import { fileTimeMs } from "./instant.ts";
import type { Node } from "./json.ts";
import { Broken } from "./problem.ts";
import { renderRecord } from "./render.ts";

/** One event. `offset`: bytes from the start of the file. `writtenAtMs`: when the event log took it in, UTC milliseconds. */
export type EvtxRecord = {
  readonly id: number;
  readonly offset: number;
  readonly writtenAtMs: number;
  /** `{Event: {System, EventData | UserData}}`, as exporters write it. */
  readonly event: Node;
};

export type ChunkSink = { onRecord(record: EvtxRecord): void; onDamage(damage: Damage): void };

const RECORD_HEADER_BYTES = 24;
const MIN_RECORD_BYTES = RECORD_HEADER_BYTES + 4;
const RECORD_MARK = 0x00002a2a;
const RECORD_MARK_BYTES = Buffer.from([0x2a, 0x2a, 0, 0]);

/**
 * Reads the records of one chunk, in the order in which they lie in it. Never throws and always ends; what is damaged goes to the
 * sink, and the records around it are found by their marks.
 * bytes: up to 64 KiB at the chunk's place, fewer where the file is cut short. offset: that place in the file.
 */
export function readChunk(bytes: Buffer, offset: number, sink: ChunkSink): void {
  if (isUnused(bytes)) return;
  new ChunkReader(bytes.subarray(0, CHUNK_BYTES), offset, sink).read();
}

class ChunkReader {
  readonly #chunk: Chunk;
  readonly #bytes: Buffer;
  readonly #offset: number;
  readonly #sink: ChunkSink;
  #lastId = Number.NaN;

  constructor(bytes: Buffer, offset: number, sink: ChunkSink) {
    this.#chunk = new Chunk(bytes);
    this.#bytes = bytes;
    this.#offset = offset;
    this.#sink = sink;
  }

  read(): void {
    const end = this.#checkedEnd();
    let at = CHUNK_HEADER_BYTES;
    while (at + MIN_RECORD_BYTES <= this.#bytes.length) {
      const size = this.#sizeAt(at, end);
      if (size > 0 && (at < end || this.#idAt(at) === this.#lastId + 1)) {
        this.#record(at, size);
        at += size;
      } else if (at < end) at = this.#nextAfter(at, end);
      else return;
    }
  }

  /** Where the header says the records end; the whole chunk when there is no header to believe. */
  #checkedEnd(): number {
    const { length } = this.#bytes;
    if (!isChunk(this.#bytes)) {
      this.#damage("not_a_chunk", 0, "the mark of a chunk is missing");
      return length;
    }
    if (length < CHUNK_BYTES)
      this.#damage("chunk_cut_short", length, `${countText(CHUNK_BYTES - length, "byte")} missing`);
    if (length < CHUNK_HEADER_BYTES) return length;
    const header = readChunkHeader(this.#bytes);
    if (!header.isHeaderIntact) this.#damage("chunk_header_checksum", 0, "the chunk header's checksum is wrong");
    const { endOfRecords } = header;
    if (endOfRecords < CHUNK_HEADER_BYTES || endOfRecords > CHUNK_BYTES) {
      this.#damage("chunk_header", 0, `records cannot end at ${endOfRecords}`);
      return length;
    }
    if (length === CHUNK_BYTES && !header.areRecordsIntact())
      this.#damage("chunk_checksum", 0, "the checksum of the chunk's records is wrong");
    return Math.min(endOfRecords, length);
  }

  /**
   * Bytes of the record at `at`; 0 when there is none. Its size stands at both ends. Where only the second is wrong, what follows
   * decides: another record, or the end.
   */
  #sizeAt(at: number, end: number): number {
    const bytes = this.#bytes;
    if (bytes.readUInt32LE(at) !== RECORD_MARK) return 0;
    const size = bytes.readUInt32LE(at + 4);
    const next = at + size;
    if (size < MIN_RECORD_BYTES || next > bytes.length) return 0;
    if (bytes.readUInt32LE(next - 4) === size) return size;
    const isFollowed = next === end || (next + 4 <= bytes.length && bytes.readUInt32LE(next) === RECORD_MARK);
    if (at >= end || !isFollowed) return 0;
    this.#damage("record_size", at, "the record's two sizes differ");
    return size;
  }

  /** The place of the next record behind something that is none; the chunk's length when none follows. */
  #nextAfter(at: number, end: number): number {
    const bytes = this.#bytes;
    let next = at;
    do next = bytes.indexOf(RECORD_MARK_BYTES, next + 1);
    while (next >= 0 && next < end && (next + MIN_RECORD_BYTES > bytes.length || this.#sizeAt(next, end) === 0));
    const isFound = next >= 0 && next < end;
    const skipped = (isFound ? next : end) - at;
    this.#damage("record_lost", at, `${countText(skipped, "byte")} without a whole record`);
    return isFound ? next : bytes.length;
  }

  #idAt(at: number): number {
    return this.#bytes.readUInt32LE(at + 12) * 0x1_0000_0000 + this.#bytes.readUInt32LE(at + 8);
  }

  #record(at: number, size: number): void {
    const bytes = this.#bytes;
    const id = this.#idAt(at);
    this.#lastId = id;
    const writtenAtMs = fileTimeMs(bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20));
    let event: Node;
    try {
      event = renderRecord(this.#chunk, at + RECORD_HEADER_BYTES, at + size - 4);
    } catch (error) {
      const reason = error instanceof Broken ? error.message : "the binary XML points outside of its chunk";
      this.#damage("record_unreadable", at, `record ${id}: ${reason}`);
      return;
    }
    this.#sink.onRecord({ id, offset: this.#offset + at, writtenAtMs, event });
  }

  #damage(kind: DamageKind, at: number, detail: string): void {
    this.#sink.onDamage(damageAt(kind, this.#offset + at, detail));
  }
}
