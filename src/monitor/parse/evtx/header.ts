import { crc32 } from "node:zlib";
import { countText } from "../../../kernel/count.ts";
import { CHUNK_BYTES } from "./chunk.ts";
import { type Damage, damageAt } from "./damage.ts";

/** The file header's block: chunks begin behind it. */
export const FILE_HEADER_BYTES = 4_096;
const FILE_MARK = "ElfFile\0";
const CHUNK_MARK = "ElfChnk\0";
const SUMMED_BYTES = 120;
const DIRTY = 1;

const startsWith = (bytes: Buffer, mark: string): boolean => bytes.toString("latin1", 0, mark.length) === mark;

export const isEvtx = (head: Buffer): boolean => startsWith(head, FILE_MARK);
export const isChunk = (bytes: Buffer): boolean => startsWith(bytes, CHUNK_MARK);

/** The event log reserves space ahead: a place that holds only zeros has never been a chunk. */
export const isUnused = (bytes: Buffer): boolean => bytes[0] === 0 && bytes.equals(ZEROS.subarray(0, bytes.length));
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/**
 * What is wrong with a file's first bytes and its size; nothing when all is well. Chunks are found by their places, so none of
 * this keeps them from being read. sizeBytes: of the whole file, undefined when it is not known.
 */
export function checkFileHeader(head: Buffer, sizeBytes?: number): readonly Damage[] {
  if (!isEvtx(head)) return [damageAt("not_evtx", 0, "the mark of an event log is missing")];
  if (head.length < 128) return [damageAt("file_cut_short", head.length, "the file ends inside its header")];
  const found: Damage[] = [];
  if (crc32(head.subarray(0, SUMMED_BYTES)) !== head.readUInt32LE(124))
    found.push(damageAt("file_header_checksum", 0, "the file header's checksum is wrong"));
  if (head.readUInt16LE(38) !== 3)
    found.push(damageAt("file_header", 36, `version ${head.readUInt16LE(38)}.${head.readUInt16LE(36)} is not known`));
  const isDirty = (head.readUInt32LE(120) & DIRTY) !== 0;
  if (isDirty) found.push(damageAt("not_closed", 120, "the event log was copied while it was written"));
  const chunks = head.readUInt16LE(42);
  const there = sizeBytes === undefined ? chunks : Math.ceil((sizeBytes - FILE_HEADER_BYTES) / CHUNK_BYTES);
  if (!isDirty && there < chunks)
    found.push(
      damageAt("file_cut_short", sizeBytes ?? 0, `${chunks - there} of ${countText(chunks, "chunk")} missing`),
    );
  return found;
}

export type ChunkHeader = {
  readonly endOfRecords: number;
  readonly isHeaderIntact: boolean;
  areRecordsIntact(): boolean;
};

/** bytes: a chunk of at least 512 bytes. The header's checksum leaves out itself and the flags. */
export function readChunkHeader(bytes: Buffer): ChunkHeader {
  const endOfRecords = bytes.readUInt32LE(48);
  const sum = crc32(bytes.subarray(128, 512), crc32(bytes.subarray(0, SUMMED_BYTES)));
  return {
    endOfRecords,
    isHeaderIntact: sum === bytes.readUInt32LE(124),
    areRecordsIntact: () => crc32(bytes.subarray(512, endOfRecords)) === bytes.readUInt32LE(52),
  };
}
