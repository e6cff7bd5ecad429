/** One durable record. `seq` starts at 1 and rises; a gap means records that were refused or damaged. */
export type WalRecord = {
  readonly seq: number;
  readonly receivedAtMs: number;
  /** At most 64 KiB, opaque here. */
  readonly meta: Uint8Array;
  /** Views share the buffer they were read into: copy before transferring one to another thread. */
  readonly payload: Uint8Array;
};

/** Bytes must not change until the append settles. */
export type WalEntry = { readonly receivedAtMs: number; readonly meta: Uint8Array; readonly payload: Uint8Array };

export type ReadLimits = { readonly maxRecords: number; readonly maxBytes: number };

/** A damaged stretch of a segment file. `seq` is known when the header survived and only the body is damaged. */
export type DamagedRecord = {
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  readonly seq?: number;
};

export type WalStats = {
  /** Bytes of all segment files; never above `maxBytes`. */
  readonly bytes: number;
  readonly maxBytes: number;
  readonly segments: number;
  /** The lowest seq that may still be on disk. */
  readonly firstSeq: number;
  /** The newest durable seq; 0 when nothing was ever written. */
  readonly lastSeq: number;
  readonly checkpointSeq: number;
  readonly pendingRecords: number;
  readonly pendingBytes: number;
  readonly corruptRecords: { readonly count: number; readonly places: readonly DamagedRecord[] };
  /** Jumps of seq inside a segment that no damage explains. */
  readonly gaps: number;
  readonly fsyncs: number;
  readonly writeErrors: number;
  /** An append was refused for lack of room, and nothing has been freed since. */
  readonly isFull: boolean;
};

/** A write-ahead log of opaque records: what `append` acknowledged survives a crash until `checkpoint` passes it. */
export type Wal = {
  /** Random u32 made with the directory: (stream, seq) names a record for good. */
  readonly stream: number;
  /** Resolves with the seq after the group-committed fsync. Errors: `invalid`, `too_large`, `over_limit`, `unavailable`. */
  append(entry: WalEntry): Promise<number>;
  /** Durable records with seq ≥ fromSeq, in order; at least one when there is any, even past maxBytes. [] at the tail. */
  read(fromSeq: number, limits: ReadLimits): Promise<WalRecord[]>;
  /** Resolves when a readable record with a seq above the given one exists. Rejects with the signal's reason, or on close. */
  waitPast(seq: number, signal?: AbortSignal): Promise<void>;
  /** Every record up to seq is stored elsewhere. Going back is ignored; going past the tail is `invalid`. */
  checkpoint(seq: number): Promise<void>;
  stats(): WalStats;
  /** Writes what is pending, then refuses everything. */
  close(): Promise<void>;
};

export type WalOptions = {
  readonly directory: string;
  readonly segmentBytes?: number;
  readonly maxBytes?: number;
  /** Appends in flight beyond this are refused with `over_limit`. */
  readonly maxPendingBytes?: number;
  readonly log?: (event: object) => void;
};
