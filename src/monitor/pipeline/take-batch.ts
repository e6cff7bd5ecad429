import { setTimeout as sleep } from "node:timers/promises";
import type { Wal, WalRecord } from "../../platform/wal/index.ts";

/** A block of this size costs the engine least per event; more only adds latency and memory. */
const BATCH_BYTES = 24 << 20;
const BATCH_RECORDS = 4096;
/** A small batch waits this long for company: fewer, larger parts in the engine. */
const LINGER_MS = 150;
const SMALL_BATCH_BYTES = 1 << 20;

export type Want = {
  /** Records up to here were taken before. */
  readonly after: number;
  /** Records up to here have their detections counted. */
  readonly boundary: number;
  /** Nothing else is to be done meanwhile: wait for records, and for company. */
  readonly isIdle: boolean;
  readonly stop: AbortSignal;
};

/** The next records, or none when the log has no more (or only a few) and something else is to be done meanwhile. */
export async function takeBatch(wal: Wal, want: Want): Promise<WalRecord[]> {
  const limits = { maxRecords: BATCH_RECORDS, maxBytes: BATCH_BYTES };
  let records = await wal.read(want.after + 1, limits);
  if (records.length === 0) {
    if (!want.isIdle) return [];
    await wal.waitPast(want.after, want.stop);
    records = await wal.read(want.after + 1, limits);
  }
  if (sizeOf(records) < SMALL_BATCH_BYTES) {
    if (!want.isIdle) return [];
    await sleep(LINGER_MS, undefined, { signal: want.stop });
    records = await wal.read(want.after + 1, limits);
  }
  // A batch never straddles the alert checkpoint: what it counted before a crash and what it did not stay apart.
  const counted = records.filter((record) => record.seq <= want.boundary);
  return counted.length > 0 ? counted : records;
}

export const sizeOf = (records: readonly WalRecord[]): number =>
  records.reduce((sum, record) => sum + record.payload.length, 0);
