import { SEGMENT_HEADER_BYTES, segmentName } from "./format.ts";
import type { DamagedRecord } from "./log.ts";

const MARK_EVERY_BYTES = 512 * 1024;

/** A file of the log. `bytes` is how much of it is durable; `lastSeq` is known for the one being written. */
export type Segment = {
  readonly name: string;
  /** No record in the file has a lower seq; the first may have a higher one. */
  readonly firstSeq: number;
  bytes: number;
  lastSeq: number;
  /** A sparse index, in order: lets a reader start near a seq instead of at the front. */
  readonly marks: { readonly seq: number; readonly offset: number }[];
};

export const newSegment = (firstSeq: number, bytes: number): Segment => ({
  name: segmentName(firstSeq),
  firstSeq,
  bytes,
  lastSeq: firstSeq - 1,
  marks: [],
});

export const isEmpty = (segment: Segment): boolean => segment.bytes <= SEGMENT_HEADER_BYTES;

export function markRecord(segment: Segment, seq: number, offset: number): void {
  const last = segment.marks.at(-1);
  if (offset >= (last?.offset ?? 0) + MARK_EVERY_BYTES) segment.marks.push({ seq, offset });
}

/** Where to begin looking for a seq in a segment. */
export function nearestOffset(segment: Segment, seq: number): number {
  const mark = segment.marks.findLast((candidate) => candidate.seq <= seq);
  return mark?.offset ?? SEGMENT_HEADER_BYTES;
}

/** The segments on disk, oldest first; the last is the one being written. */
export class SegmentList {
  readonly items: Segment[] = [];

  get bytes(): number {
    return this.items.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** The segment in which a seq lies or would lie. */
  holding(seq: number): Segment | undefined {
    return this.items.findLast((segment) => segment.firstSeq <= seq) ?? this.items[0];
  }

  after(segment: Segment): Segment | undefined {
    const at = this.items.indexOf(segment);
    return at < 0 ? this.items.find((other) => other.firstSeq > segment.firstSeq) : this.items[at + 1];
  }

  /** The oldest segment, when a newer one follows and every record in it is at or below a seq. */
  oldestBelow(seq: number): Segment | undefined {
    const [oldest, next] = this.items;
    return oldest !== undefined && next !== undefined && next.firstSeq - 1 <= seq ? oldest : undefined;
  }
}

const MAX_PLACES = 256;
const MAX_REMEMBERED = 100_000;

/** Counts each damaged place once, however often it is read past. */
export class DamageBook {
  readonly places: DamagedRecord[] = [];
  #count = 0;
  #gaps = 0;
  readonly #seen = new Set<string>();
  readonly #log: (event: object) => void;

  constructor(log: (event: object) => void) {
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  get gaps(): number {
    return this.#gaps;
  }

  damage(place: DamagedRecord): void {
    if (!this.#isNew(`${place.segment}:${place.offset}`)) return;
    this.#count += 1;
    if (this.places.length < MAX_PLACES) this.places.push(place);
    this.#log({ event: "wal.corrupt_record", ...place });
  }

  gap(segment: string, offset: number, missing: number): void {
    if (!this.#isNew(`gap:${segment}:${offset}`)) return;
    this.#gaps += 1;
    this.#log({ event: "wal.gap", segment, offset, missing });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size < MAX_REMEMBERED) this.#seen.add(key);
    return true;
  }
}
