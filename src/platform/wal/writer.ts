import { join } from "node:path";
import { AppError } from "../../kernel/errors.ts";
import { packRecords, type Sized } from "./batch.ts";
import { type Disk, type DiskFile, errorCode, writeFully } from "./disk.ts";
import {
  bodyCrcOf,
  type LogIdentity,
  MAX_META_BYTES,
  MAX_RECORD_BYTES,
  recordBytes,
  SEGMENT_HEADER_BYTES,
  segmentHeader,
} from "./format.ts";
import type { WalEntry } from "./log.ts";
import { isEmpty, markRecord, newSegment, type Segment, type SegmentList } from "./segments.ts";
import { Turns } from "./turns.ts";

const MAX_BATCH_BYTES = 32 * 1024 * 1024;

type Pending = Sized & { readonly resolve: (seq: number) => void; readonly reject: (error: Error) => void };

export type WriterOptions = {
  readonly disk: Disk;
  readonly directory: string;
  readonly identity: LogIdentity;
  readonly segments: SegmentList;
  readonly segmentBytes: number;
  readonly maxBytes: number;
  readonly maxPendingBytes: number;
  readonly log: (event: object) => void;
  readonly onDurable: () => void;
  readonly nextSeq: number;
  readonly lastSeq: number;
  readonly checkpointSeq: number;
};

