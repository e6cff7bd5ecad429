import { join } from "node:path";
import { type Disk, type DiskFile, errorCode } from "./disk.ts";
import { SEGMENT_HEADER_BYTES } from "./format.ts";
import type { ReadLimits, WalRecord } from "./log.ts";
import { type ScanResult, scanRecords } from "./scan.ts";
import { type DamageBook, markRecord, nearestOffset, type Segment, type SegmentList } from "./segments.ts";
import { Turns } from "./turns.ts";

const MAX_CURSORS = 16;

type Position = { readonly segment: Segment; readonly offset: number };

type Scanned = Pick<ScanResult, "records" | "nextOffset" | "isExhausted">;

export type ReaderOptions = {
  readonly disk: Disk;
  readonly directory: string;
  readonly salt: number;
  readonly segments: SegmentList;
  readonly damage: DamageBook;
};

/** Reads durable records. Remembers where recent reads ended, so that following the writer never rescans a segment. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #turns = new Turns();
  readonly #cursors = new Map<number, Position>();
  #opened: { readonly segment: Segment; readonly file: DiskFile } | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  read(fromSeq: number, limits: ReadLimits): Promise<WalRecord[]> {
    return this.#turns.take(() => this.#read(fromSeq, limits));
  }

  close(): Promise<void> {
    return this.#turns.take(() => this.#closeFile());
  }

  async #read(fromSeq: number, limits: ReadLimits): Promise<WalRecord[]> {
    let position = this.#positionOf(fromSeq);
    while (position !== undefined) {
      const { segment } = position;
      const end = segment.bytes;
      const { records, nextOffset, isExhausted } = await this.#scan(position, end, fromSeq, limits).catch(
        (error: unknown) => {
          if (errorCode(error) !== "ENOENT" || this.#options.segments.items.includes(segment)) throw error;
          return { records: [], nextOffset: end, isExhausted: true };
        },
      );
      position = { segment, offset: nextOffset };
      const last = records.at(-1);
      this.#remember(last === undefined ? fromSeq : last.seq + 1, position);
      if (last !== undefined || !isExhausted) return records;
      const next = this.#options.segments.after(segment);
      position = next && { segment: next, offset: SEGMENT_HEADER_BYTES };
    }
    return [];
  }

  #positionOf(fromSeq: number): Position | undefined {
    const { segments } = this.#options;
    const cursor = this.#cursors.get(fromSeq);
    if (cursor !== undefined && segments.items.includes(cursor.segment)) return cursor;
    const segment = segments.holding(fromSeq);
    return segment && { segment, offset: nearestOffset(segment, fromSeq) };
  }

  async #scan(position: Position, end: number, fromSeq: number, limits: ReadLimits): Promise<Scanned> {
    const { segment, offset } = position;
    if (offset >= end) return { records: [], nextOffset: offset, isExhausted: true };
    const file = await this.#fileOf(segment);
    const { salt, damage } = this.#options;
    const request = { file, salt, from: offset, end, fromSeq, ...limits };
    return scanRecords({ ...request, ...bookkeeping(segment, damage) });
  }

  #remember(nextSeq: number, position: Position): void {
    this.#cursors.delete(nextSeq);
    this.#cursors.set(nextSeq, position);
    const [oldest] = this.#cursors.keys();
    if (this.#cursors.size > MAX_CURSORS && oldest !== undefined) this.#cursors.delete(oldest);
  }

  async #fileOf(segment: Segment): Promise<DiskFile> {
    if (this.#opened?.segment === segment) return this.#opened.file;
    await this.#closeFile();
    const file = await this.#options.disk.open(join(this.#options.directory, segment.name), "r");
    this.#opened = { segment, file };
    return file;
  }

  async #closeFile(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.file.close();
  }
}

/** What a scan tells the sparse index and the book of damage. */
export function bookkeeping(segment: Segment, damage: DamageBook) {
  let previous: number | undefined;
  return {
    onRecord: (seq: number, offset: number) => {
      markRecord(segment, seq, offset);
      if (previous !== undefined && seq > previous + 1) damage.gap(segment.name, offset, seq - previous - 1);
      previous = seq;
    },
    onDamage: (offset: number, bytes: number, seq: number | undefined) => {
      // A damaged header explains the jump that follows it.
      if (seq === undefined) previous = undefined;
      damage.damage({ segment: segment.name, offset, bytes, ...(seq === undefined ? {} : { seq }) });
    },
  };
}
