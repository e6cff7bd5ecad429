import type { Turn } from "../kernel/turn.ts";
import type { WorkerPool } from "../monitor/pipeline/index.ts";
import { eventSeq } from "../monitor/pipeline/index.ts";
import { createRereadRunner, type RereadRunner, rereadRoutes } from "../monitor/reread/index.ts";
import type { GramUpkeep } from "../monitor/search/index.ts";
import type { SourceResolver } from "../monitor/source/index.ts";
import type { Organization } from "../organization/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Engines } from "./engines.ts";
import { settled } from "./settled.ts";

type RereadParts = {
  readonly engines: Engines;
  readonly organization: Organization;
  readonly log: Logger;
  /** Taken with the deletion of what has expired. */
  readonly turn: Turn;
  readonly pool: WorkerPool;
  readonly sources: SourceResolver;
  readonly isOnTrial: (ruleId: string) => boolean;
  /** What arrives waits to be stored. */
  readonly isBusy: () => boolean;
  /** Undefined until events can be stored. */
  readonly grams: () => GramUpkeep | undefined;
};
export type Rereading = Pick<RereadRunner, "wake" | "close"> & { routes(app: HttpServer): Promise<void> };

/** Reads stored events again, and answers for it. Begins with what a former process left, once it is woken. */
export function openReread({
  engines,
  organization,
  log,
  turn,
  pool,
  sources,
  isOnTrial,
  isBusy,
  grams,
}: RereadParts): Rereading {
  const { events, state, wal } = engines;
  const deps = {
    events,
    state,
    turn,
    tree: organization.tree,
    pool,
    isOnTrial,
    ownStream: wal.stream,
    storedThrough: () => eventSeq(wal.stats().checkpointSeq + 1, 0) - 1n,
    addGrams: async (rows: Parameters<GramUpkeep["addAgain"]>[0]) => await grams()?.addAgain(rows),
    source: (id: string) => sources.sources().get(id),
    now: () => Date.now(),
  };
  const runner = createRereadRunner({
    ...deps,
    settled: async (signal) => grams() !== undefined && (await settled(wal, signal)),
    isBusy,
    system: () => organization.contexts.system("reread"),
    log,
  });
  return {
    routes: async (app) => {
      await app.register(rereadRoutes({ ...deps, wake: () => runner.wake() }));
    },
    wake: () => runner.wake(),
    close: () => runner.close(),
  };
}
