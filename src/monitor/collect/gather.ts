import type { RejectReason } from "./counters.ts";
import type { CollectLimits } from "./limits.ts";
import { type Head, headFor } from "./lines/line-head.ts";
import type { Origin, ResolvedSource } from "./origin.ts";
import { type Receipt, type Run, reasonOf } from "./receipt.ts";
import { payloadBytes } from "./record.ts";
import type { SourceCache } from "./source-cache.ts";

type Bucket = {
  readonly source: ResolvedSource;
  readonly origin: Origin;
  readonly frames: Uint8Array[];
  readonly head?: Head;
  bytes: number;
  readonly done: Promise<RejectReason | undefined>;
  readonly settle: (work: Promise<RejectReason | undefined>) => void;
};

export type GatherDeps = {
  readonly sources: SourceCache;
  readonly limits: CollectLimits;
  readonly store: (run: Run) => Promise<Receipt>;
};

export type Gatherer = {
  gather(origin: Origin, frames: readonly Uint8Array[], head?: Head): Promise<RejectReason | undefined>;
  flush(): Promise<void>;
};

/** Small messages of one source and peer wait together for a few milliseconds: an append each would be mostly overhead. */
export function createGatherer({ sources, limits, store }: GatherDeps): Gatherer {
  const buckets = new Map<string, Bucket>();
  let timer: NodeJS.Timeout | undefined;

  const flushKey = (key: string): void => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return;
    buckets.delete(key);
    bucket.settle(store(bucket).then((receipt) => receipt.refusals[0]?.reason));
  };
  const flushAll = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const key of [...buckets.keys()]) flushKey(key);
  };
  const add = (origin: Origin, source: ResolvedSource, { frames, head }: Pick<Run, "frames" | "head">) => {
    const bytes = payloadBytes(frames);
    const above = head && headFor(source.format, head);
    const key = `${above ?? ""}\0${source.sourceId}\0${source.unitId}\0${source.format}\0${source.timeZone}\0${source.encoding}\0${origin.transport}\0${origin.peer}`;
    const waiting = buckets.get(key);
    // A bucket is always one record, so that all its messages share one fate.
    if (waiting !== undefined && waiting.bytes + bytes > limits.recordBytes) flushKey(key);
    const bucket = buckets.get(key) ?? newBucket(origin, source, head);
    buckets.set(key, bucket);
    for (const frame of frames) bucket.frames.push(frame);
    bucket.bytes += bytes;
    if (bucket.bytes >= limits.gatherBytes) flushKey(key);
    else timer ??= setTimeout(flushAll, limits.gatherMs);
    return bucket.done;
  };

  return {
    async gather(origin, frames, head) {
      const source = sources.peek(origin) ?? (await sources.resolve(origin).catch(reasonOf));
      return typeof source === "string" ? source : add(origin, source, { frames, ...(head && { head }) });
    },
    async flush() {
      const waiting = [...buckets.values()].map((bucket) => bucket.done);
      flushAll();
      await Promise.allSettled(waiting);
    },
  };
}

function newBucket(origin: Origin, source: ResolvedSource, head: Head | undefined): Bucket {
  const { promise, resolve } = Promise.withResolvers<RejectReason | undefined>();
  return { source, origin, frames: [], ...(head && { head }), bytes: 0, done: promise, settle: resolve };
}
