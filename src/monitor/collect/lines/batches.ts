import { createHash } from "node:crypto";
import { AppError } from "../../../kernel/errors.ts";
import { decodeMeta } from "../record.ts";

const MAX_BATCHES = 10_000;
const KEEP_MS = 60 * 60_000;
/** A retry after a crash comes within seconds: the newest records tell which events of it are already on disk. */
const RECOVER_RECORDS = 512;
const RECOVER_STEP = { maxRecords: 64, maxBytes: 32 * 1024 * 1024 } as const;

/** One resumable upload: which of its events are on disk. */
export type Batch = {
  readonly key: string;
  has(position: number): boolean;
  add(from: number, to: number): void;
  /** The try is over: another may begin. */
  close(): void;
};

export type Batches = {
  /** Begins a try. Errors: `conflict` when another try of the same upload is under way. */
  open(owner: string, idempotencyKey: string): Batch;
  /** Learns after a start what the last process had already stored. */
  recover(log: TailLog): Promise<void>;
};

type TailLog = {
  stats(): { readonly lastSeq: number };
  read(fromSeq: number, limits: typeof RECOVER_STEP): Promise<{ readonly seq: number; readonly meta: Uint8Array }[]>;
};

type Known = { ranges: [number, number][]; touchedAtMs: number; isOpen: boolean };

/**
 * Remembers, per Idempotency-Key, which events are durable, so that a retry brings only the rest. Bounded: an hour, 10,000
 * uploads, and after a crash the last 512 records of the log; past these bounds a retry stores its events again.
 */
export function createBatches(now: () => number): Batches {
  const known = new Map<string, Known>();
  const of = (key: string): Known => {
    const found = known.get(key) ?? { ranges: [], touchedAtMs: 0, isOpen: false };
    known.delete(key); // and set again: the map's order is the order of use
    for (const [oldKey, old] of known) {
      if (known.size < MAX_BATCHES && old.touchedAtMs + KEEP_MS > now()) break;
      known.delete(oldKey);
    }
    found.touchedAtMs = now();
    known.set(key, found);
    return found;
  };

  return {
    open(owner, idempotencyKey) {
      const key = createHash("sha256").update(`${owner}\0${idempotencyKey}`).digest("base64url");
      const batch = of(key);
      if (batch.isOpen) throw new AppError("conflict", "An earlier try of this upload is still under way; try again.");
      batch.isOpen = true;
      return {
        key,
        has: (position) => batch.ranges.some(([from, to]) => position >= from && position < to),
        add: (from, to) => addRange(batch.ranges, from, to),
        close() {
          batch.isOpen = false;
        },
      };
    },
    async recover(log) {
      const { lastSeq } = log.stats();
      for (let next = Math.max(1, lastSeq - RECOVER_RECORDS + 1); next <= lastSeq; ) {
        const records = await log.read(next, RECOVER_STEP);
        const last = records.at(-1);
        if (last === undefined) return;
        next = last.seq + 1;
        for (const { meta } of records) {
          const decoded = decodeMeta(meta);
          const part = decoded.ok ? decoded.value.batch : undefined;
          if (part !== undefined) addRange(of(part.key).ranges, part.from, part.to);
        }
      }
    },
  };
}

/** Neighbors are joined, so that an upload without refusals is one range however many records it took. */
function addRange(ranges: [number, number][], from: number, to: number): void {
  const before = ranges.find((range) => range[1] === from);
  const after = ranges.find((range) => range[0] === to);
  if (before !== undefined && after !== undefined) {
    before[1] = after[1];
    ranges.splice(ranges.indexOf(after), 1);
  } else if (before !== undefined) before[1] = to;
  else if (after !== undefined) after[0] = from;
  else ranges.push([from, to]);
}
