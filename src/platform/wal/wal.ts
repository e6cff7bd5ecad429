import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../../kernel/errors.ts";
import { type Disk, realDisk } from "./disk.ts";
import type { ReadLimits, Wal, WalEntry, WalOptions, WalRecord, WalStats } from "./log.ts";
import { Reader } from "./reader.ts";
import { CHECKPOINT_FILE, listSegments, loadCheckpoint, loadIdentity, recoverTail } from "./recover.ts";
import { writeSealed } from "./sealed-file.ts";
import { DamageBook, SegmentList } from "./segments.ts";
import { Turns } from "./turns.ts";
import { Waiters } from "./waiters.ts";
import { Writer } from "./writer.ts";

const MEBIBYTE = 1024 * 1024;

/** Opens or creates a log. Errors: `unavailable` when its identity is lost; the system's own when the disk refuses. */
export async function openWal(options: WalOptions, disk: Disk = realDisk): Promise<Wal> {
  const { directory, maxBytes = 4096 * MEBIBYTE, maxPendingBytes = 256 * MEBIBYTE, log = () => {} } = options;
  await makeDirectory(disk, directory);
  const place = { disk, directory, log };
  const segments = new SegmentList();
  const damage = new DamageBook(log);
  await listSegments(place, segments);
  const identity = await loadIdentity(place, segments);
  const checkpointSeq = await loadCheckpoint(place, { segments, stream: identity.stream });
  const tail = await recoverTail(place, { segments, salt: identity.salt, damage });
  const waiters = new Waiters(Math.max(tail.lastSeq, checkpointSeq));
  const writer = new Writer({
    ...place,
    identity,
    segments,
    // Several segments must fit, or a checkpoint could free nothing.
    segmentBytes: Math.min(options.segmentBytes ?? 64 * MEBIBYTE, Math.floor(maxBytes / 4)),
    maxBytes,
    maxPendingBytes,
    onDurable: () => waiters.advance(writer.lastSeq),
    nextSeq: Math.max(tail.nextSeq, checkpointSeq + 1),
    lastSeq: Math.max(tail.lastSeq, checkpointSeq),
    checkpointSeq,
  });
  if (tail.file !== undefined) writer.resume(tail.file);
  const reader = new Reader({ disk, directory, salt: identity.salt, segments, damage });
  return new OpenWal(
    { ...place, stream: identity.stream, maxBytes, segments, damage, writer, reader, waiters },
    checkpointSeq,
  );
}

/** A new directory is durable once those above it are synced: without that, power loss takes the log and all in it. */
async function makeDirectory(disk: Disk, directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made !== dirname(first); made = dirname(made)) await disk.syncDirectory(dirname(made));
}

type Parts = {
  readonly disk: Disk;
  readonly directory: string;
  readonly stream: number;
  readonly maxBytes: number;
  readonly segments: SegmentList;
  readonly damage: DamageBook;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly waiters: Waiters;
};

class OpenWal implements Wal {
  readonly stream: number;
  readonly #parts: Parts;
  readonly #turns = new Turns();
  #checkpointSeq: number;
  #wantedCheckpointSeq: number;
  #isClosed = false;

  constructor(parts: Parts, checkpointSeq: number) {
    this.#parts = parts;
    this.stream = parts.stream;
    this.#checkpointSeq = checkpointSeq;
    this.#wantedCheckpointSeq = checkpointSeq;
  }

  async append(entry: WalEntry): Promise<number> {
    if (this.#isClosed) throw closed();
    return this.#parts.writer.append(entry);
  }

  async read(fromSeq: number, limits: ReadLimits): Promise<WalRecord[]> {
    if (this.#isClosed) throw closed();
    const { writer, reader, waiters } = this.#parts;
    const lastSeq = writer.lastSeq;
    const maxRecords = Math.max(1, limits.maxRecords);
    const records = await reader.read(fromSeq, { maxRecords, maxBytes: limits.maxBytes });
    if (records.length === 0) waiters.nothingReadable(fromSeq, lastSeq);
    return records;
  }

  async waitPast(seq: number, signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) throw closed();
    await this.#parts.waiters.wait(seq, signal);
  }

  async checkpoint(seq: number): Promise<void> {
    if (this.#isClosed) throw closed();
    const { lastSeq } = this.#parts.writer;
    if (!Number.isSafeInteger(seq) || seq > lastSeq) {
      throw new AppError("invalid", "A checkpoint cannot pass the newest durable record.", { seq, lastSeq });
    }
    this.#wantedCheckpointSeq = Math.max(this.#wantedCheckpointSeq, seq);
    await this.#turns.take(() => this.#persistCheckpoint());
  }

  stats(): WalStats {
    const { segments, damage, writer, maxBytes } = this.#parts;
    const { lastSeq, pendingRecords, pendingBytes, fsyncs, writeErrors, isFull } = writer;
    return {
      bytes: segments.bytes,
      maxBytes,
      segments: segments.items.length,
      firstSeq: segments.items[0]?.firstSeq ?? lastSeq + 1,
      lastSeq,
      checkpointSeq: this.#checkpointSeq,
      pendingRecords,
      pendingBytes,
      corruptRecords: { count: damage.count, places: [...damage.places] },
      gaps: damage.gaps,
      fsyncs,
      writeErrors,
      isFull,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { writer, reader, waiters } = this.#parts;
    waiters.close(closed());
    await this.#turns.take(() => writer.close());
    await reader.close();
  }

  /** Callers that queued up behind one write find their checkpoint already persisted by it. */
  async #persistCheckpoint(): Promise<void> {
    const { disk, directory, writer } = this.#parts;
    const seq = this.#wantedCheckpointSeq;
    if (seq > this.#checkpointSeq) {
      await writeSealed(disk, { directory, name: CHECKPOINT_FILE }, { stream: this.stream, seq });
      this.#checkpointSeq = seq;
    }
    await writer.free(seq);
  }
}

const closed = (): AppError => new AppError("unavailable", "The log is closed.");
