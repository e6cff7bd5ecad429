import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type JobDeps, runStep } from "./job.ts";
import type { SourceReading } from "./read-again.ts";
import type { StoredReread } from "./schema.ts";
import { findReread, lockReread, moveReread, openRereads } from "./store.ts";

const RETRY_MS = 10_000;
const BUSY_MS = 500;

export type RunnerOptions = JobDeps & {
  readonly source: (id: string) => SourceReading | undefined;
  /** Resolves with true once everything received before the call is stored for good; with false when that does not come about soon. */
  readonly settled: (signal: AbortSignal) => Promise<boolean>;
  /** What arrives waits to be stored: it goes first. */
  readonly isBusy: () => boolean;
  /** Who signs the record of an end. */
  readonly system: () => Promise<Ctx>;
  readonly log: { info(detail: object, message: string): void; warn(detail: object, message: string): void };
};

export type RereadRunner = {
  /** There is something to do: what was just asked for, or what a former process left. */
  wake(): void;
  /** Resolves when nothing is left to do, or all that is waits for another try. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Runs jobs one after another, the oldest first. One that fails waits, is tried again from its place, and holds up no other. */
export function createRereadRunner(options: RunnerOptions): RereadRunner {
  const stop = new AbortController();
  let turn: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  async function round(): Promise<void> {
    let failed = 0;
    for (const job of await openRereads(options.state.db)) {
      if (stop.signal.aborted) return;
      if (!(await follow(options, job, stop.signal))) failed += 1;
    }
    if (failed > 0 && !stop.signal.aborted) retry = setTimeout(wake, RETRY_MS);
  }
  function wake(): void {
    clearTimeout(retry);
    turn = turn.then(round).catch((err: unknown) => {
      if (stop.signal.aborted) return;
      options.log.warn({ err }, "events to be read again could not be asked for; it is tried again");
      retry = setTimeout(wake, RETRY_MS);
    });
  }
  return {
    wake,
    idle: () => turn,
    close: async () => {
      stop.abort();
      clearTimeout(retry);
      await turn;
    },
  };
}

/** False when the job has to wait. */
async function follow(options: RunnerOptions, { id, sourceId }: StoredReread, signal: AbortSignal): Promise<boolean> {
  try {
    if (!(await options.settled(signal))) throw new AppError("unavailable", "Events wait to be stored first.");
    await end(options, id, await runSteps(options, { id, sourceId }, signal));
    return true;
  } catch (err) {
    if (signal.aborted) return true;
    options.log.warn({ err, reread: id }, "events could not be read again; it is tried again from there");
    const problem = err instanceof AppError ? err.code : "bug";
    await options.state.transaction((tx) => moveReread(tx, id, { problem }));
    return false;
  }
}

/** "" at the end of all; otherwise why it ends before. */
async function runSteps(
  options: RunnerOptions,
  { id, sourceId }: Pick<StoredReread, "id" | "sourceId">,
  signal: AbortSignal,
): Promise<"" | "not_found"> {
  for (;;) {
    while (options.isBusy()) await sleep(BUSY_MS, undefined, { signal });
    signal.throwIfAborted();
    // Asked for each step: a correction of the source holds from the next one on.
    const how = options.source(sourceId);
    // A source that is gone has events all the same, but nobody says how they are to be read.
    if (how === undefined) return "not_found";
    if (!(await runStep(options, { id, how, signal }))) return "";
    await sleep(0);
  }
}

async function end(
  { state, source, system, now, log }: RunnerOptions,
  id: string,
  problem: "" | "not_found",
): Promise<void> {
  const job = await findReread(state.db, id);
  if (job === undefined || job.finishedAt !== null) return;
  const { sourceId, looked, understood } = job;
  const unitId = source(sourceId)?.unitId ?? job.unitId;
  const ctx = await system();
  const endOf = (status: StoredReread["status"] | undefined) =>
    status === "cancelling" || problem !== "" ? "cancelled" : "done";
  const detail = { reread: id, looked, understood, status: endOf(job.status), ...(problem !== "" && { problem }) };
  await ctx.change({ action: "reread.end", target: { kind: "source", id: sourceId }, unitId, detail }, async (tx) => {
    const row = await lockReread(tx, id);
    await moveReread(tx, id, { status: endOf(row?.status), problem, finishedAt: new Date(now()) });
  });
  log.info(detail, "stored events read again");
}
