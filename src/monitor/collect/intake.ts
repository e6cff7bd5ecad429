import type { Encoding } from "../../kernel/encoding/index.ts";
import { type Budget, createBudget } from "./budget.ts";
import { type Counters, type CountersSnapshot, NO_SOURCE, type RejectReason } from "./counters.ts";
import { createGatherer } from "./gather.ts";
import { type CollectLimits, DEFAULT_LIMITS } from "./limits.ts";
import { type Head, headFor } from "./lines/line-head.ts";
import type { Origin, RecordLog, ResolveSource } from "./origin.ts";
import { planRecords, type RecordPlan } from "./plan.ts";
import {
  type BatchPart,
  isTemporary,
  type ReadPlace,
  type Receipt,
  type Refusal,
  type Run,
  reasonOf,
  refuseAll,
} from "./receipt.ts";
import { encodeFrames, encodeMeta } from "./record.ts";
import { createSourceCache } from "./source-cache.ts";

export type IntakeSnapshot = CountersSnapshot & { readonly inFlightBytes: number; readonly maxInFlightBytes: number };

export type Intake = {
  readonly limits: CollectLimits;
  readonly budget: Budget;
  readonly counters: Counters;
  /** Resolves when every frame is durable or refused. Rejects only on a bug. With a place, what may be retried is not counted. */
  accept(origin: Origin, frames: readonly Uint8Array[], part?: Part): Promise<Receipt>;
  /**
   * For senders of many small messages: frames wait up to `gatherMs` for company, then go as one record. Resolves with
   * undefined when durable, else with the reason. `over_limit` and `unavailable` are left to the caller to count, who may retry. `head`: what lines above say of the columns.
   */
  gather(origin: Origin, frames: readonly Uint8Array[], head?: Head): Promise<RejectReason | undefined>;
  /** The encoding that the origin's source is pinned to, for who must cut a stream into events; undefined = none, or not known now. */
  encodingOf(origin: Origin): Promise<Encoding | undefined>;
  /** Counts what a listener itself refused. */
  reject(origin: Origin, reason: RejectReason, events: number): void;
  snapshot(): IntakeSnapshot;
  /** Sends what has gathered and waits for everything on its way to the log. */
  drain(): Promise<void>;
};

/** Where the frames stand: in which resumable upload, below which head, how far in a partition. */
type Part = { readonly batch?: BatchPart; readonly head?: Head; readonly place?: ReadPlace };

export type IntakeDeps = {
  readonly wal: RecordLog;
  readonly resolveSource: ResolveSource;
  /** The source that a sender has already, as far as memory tells: whose events an overload turned away. */
  readonly knownSource?: (origin: Origin) => string | undefined;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly counters: Counters;
  readonly limits?: Partial<CollectLimits>;
};

/** The one door into the log: every listener hands its events here and acknowledges what the receipt says is durable. */
export function createIntake(deps: IntakeDeps): Intake {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const budget = createBudget(limits.inFlightBytes);
  const { counters } = deps;
  const sources = createSourceCache(deps.resolveSource, deps.now);
  const onTheWay = new Set<Promise<unknown>>();
  const append = createAppender({ ...deps, budget });
  const store = async (run: Run): Promise<Receipt> => {
    const work = storeRun(run, limits, append);
    onTheWay.add(work);
    return work.finally(() => onTheWay.delete(work));
  };
  const gatherer = createGatherer({ sources, limits, store });
  /** What is switched off is not named: its events are refused for good, and shown beside those of strangers. */
  const turnedAway = (origin: Origin, reason: RejectReason): string | undefined =>
    reason === "over_limit" || reason === "unavailable" ? deps.knownSource?.(origin) : undefined;

  const intake: Intake = {
    limits,
    budget,
    counters,
    async accept(origin, frames, part) {
      const source = await sources.resolve(origin).catch(reasonOf);
      const receipt =
        typeof source === "string"
          ? refuseAll(frames.length, source)
          : await store({ source, origin, frames, ...part });
      const sourceId = typeof source === "string" ? (turnedAway(origin, source) ?? NO_SOURCE) : source.sourceId;
      for (const { from, to, reason } of receipt.refusals)
        if (part?.place === undefined || !isTemporary(reason)) counters.rejected(sourceId, reason, to - from);
      return receipt;
    },
    async encodingOf(origin) {
      const source = await sources.resolve(origin).catch(reasonOf);
      return typeof source === "string" ? undefined : source.encoding;
    },
    gather: (origin, frames, head) => gatherer.gather(origin, frames, head),
    reject(origin, reason, events) {
      const sourceId = sources.peek(origin)?.sourceId ?? turnedAway(origin, reason) ?? origin.sourceId ?? NO_SOURCE;
      counters.rejected(sourceId, reason, events);
    },
    snapshot: () => ({
      ...counters.snapshot(),
      inFlightBytes: budget.usedBytes(),
      maxInFlightBytes: budget.maxBytes,
    }),
    async drain() {
      await gatherer.flush();
      while (onTheWay.size > 0) await Promise.allSettled(onTheWay);
    },
  };
  return intake;
}

type Append = (run: Run, plan: RecordPlan) => Promise<RejectReason | undefined>;

/** Appends all records at once, so that one group commit covers them, and gathers what the log refused. */
async function storeRun(run: Run, limits: CollectLimits, append: Append): Promise<Receipt> {
  const { records, tooLarge } = planRecords(run.frames, limits);
  const refusals: Refusal[] = tooLarge.map((index) => ({ from: index, to: index + 1, reason: "too_large" }));
  let accepted = 0;
  const settled = await Promise.allSettled(
    records.map(async (plan) => {
      const reason = await append(run, plan);
      if (reason === undefined) accepted += plan.to - plan.from;
      else refusals.push({ from: plan.from, to: plan.to, reason });
    }),
  );
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
  return { accepted, refusals: refusals.sort((a, b) => a.from - b.from) };
}

function createAppender({ wal, now, counters, budget }: IntakeDeps & { budget: Budget }): Append {
  return async ({ source, origin, frames, batch, head, place }, { from, to, payloadBytes }) => {
    if (!budget.take(payloadBytes)) return "over_limit";
    const events = to - from;
    const above = head && headFor(source.format, head);
    counters.pending(source.sourceId, events);
    try {
      const meta = encodeMeta({
        sourceId: source.sourceId,
        unitId: source.unitId,
        transport: origin.transport,
        peer: origin.peer,
        format: source.format,
        ...(source.timeZone !== undefined && { timeZone: source.timeZone }),
        ...(source.encoding !== undefined && { encoding: source.encoding }),
        ...(above !== undefined && { head: above }),
        ...(batch && { batch: { key: batch.key, from: batch.from + from, to: batch.from + to } }),
        ...(place && { place }),
      });
      await wal.append({ receivedAtMs: now(), meta, payload: encodeFrames(frames.slice(from, to)) });
      counters.accepted(source.sourceId, events, payloadBytes - 4 * events, now());
      return undefined;
    } catch (error) {
      return reasonOf(error);
    } finally {
      counters.settled(source.sourceId, events);
      budget.give(payloadBytes);
    }
  };
}
