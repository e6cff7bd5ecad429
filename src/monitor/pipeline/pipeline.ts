import { setTimeout as sleep } from "node:timers/promises";
import type { EventsDb } from "../../platform/events/index.ts";
import type { Wal, WalRecord } from "../../platform/wal/index.ts";
import type { DetectionGroup } from "../event/index.ts";
import type { BatchResult, EncodedBlock } from "./job.ts";
import { newMeter, type PipelineMeter, type PipelineSnapshot } from "./meter.ts";
import { storedAfter } from "./recovery.ts";
import { eventSeq } from "./row.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Where alerts and their checkpoint live: one transaction holds both, so that a replay counts nothing twice. */
export type AlertSink = {
  /** The last record whose detections are counted; -1 when none is. */
  checkpoint(stream: number): Promise<number>;
  /** Counts the groups and moves the checkpoint to `seq`; a seq at or before the checkpoint changes nothing. */
  record(stream: number, seq: number, groups: readonly DetectionGroup[]): Promise<void>;
};

export type PipelineOptions = {
  readonly wal: Wal;
  readonly events: EventsDb;
  readonly alerts: AlertSink;
  readonly pool: WorkerPool;
  /** Called after each batch with the milliseconds since its oldest event was received. */
  readonly onStored?: (delayMs: number) => void;
  readonly log: { warn(detail: object, message: string): void; info(detail: object, message: string): void };
};

export type Pipeline = {
  snapshot(): PipelineSnapshot;
  /** Resolves when every record that the log held at the time of the call is searchable. */
  drained(): Promise<void>;
  close(): Promise<void>;
};

/** A block of this size costs the engine least per event; more only adds latency and memory. */
const BATCH_BYTES = 24 << 20;
const BATCH_RECORDS = 4096;
/** A small batch waits this long for company: fewer, larger parts in the engine. */
const LINGER_MS = 150;
const SMALL_BATCH_BYTES = 1 << 20;
const CHECKPOINT_EVERY_MS = 1000;
const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 10_000;

type InFlight = {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly oldestReceivedMs: number;
  readonly results: Promise<BatchResult[]>;
};

/** The way from the write-ahead log to the engines. Batches are parsed in parallel and stored in order. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { wal, log } = options;
  const meter = newMeter();
  const stop = new AbortController();
  let stored = wal.stats().checkpointSeq;
  let waiters: { seq: number; done(): void }[] = [];
  let engineAlerted = await options.alerts.checkpoint(wal.stream);

  const storeOne = async (batch: InFlight): Promise<void> => {
    const results = await batch.results;
    const token = `${wal.stream}-${batch.firstSeq}-${batch.lastSeq}`;
    for (const [part, result] of results.entries()) {
      await persistently(() => insert(options.events, "events", result.events, `e-${token}-${part}`));
      await persistently(() => insert(options.events, "detections", result.detections, `d-${token}-${part}`));
    }
    if (batch.lastSeq > engineAlerted) {
      const groups = results.flatMap((result) => result.groups);
      if (groups.length > 0) await persistently(() => options.alerts.record(wal.stream, batch.lastSeq, groups));
      engineAlerted = batch.lastSeq;
    }
    stored = batch.lastSeq;
    meter.stored(results);
    options.onStored?.(Date.now() - batch.oldestReceivedMs);
    for (const waiter of waiters) if (waiter.seq <= stored) waiter.done();
    waiters = waiters.filter((waiter) => waiter.seq > stored);
  };

  /** An engine that is away costs time, never events: the log keeps growing and the same block is offered again. */
  const persistently = async (work: () => Promise<void>): Promise<void> => {
    for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_LAST_MS)) {
      try {
        await work();
        meter.engineOk();
        return;
      } catch (error) {
        if (stop.signal.aborted) throw error;
        meter.engineFailed(error);
        log.warn(
          { err: error, retryInMs: waitMs },
          "an engine did not take a batch; it is kept in the write-ahead log and offered again",
        );
        await sleep(waitMs, undefined, { signal: stop.signal });
      }
    }
  };

  const running = run(options, {
    meter,
    stop: stop.signal,
    storeOne,
    startAfter: stored,
    boundary: () => engineAlerted,
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) {
      meter.engineFailed(error);
      log.warn({ err: error }, "the pipeline stopped");
    }
  });
  const checkpointing = setInterval(
    () => void wal.checkpoint(stored).catch((err: unknown) => log.warn({ err }, "checkpoint failed")),
    CHECKPOINT_EVERY_MS,
  );

  return {
    snapshot: () => meter.snapshot(),
    drained: () => {
      const seq = wal.stats().lastSeq;
      if (seq <= stored) return Promise.resolve();
      return new Promise((done) => waiters.push({ seq, done }));
    },
    close: async () => {
      stop.abort();
      clearInterval(checkpointing);
      await running;
      await wal.checkpoint(stored);
    },
  };
}

type Loop = {
  readonly meter: PipelineMeter;
  readonly stop: AbortSignal;
  readonly startAfter: number;
  storeOne(batch: InFlight): Promise<void>;
  boundary(): number;
};

/** Reads ahead of the store by one batch per thread, so that threads and engine work at the same time, in bounded memory. */
async function run(options: PipelineOptions, loop: Loop): Promise<void> {
  const { wal, pool, events } = options;
  const recoverTo = wal.stats().lastSeq;
  const known = await storedAfter(events, wal.stream, eventSeq(loop.startAfter + 1, 0));
  const inFlight: InFlight[] = [];
  let cursor = loop.startAfter;
  while (!loop.stop.aborted) {
    while (inFlight.length <= pool.size) {
      const records = await nextBatch(wal, {
        after: cursor,
        boundary: loop.boundary(),
        isIdle: inFlight.length === 0,
        stop: loop.stop,
      });
      const first = records[0];
      const last = records.at(-1);
      if (!first || !last) break;
      const alreadyStored =
        first.seq <= recoverTo ? known.between(eventSeq(first.seq, 0), eventSeq(last.seq + 1, 0)) : NOTHING_STORED;
      const results = pool.run({ stream: wal.stream, records, alreadyStored });
      results.catch(() => {});
      inFlight.push({ firstSeq: first.seq, lastSeq: last.seq, oldestReceivedMs: first.receivedAtMs, results });
      cursor = last.seq;
      loop.meter.taken(records);
    }
    const next = inFlight.shift();
    if (next) await loop.storeOne(next);
  }
}

const NOTHING_STORED = { events: [], detections: [] };

type Want = { readonly after: number; readonly boundary: number; readonly isIdle: boolean; readonly stop: AbortSignal };

/** The next records, or none when the log has no more and something else is to be done meanwhile. */
async function nextBatch(wal: Wal, want: Want): Promise<WalRecord[]> {
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

const sizeOf = (records: readonly WalRecord[]): number =>
  records.reduce((sum, record) => sum + record.payload.length, 0);

async function insert(events: EventsDb, table: string, block: EncodedBlock, token: string): Promise<void> {
  if (block.rows > 0) await events.insertNative(table, block.columns, block.bytes, token);
}
