import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import type { DetectionGroup } from "../event/index.ts";
import type { BatchResult, EncodedBlock } from "./job.ts";
import type { PipelineMeter } from "./meter.ts";
import type { BatchOrder, WorkerPool } from "./worker-pool.ts";

const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 10_000;

export type StoreDeps = {
  readonly events: EventsDb;
  readonly pool: WorkerPool;
  readonly meter: PipelineMeter;
  readonly stop: AbortSignal;
  readonly log: { warn(detail: object, message: string): void };
};

/** Stores a processed batch and returns what it found. Repeatable: every block carries a token that names its rows. */
export async function storeBatch(
  deps: StoreDeps,
  order: BatchOrder,
  results: readonly BatchResult[],
): Promise<readonly BatchResult[]> {
  try {
    for (const result of results) await storeResult(deps, order.stream, result);
    return results;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.warn(
      { err: error, records: order.records.length },
      "the events engine refuses a batch; its records are stored one by one",
    );
  }
  const stored: BatchResult[] = [];
  for (const record of order.records) stored.push(...(await storeAlone(deps, { ...order, records: [record] })));
  return stored;
}

/** One record that the engine refuses must not hold up all that come after it: it is stored as the bytes it came in. */
async function storeAlone(deps: StoreDeps, order: BatchOrder): Promise<readonly BatchResult[]> {
  try {
    const results = await deps.pool.run(order);
    for (const result of results) await storeResult(deps, order.stream, result);
    return results;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.warn(
      { err: error, seq: order.records[0]?.seq },
      "the events engine refuses a record; its bytes are stored unparsed",
    );
  }
  const raw = await deps.pool.runRaw(order);
  await storeResult(deps, order.stream, raw);
  return [raw];
}

async function storeResult(deps: StoreDeps, stream: number, result: BatchResult): Promise<void> {
  await persistently(deps, () => insert(deps.events, "events", result.events, stream));
  await persistently(deps, () => insert(deps.events, "detections", result.detections, stream));
}

/** Stores what correlations found. Repeatable, as the rest is. */
export const storeFired = (deps: StoreDeps, { stream }: BatchOrder, block: EncodedBlock): Promise<void> =>
  persistently(deps, () => insert(deps.events, "detections", block, stream));

async function insert(events: EventsDb, table: string, block: EncodedBlock, stream: number): Promise<void> {
  if (block.rows > 0) await events.insertNative(table, block.columns, block.bytes, `${table}-${stream}-${block.name}`);
}

/** An engine that is away costs time, never events: the log keeps growing and the same work is offered again. Rejects with a refusal. */
export async function persistently(
  deps: Pick<StoreDeps, "meter" | "stop" | "log">,
  work: () => Promise<void>,
): Promise<void> {
  for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_LAST_MS)) {
    try {
      await work();
      deps.meter.engineOk();
      return;
    } catch (error) {
      if (deps.stop.aborted || isRefusal(error)) throw error;
      deps.meter.engineFailed(error);
      deps.log.warn(
        { err: error, retryInMs: waitMs },
        "an engine did not take a batch; it is kept in the log and offered again",
      );
      await sleep(waitMs, undefined, { signal: deps.stop });
    }
  }
}

/** The engine's verdict on the data itself: the same bytes will be refused for ever. */
const isRefusal = (error: unknown): boolean => error instanceof AppError && error.code === "invalid";

export const groupsOf = (results: readonly BatchResult[]): DetectionGroup[] =>
  results.flatMap((result) => result.groups);
