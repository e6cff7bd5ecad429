import { crc32 } from "node:zlib";

/**
 * On disk, little endian. A segment is a 32-byte header, then records of a 40-byte header, meta and payload:
 *   0 magic u32 · 4 header crc u32 (of 8..40) · 8 body crc u32 · 12 reserved u32 · 16 seq u64 · 24 receivedAtMs f64
 *   32 meta length u32 · 36 payload length u32
 * The header has its own checksum, so a length is trusted before it is used. Every checksum starts from the log's
 * random salt: bytes inside a payload cannot pose as a record when a reader searches for the next one.
 */
export const RECORD_HEADER_BYTES = 40;
export const SEGMENT_HEADER_BYTES = 32;
export const MAX_META_BYTES = 64 * 1024;
/** One frame of 64 MiB must fit, with room to spare. */
export const MAX_RECORD_BYTES = 80 * 1024 * 1024;

export const RECORD_MAGIC = Buffer.from("YWR1", "latin1");
const SEGMENT_MAGIC = Buffer.from("YWALSEG1", "latin1");
const TWO_32 = 2 ** 32;

export type RecordHeader = {
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly metaBytes: number;
  readonly payloadBytes: number;
  readonly bodyCrc: number;
};

export const recordBytes = (entry: { meta: Uint8Array; payload: Uint8Array }): number =>
  RECORD_HEADER_BYTES + entry.meta.length + entry.payload.length;

export const bodyCrcOf = (meta: Uint8Array, payload: Uint8Array, salt: number): number =>
  crc32(payload, crc32(meta, salt));

export function writeRecordHeader(into: Buffer, at: number, header: RecordHeader, salt: number): void {
  RECORD_MAGIC.copy(into, at);
  into.writeUInt32LE(header.bodyCrc, at + 8);
  into.writeUInt32LE(0, at + 12);
  writeU64(into, at + 16, header.seq);
  into.writeDoubleLE(header.receivedAtMs, at + 24);
  into.writeUInt32LE(header.metaBytes, at + 32);
  into.writeUInt32LE(header.payloadBytes, at + 36);
  into.writeUInt32LE(crc32(into.subarray(at + 8, at + RECORD_HEADER_BYTES), salt), at + 4);
}

/** The header at a place, or undefined when the bytes there are not one. Needs 40 bytes from `at`. */
export function readRecordHeader(from: Buffer, at: number, salt: number): RecordHeader | undefined {
  if (from.readUInt32LE(at) !== RECORD_MAGIC.readUInt32LE(0)) return undefined;
  if (from.readUInt32LE(at + 4) !== crc32(from.subarray(at + 8, at + RECORD_HEADER_BYTES), salt)) return undefined;
  const metaBytes = from.readUInt32LE(at + 32);
  const payloadBytes = from.readUInt32LE(at + 36);
  if (metaBytes > MAX_META_BYTES || RECORD_HEADER_BYTES + metaBytes + payloadBytes > MAX_RECORD_BYTES) return undefined;
  return {
    seq: readU64(from, at + 16),
    receivedAtMs: from.readDoubleLE(at + 24),
    metaBytes,
    payloadBytes,
    bodyCrc: from.readUInt32LE(at + 8),
  };
}

export type LogIdentity = { readonly stream: number; readonly salt: number };

/** Repeats the log's identity in every segment, so that losing the identity file loses nothing else. */
export function segmentHeader(identity: LogIdentity, firstSeq: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(header, 0);
  header.writeUInt32LE(identity.stream, 8);
  header.writeUInt32LE(identity.salt, 12);
  writeU64(header, 16, firstSeq);
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28);
  return header;
}

export function readSegmentHeader(from: Buffer): LogIdentity | undefined {
  if (from.length < SEGMENT_HEADER_BYTES || !from.subarray(0, 8).equals(SEGMENT_MAGIC)) return undefined;
  if (from.readUInt32LE(28) !== crc32(from.subarray(0, 28))) return undefined;
  return { stream: from.readUInt32LE(8), salt: from.readUInt32LE(12) };
}

/** Sixteen digits hold every safe integer, and names sort like the numbers. */
export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(16, "0")}.wal`;

export function firstSeqOfName(name: string): number | undefined {
  return /^\d{16}\.wal$/.test(name) ? Number(name.slice(0, 16)) : undefined;
}

function writeU64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value % TWO_32, at);
  into.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}

const readU64 = (from: Buffer, at: number): number => from.readUInt32LE(at) + from.readUInt32LE(at + 4) * TWO_32;