/** The append queue. While one batch is being synced the next one gathers: one write and one fdatasync each. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #turns = new Turns();
  #queue: Pending[] = [];
  #file: DiskFile | undefined;
  #nextSeq: number;
  #checkpointSeq: number;
  #draining: Promise<void> | undefined;
  /** The end of the active file is not known to be clean: never write there again. */
  #isSpoiled = false;
  lastSeq: number;
  pendingRecords = 0;
  pendingBytes = 0;
  fsyncs = 0;
  writeErrors = 0;
  isFull = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#nextSeq = options.nextSeq;
    this.lastSeq = options.lastSeq;
    this.#checkpointSeq = options.checkpointSeq;
  }

  /** Goes on in the newest segment, when recovery found its end clean. */
  resume(file: DiskFile): void {
    this.#file = file;
  }

  async append(entry: WalEntry): Promise<number> {
    const size = recordBytes(entry);
    this.#refuse(entry, size);
    const crc = bodyCrcOf(entry.meta, entry.payload, this.#options.identity.salt);
    const seq = this.#nextSeq;
    this.#nextSeq += 1;
    this.pendingRecords += 1;
    this.pendingBytes += size;
    return new Promise<number>((resolve, reject) => {
      this.#queue.push({ entry, size, crc, seq, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Removes segments wholly at or below a seq; when the log is full, closes the active one so that it may go too. */
  async free(checkpointSeq: number): Promise<void> {
    this.#checkpointSeq = Math.max(this.#checkpointSeq, checkpointSeq);
    await this.#turns.take(async () => {
      try {
        if (await this.#removeBelow(this.#checkpointSeq)) this.isFull = false;
        const active = this.#options.segments.items.at(-1);
        if (!this.isFull || active === undefined || isEmpty(active) || this.lastSeq > this.#checkpointSeq) return;
        await this.#rotate(this.#queue[0]?.seq ?? this.#nextSeq);
        if (await this.#removeBelow(this.#checkpointSeq)) this.isFull = false;
      } catch (error) {
        // The checkpoint itself stands; the next one tries again.
        this.#reportError("wal.free_failed", error);
      }
    });
  }

  /** Writes what is pending; the caller sees to it that nothing more is appended. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#turns.take(async () => {
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  #refuse(entry: WalEntry, size: number): void {
    const { maxBytes, maxPendingBytes, segments } = this.#options;
    if (entry.meta.length > MAX_META_BYTES) throw new AppError("invalid", "A record's meta is at most 64 KiB.");
    const largest = Math.min(MAX_RECORD_BYTES, maxBytes - 2 * SEGMENT_HEADER_BYTES);
    if (size > largest) throw new AppError("too_large", "This record can never fit in the log.", { size, largest });
    if (this.pendingBytes + size > maxPendingBytes) {
      throw new AppError("over_limit", "Too much is waiting for the disk: slow down.", { maxPendingBytes });
    }
    // Each waiting record might open a segment of its own.
    const headers = (this.pendingRecords + 2) * SEGMENT_HEADER_BYTES;
    if (segments.bytes + this.pendingBytes + headers + size > maxBytes) {
      this.#reportFull();
      throw new AppError("over_limit", "The log has used its disk budget: what it holds must be stored first.", {
        maxBytes,
      });
    }
  }

  #reportFull(): void {
    if (!this.isFull) this.#options.log({ event: "wal.full", maxBytes: this.#options.maxBytes });
    this.isFull = true;
    if (this.lastSeq <= this.#checkpointSeq && this.pendingRecords === 0) {
      void this.free(this.#checkpointSeq);
    }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Everything that arrives in this turn of the event loop shares the write.
      await new Promise(setImmediate);
      await this.#turns.take(() => this.#commit());
    }
    this.#draining = undefined;
  }

  /** Writes and syncs one batch. Never throws: failures reject the batch's appends. */
  async #commit(): Promise<void> {
    let batch: Pending[] = [];
    let isWriting = false;
    try {
      const segment = await this.#segmentFor(this.#queue[0]);
      batch = this.#takeBatch(segment);
      const end = segment.bytes + batch.reduce((sum, pending) => sum + pending.size, 0);
      const file = this.#file;
      if (file === undefined) throw new Error("no segment is open");
      isWriting = true;
      await writeFully(file, packRecords(batch, this.#options.identity.salt), segment.bytes);
      await file.datasync();
      this.fsyncs += 1;
      this.#acknowledge(segment, batch, end);
    } catch (error) {
      this.writeErrors += 1;
      this.#reportError("wal.write_failed", error);
      if (isWriting) await this.#cutBack();
      this.#rejectAll(batch.length > 0 ? batch : this.#queue.splice(0), writeFailure(error));
    }
  }

  #acknowledge(segment: Segment, batch: readonly Pending[], end: number): void {
    let offset = segment.bytes;
    for (const pending of batch) {
      markRecord(segment, pending.seq, offset);
      offset += pending.size;
    }
    segment.bytes = end;
    this.lastSeq = batch.at(-1)?.seq ?? this.lastSeq;
    segment.lastSeq = this.lastSeq;
    this.#settle(batch);
    for (const pending of batch) pending.resolve(pending.seq);
    this.#options.onDurable();
  }

  /** The active segment, or a new one when the first record does not fit or the file's end is in doubt. */
  async #segmentFor(first: Pending | undefined): Promise<Segment> {
    const active = this.#options.segments.items.at(-1);
    const size = first?.size ?? 0;
    const isFit = active !== undefined && (isEmpty(active) || active.bytes + size <= this.#options.segmentBytes);
    if (isFit && this.#file !== undefined && !this.#isSpoiled) return active;
    return this.#rotate(first?.seq ?? this.#nextSeq);
  }

  #takeBatch(segment: Segment): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#queue) {
      const total = bytes + pending.size;
      if (count > 0 && (total > MAX_BATCH_BYTES || segment.bytes + total > this.#options.segmentBytes)) break;
      bytes = total;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #settle(batch: readonly Pending[]): void {
    this.pendingRecords -= batch.length;
    for (const pending of batch) this.pendingBytes -= pending.size;
  }

  /** Cuts the file back to its last durable byte. The refused seqs are never used again. */
  async #cutBack(): Promise<void> {
    const active = this.#options.segments.items.at(-1);
    if (active === undefined || this.#file === undefined) return;
    // After a failed sync the kernel may forget which pages were dirty: a file with records is left alone from here on.
    this.#isSpoiled = !isEmpty(active);
    await this.#file.truncate(active.bytes).catch((error: unknown) => {
      this.#isSpoiled = true;
      this.#reportError("wal.truncate_failed", error);
    });
  }

  #rejectAll(batch: readonly Pending[], reason: AppError): void {
    this.#settle(batch);
    for (const pending of batch) pending.reject(reason);
  }

  async #rotate(firstSeq: number): Promise<Segment> {
    const { disk, directory, identity, segments, log } = this.#options;
    const segment = newSegment(firstSeq, SEGMENT_HEADER_BYTES);
    const path = join(directory, segment.name);
    const file = await disk.open(path, "wx+");
    try {
      await writeFully(file, [segmentHeader(identity, firstSeq)], 0);
      await file.datasync();
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close();
      await disk.remove(path).catch((reason: unknown) => this.#reportError("wal.remove_failed", reason));
      throw error;
    }
    const previous = this.#file;
    this.#file = file;
    this.#isSpoiled = false;
    segments.items.push(segment);
    log({ event: "wal.segment_created", segment: segment.name });
    await previous?.close().catch((reason: unknown) => this.#reportError("wal.close_failed", reason));
    return segment;
  }

  async #removeBelow(seq: number): Promise<boolean> {
    const { disk, directory, segments, log } = this.#options;
    let removed = 0;
    for (;;) {
      const oldest = segments.oldestBelow(seq);
      if (oldest === undefined) break;
      // Out of the list first: a reader that finds the file gone then knows why.
      segments.items.shift();
      await disk.remove(join(directory, oldest.name)).catch((error: unknown) => {
        segments.items.unshift(oldest);
        throw error;
      });
      log({ event: "wal.segment_removed", segment: oldest.name });
      removed += 1;
    }
    if (removed > 0) await disk.syncDirectory(directory);
    return removed > 0;
  }

  #reportError(event: string, error: unknown): void {
    this.#options.log({
      event,
      code: errorCode(error),
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

function writeFailure(error: unknown): AppError {
  const code = errorCode(error);
  const message =
    code === "ENOSPC" || code === "EDQUOT"
      ? "The disk that holds the log is full: nothing was stored, send again when there is room."
      : "The log could not be written: nothing was stored, send again.";
  return new AppError("unavailable", message, { code }, error);
}
