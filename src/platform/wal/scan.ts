import { type DiskFile, readFully } from "./disk.ts";
import {
  bodyCrcOf,
  MAX_RECORD_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_MAGIC,
  type RecordHeader,
  readRecordHeader,
} from "./format.ts";
import type { WalRecord } from "./log.ts";

const WINDOW_BYTES = 1024 * 1024;

export type ScanRequest = {
  readonly file: DiskFile;
  readonly salt: number;
  readonly from: number;
  readonly end: number;
  /** Records below are stepped over by their header alone. */
  readonly fromSeq: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Called at every sound record, wanted or not: its seq and offset. */
  readonly onRecord?: (seq: number, offset: number) => void;
  /** `seq` is known when only the body is damaged. */
  readonly onDamage: (offset: number, bytes: number, seq: number | undefined) => void;
};

export type ScanResult = {
  readonly records: WalRecord[];
  /** Where the next scan goes on. */
  readonly nextOffset: number;
  /** The end of the last record whose header is sound and whose bytes are all there. */
  readonly soundEnd: number;
  /** The last seq that a sound header named; 0 when there was none. */
  readonly lastSeq: number;
  /** The scan reached the end of the file, not a limit. */
  readonly isExhausted: boolean;
};

/** A piece of the file in memory. Records are views into it, so a window is never reused. */
class Window {
  #buffer = Buffer.alloc(0);
  #start = 0;
  readonly #file: DiskFile;
  readonly #chunkBytes: number;
  end: number;

  constructor(file: DiskFile, end: number, chunkBytes: number) {
    this.#file = file;
    this.end = end;
    this.#chunkBytes = chunkBytes;
  }

  has(offset: number, bytes: number): boolean {
    return offset >= this.#start && offset + bytes <= this.#start + this.#buffer.length;
  }

  /** Afterwards `has(offset, bytes)` holds, unless the file ends before (then `end` says where). */
  async load(offset: number, bytes: number): Promise<void> {
    const length = Math.min(Math.max(bytes, this.#chunkBytes), this.end - offset);
    // Not from the shared pool: the reader may hand the whole buffer on.
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, length));
    const read = await readFully(this.#file, buffer, offset);
    if (read < length) this.end = offset + read;
    this.#buffer = buffer.subarray(0, read);
    this.#start = offset;
  }

  header(offset: number, salt: number): RecordHeader | undefined {
    return readRecordHeader(this.#buffer, offset - this.#start, salt);
  }

  bytes(offset: number, length: number): Buffer {
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  /** Where the magic next appears at or after an offset inside the window. */
  findMagic(offset: number): number | undefined {
    const found = this.#buffer.indexOf(RECORD_MAGIC, offset - this.#start);
    return found < 0 ? undefined : this.#start + found;
  }

  get windowEnd(): number {
    return this.#start + this.#buffer.length;
  }
}

/** Reads records from a segment, stepping over damage: a bad body costs its record, a bad header a search for the next. */
export async function scanRecords(request: ScanRequest): Promise<ScanResult> {
  const { salt, from, fromSeq, maxRecords } = request;
  const window = new Window(request.file, request.end, Math.max(64 * 1024, Math.min(request.maxBytes, WINDOW_BYTES)));
  const records: WalRecord[] = [];
  let [offset, soundEnd, lastSeq, taken] = [from, from, 0, 0];
  while (records.length < maxRecords) {
    const header = await soundHeaderAt(window, offset, salt);
    if (header === undefined) {
      if (offset >= window.end) break;
      const next = await findHeader(window, offset + 1, salt);
      request.onDamage(offset, next - offset, undefined);
      offset = next;
      continue;
    }
    const size = RECORD_HEADER_BYTES + header.metaBytes + header.payloadBytes;
    const wanted = header.seq >= fromSeq;
    if (wanted && records.length > 0 && taken + size > request.maxBytes) break;
    if (wanted) {
      if (!window.has(offset, size)) await window.load(offset, size);
      const record = takeRecord(window, offset, header, salt);
      if (record === undefined) request.onDamage(offset, size, header.seq);
      else records.push(record);
      if (record !== undefined) taken += size;
    }
    request.onRecord?.(header.seq, offset);
    lastSeq = header.seq;
    offset += size;
    soundEnd = offset;
  }
  return { records, nextOffset: offset, soundEnd, lastSeq, isExhausted: offset >= window.end };
}

/** A header that checks out and whose whole record lies before the end. */
async function soundHeaderAt(window: Window, offset: number, salt: number): Promise<RecordHeader | undefined> {
  if (offset + RECORD_HEADER_BYTES > window.end) return undefined;
  if (!window.has(offset, RECORD_HEADER_BYTES)) await window.load(offset, RECORD_HEADER_BYTES);
  if (!window.has(offset, RECORD_HEADER_BYTES)) return undefined;
  const header = window.header(offset, salt);
  if (header === undefined) return undefined;
  const size = RECORD_HEADER_BYTES + header.metaBytes + header.payloadBytes;
  return offset + size <= window.end && size <= MAX_RECORD_BYTES ? header : undefined;
}

async function findHeader(window: Window, from: number, salt: number): Promise<number> {
  let at = from;
  while (at + RECORD_HEADER_BYTES <= window.end) {
    if (!window.has(at, RECORD_HEADER_BYTES)) await window.load(at, RECORD_HEADER_BYTES);
    const found = window.findMagic(at);
    if (found === undefined) {
      // The magic may straddle two windows.
      at = Math.max(at + 1, window.windowEnd - RECORD_MAGIC.length + 1);
      continue;
    }
    if ((await soundHeaderAt(window, found, salt)) !== undefined) return found;
    at = found + 1;
  }
  return window.end;
}

function takeRecord(window: Window, offset: number, header: RecordHeader, salt: number): WalRecord | undefined {
  const { seq, receivedAtMs, metaBytes, payloadBytes } = header;
  const size = RECORD_HEADER_BYTES + metaBytes + payloadBytes;
  if (!window.has(offset, size)) return undefined;
  const meta = window.bytes(offset + RECORD_HEADER_BYTES, metaBytes);
  const payload = window.bytes(offset + RECORD_HEADER_BYTES + metaBytes, payloadBytes);
  if (bodyCrcOf(meta, payload, salt) !== header.bodyCrc) return undefined;
  return { seq, receivedAtMs, meta, payload };
}
