import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { AppError } from "../../kernel/errors.ts";
import { type Disk, type DiskFile, readFully } from "./disk.ts";
import {
  firstSeqOfName,
  type LogIdentity,
  RECORD_HEADER_BYTES,
  readRecordHeader,
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
} from "./format.ts";
import { bookkeeping } from "./reader.ts";
import { scanRecords } from "./scan.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";
import { type DamageBook, newSegment, type Segment, type SegmentList } from "./segments.ts";

const IDENTITY_FILE = "identity";
export const CHECKPOINT_FILE = "checkpoint";
const SCAN_STEP = { maxRecords: 4096, maxBytes: 4 * 1024 * 1024 };

export type Place = { readonly disk: Disk; readonly directory: string; readonly log: (event: object) => void };

/** Lists the segments on disk. A newest file without a whole header never held an acknowledged record: it goes. */
export async function listSegments({ disk, directory, log }: Place, segments: SegmentList): Promise<void> {
  const names = (await disk.list(directory)).filter((name) => firstSeqOfName(name) !== undefined).sort();
  for (const [index, name] of names.entries()) {
    const size = await sizeOf(disk, join(directory, name));
    if (size < SEGMENT_HEADER_BYTES && index === names.length - 1) {
      await disk.remove(join(directory, name));
      await disk.syncDirectory(directory);
      log({ event: "wal.unborn_segment_removed", segment: name });
      continue;
    }
    segments.items.push(newSegment(firstSeqOfName(name) ?? 0, size));
  }
}

/** The log's identity: from its file, else from any segment's header, else (an empty directory) a new one. */
export async function loadIdentity({ disk, directory, log }: Place, segments: SegmentList): Promise<LogIdentity> {
  const stored = await readSealed(disk, join(directory, IDENTITY_FILE));
  if (typeof stored === "object" && stored.stream !== undefined && stored.salt !== undefined) {
    return { stream: stored.stream, salt: stored.salt };
  }
  const found = await identityOfSegments(disk, directory, segments);
  if (found === undefined && (segments.items.length > 0 || stored !== "missing")) {
    throw new AppError("unavailable", "The log's identity file is damaged and no segment repeats it.", { directory });
  }
  const identity = found ?? { stream: randomBytes(4).readUInt32LE(), salt: randomBytes(4).readUInt32LE() };
  log({ event: found === undefined ? "wal.created" : "wal.identity_restored", stream: identity.stream });
  await writeSealed(disk, { directory, name: IDENTITY_FILE }, identity);
  return identity;
}

async function identityOfSegments(disk: Disk, directory: string, segments: SegmentList) {
  for (const segment of segments.items) {
    const file = await disk.open(join(directory, segment.name), "r");
    try {
      const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
      await readFully(file, header, 0);
      const identity = readSegmentHeader(header);
      if (identity !== undefined) return identity;
    } finally {
      await file.close();
    }
  }
  return undefined;
}

/** The checkpoint; a damaged one means replaying all that is still here, which is safe because inserts are idempotent. */
export async function loadCheckpoint(
  { disk, directory, log }: Place,
  { segments, stream }: { segments: SegmentList; stream: number },
): Promise<number> {
  const stored = await readSealed(disk, join(directory, CHECKPOINT_FILE));
  if (typeof stored === "object" && stored.seq !== undefined && stored.stream === stream) return stored.seq;
  if (stored !== "missing") log({ event: "wal.checkpoint_damaged" });
  return Math.max(0, (segments.items[0]?.firstSeq ?? 1) - 1);
}

export type Tail = { readonly file: DiskFile | undefined; readonly lastSeq: number; readonly nextSeq: number };

/**
 * Reads the newest segment to its end. A torn tail (a record begun and not finished) was never acknowledged and is cut
 * off. A tail that a plain cut cannot explain is left as evidence: the file is closed, and its seqs are not reused.
 */
export async function recoverTail(
  { disk, directory, log }: Place,
  { segments, salt, damage }: { segments: SegmentList; salt: number; damage: DamageBook },
): Promise<Tail> {
  const segment = segments.items.at(-1);
  if (segment === undefined) return { file: undefined, lastSeq: 0, nextSeq: 1 };
  const file = await disk.open(join(directory, segment.name), "r+");
  const { soundEnd, lastSeq } = await scanToEnd(file, segment, salt, damage);
  const tailBytes = segment.bytes - soundEnd;
  segment.lastSeq = lastSeq;
  if (tailBytes > 0 && (await isStrange(file, { soundEnd, tailBytes, salt }))) {
    damage.damage({ segment: segment.name, offset: soundEnd, bytes: tailBytes });
    await file.close();
    return { file: undefined, lastSeq, nextSeq: lastSeq + 1 + Math.ceil(tailBytes / RECORD_HEADER_BYTES) };
  }
  if (tailBytes > 0) {
    log({ event: "wal.torn_tail_cut", segment: segment.name, offset: soundEnd, bytes: tailBytes });
    await file.truncate(soundEnd);
    segment.bytes = soundEnd;
  }
  // What a killed process left in the page cache is served from now on, so it must be durable first.
  await file.datasync();
  return { file, lastSeq, nextSeq: lastSeq + 1 };
}

async function scanToEnd(file: DiskFile, segment: Segment, salt: number, damage: DamageBook) {
  const { onRecord, onDamage } = bookkeeping(segment, damage);
  let [soundEnd, lastSeq, from] = [SEGMENT_HEADER_BYTES, segment.firstSeq - 1, SEGMENT_HEADER_BYTES];
  // The last stretch without a sound header is the tail: whether that is damage is decided by the caller.
  const report: typeof onDamage = (offset, bytes, seq) => {
    if (offset + bytes < segment.bytes || seq !== undefined) onDamage(offset, bytes, seq);
  };
  for (;;) {
    const request = { file, salt, from, end: segment.bytes, fromSeq: 0, ...SCAN_STEP };
    const result = await scanRecords({ ...request, onRecord, onDamage: report });
    if (result.lastSeq > 0) [soundEnd, lastSeq] = [result.soundEnd, result.lastSeq];
    from = result.nextOffset;
    if (result.isExhausted) return { soundEnd, lastSeq };
  }
}

/** Whether a tail is more than a record cut short: its header is whole, not all zeros, and does not check out. */
async function isStrange(file: DiskFile, tail: { soundEnd: number; tailBytes: number; salt: number }) {
  if (tail.tailBytes < RECORD_HEADER_BYTES) return false;
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  await readFully(file, header, tail.soundEnd);
  return readRecordHeader(header, 0, tail.salt) === undefined && header.some((byte) => byte !== 0);
}

async function sizeOf(disk: Disk, path: string): Promise<number> {
  const file = await disk.open(path, "r");
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
