import { setTimeout as sleep } from "node:timers/promises";
import type { EventsDb } from "../../platform/events/index.ts";
import type { Wal, WalRecord } from "../../platform/wal/index.ts";
import type { DetectionGroup } from "../event/index.ts";
import { Correlation, type CorrelationOptions } from "./correlation.ts";
import { firedBlock, firedGroups } from "./fired.ts";
import type { BatchResult } from "./job.ts";
import { newMeter, type PipelineSnapshot } from "./meter.ts";
import { type StoredAfter, storedAfter } from "./recovery.ts";
import { eventSeq } from "./row.ts";
import { groupsOf, persistently, type StoreDeps, storeBatch, storeFired } from "./store-batch.ts";
import { sizeOf, takeBatch } from "./take-batch.ts";
import type { BatchOrder, WorkerPool } from "./worker-pool.ts";

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
  readonly correlation: CorrelationOptions;
  /** Called after each batch with the milliseconds since its oldest event was received. */
  readonly onStored?: (delayMs: number) => void;
  readonly log: { warn(detail: object, message: string): void };
};

export type Pipeline = {
  snapshot(): PipelineSnapshot;
  /** Resolves when every record that the log held at the time of the call is searchable. */
  drained(): Promise<void>;
  close(): Promise<void>;
};

const CHECKPOINT_EVERY_MS = 1000;
const RESTART_MS = 2000;
/** Raw bytes on their way through the threads; encoded they take two to three times as much. */
const MAX_IN_FLIGHT_BYTES = 96 << 20;
const NOTHING_STORED = { events: [], detections: [] };

/** The way from the write-ahead log to the engines. Batches are parsed in parallel and stored in order. */
export function startPipeline(options: PipelineOptions): Pipeline {
  const pipeline = new RunningPipeline(options);
  return {
    snapshot: () => pipeline.snapshot(),
    drained: () => pipeline.drained(),
    close: () => pipeline.close(),
  };
}

type InFlight = {
  readonly order: BatchOrder;
  readonly lastSeq: number;
  readonly oldestReceivedMs: number;
  readonly bytes: number;
  readonly results: Promise<BatchResult[]>;
};

class RunningPipeline {
  readonly #options: PipelineOptions;
  readonly #meter = newMeter();
  readonly #correlation: Correlation;
  readonly #stop = new AbortController();
  readonly #checkpointing: NodeJS.Timeout;
  readonly #running: Promise<void>;
  #stored: number;
  #waiters: { readonly seq: number; done(): void }[] = [];

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#correlation = new Correlation(options.correlation, options.log);
    this.#stored = options.wal.stats().checkpointSeq;
    this.#running = this.#runForEver();
    this.#checkpointing = setInterval(() => void this.#checkpoint(), CHECKPOINT_EVERY_MS);
  }

  snapshot(): PipelineSnapshot {
    return { ...this.#meter.snapshot(), correlations: this.#correlation.figures() };
  }

  drained(): Promise<void> {
    const seq = this.#options.wal.stats().lastSeq;
    if (seq <= this.#stored) return Promise.resolve();
    return new Promise((done) => this.#waiters.push({ seq, done }));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#checkpointing);
    await this.#running;
    await this.#checkpoint(true);
  }

  async #checkpoint(isLast = false): Promise<void> {
    try {
      await this.#options.wal.checkpoint(await this.#correlation.settle(this.#stored, Date.now(), isLast));
    } catch (err) {
      this.#options.log.warn({ err }, "the log's checkpoint could not be moved; more is replayed after a crash");
    }
  }

  /** Whatever stops the loop, the log still holds what is not stored: begin again from there. */
  async #runForEver(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#run();
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        this.#meter.engineFailed(err);
        this.#options.log.warn(
          { err, retryInMs: RESTART_MS },
          "the pipeline stopped and begins again where it had stored",
        );
        await sleep(RESTART_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** Reads ahead of the store by one batch per thread, so that threads and engine work at the same time, in bounded memory. */
  async #run(): Promise<void> {
    const { wal, pool, events, alerts } = this.#options;
    // Windows go back to where they were saved, and the records since then run again: what they stored is left out.
    this.#stored = await this.#correlation.open(wal.stream, wal.stats().checkpointSeq);
    const place = { counted: await alerts.checkpoint(wal.stream), cursor: this.#stored, replayTo: wal.stats().lastSeq };
    const known = await storedAfter(events, wal.stream, eventSeq(this.#stored + 1, 0));
    this.#meter.engineOk();
    const inFlight: InFlight[] = [];
    while (!this.#stop.signal.aborted) {
      while (inFlight.length <= pool.size && sum(inFlight) < MAX_IN_FLIGHT_BYTES) {
        const isIdle = inFlight.length === 0;
        const records = await takeBatch(wal, {
          after: place.cursor,
          boundary: place.counted,
          isIdle,
          stop: this.#stop.signal,
        });
        const batch = this.#begin(records, place.replayTo, known);
        if (!batch) break;
        inFlight.push(batch);
        place.cursor = batch.lastSeq;
      }
      const next = inFlight.shift();
      if (next) place.counted = await this.#finish(next, place.counted);
    }
  }

  #begin(records: readonly WalRecord[], replayTo: number, known: StoredAfter): InFlight | undefined {
    const { wal, pool } = this.#options;
    const first = records[0];
    const last = records.at(-1);
    if (!first || !last) return undefined;
    const isReplay = first.seq <= replayTo;
    const alreadyStored = isReplay ? known.between(eventSeq(first.seq, 0), eventSeq(last.seq + 1, 0)) : NOTHING_STORED;
    const order = { stream: wal.stream, records, alreadyStored };
    const results = pool.run(order);
    results.catch(() => {});
    this.#meter.taken(records);
    return { order, lastSeq: last.seq, oldestReceivedMs: first.receivedAtMs, bytes: sizeOf(records), results };
  }

  /** Returns up to which record detections are counted now. */
  async #finish(batch: InFlight, counted: number): Promise<number> {
    const { wal, events, pool, alerts, log } = this.#options;
    const deps: StoreDeps = { events, pool, log, meter: this.#meter, stop: this.#stop.signal };
    const results = await storeBatch(deps, batch.order, await batch.results);
    const fired = this.#correlation.hear(results, batch.lastSeq);
    await storeFired(deps, batch.order, firedBlock(fired, wal.stream, batch.order.alreadyStored.detections));
    const groups = batch.lastSeq > counted ? [...groupsOf(results), ...firedGroups(fired, wal.stream)] : [];
    if (groups.length > 0) await persistently(deps, () => alerts.record(wal.stream, batch.lastSeq, groups));
    this.#stored = batch.lastSeq;
    this.#meter.stored(results);
    this.#options.onStored?.(Date.now() - batch.oldestReceivedMs);
    for (const waiter of this.#waiters) if (waiter.seq <= this.#stored) waiter.done();
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > this.#stored);
    return Math.max(counted, batch.lastSeq);
  }
}

const sum = (batches: readonly InFlight[]): number => batches.reduce((total, batch) => total + batch.bytes, 0);
