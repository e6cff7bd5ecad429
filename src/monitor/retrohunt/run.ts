import { AppError } from "../../kernel/errors.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import type { RetroHuntFound } from "./contract.ts";
import { countSlice, type Range, type SliceAsk, sampleSlice } from "./search-slice.ts";
import { Tally } from "./tally.ts";

const DAY_MS = 86_400_000;
/** A slice that is still too much at this width is too much for the engine. */
const MIN_SLICE_MS = 60_000;
/** The first slice, and the widest: one that takes less than `QUICK_MS` lets the next be twice as wide. */
const FIRST_SLICE_MS = DAY_MS;
const MAX_SLICE_MS = 32 * DAY_MS;
const QUICK_MS = 3_000;

export type Progress = { readonly searchedFromMs: number; readonly found: RetroHuntFound };
export type Run = Omit<SliceAsk, "range"> & {
  readonly range: Range;
  /** Told after every slice, newest first; awaited. */
  readonly onProgress: (progress: Progress) => Promise<void>;
  readonly nowMs: () => number;
};

/**
 * Searches a range slice by slice from its newest end, so that memory and each query stay bounded and a cancelled hunt has the
 * newest answers. Errors: what the engine says of the smallest slice; `over_limit` when cancelled.
 */
export async function runHunt(events: EventsDb, run: Run): Promise<void> {
  const tally = new Tally();
  let toMs = run.range.toMs;
  let widthMs = FIRST_SLICE_MS;
  while (toMs > run.range.fromMs) {
    run.signal.throwIfAborted();
    const fromMs = Math.max(run.range.fromMs, toMs - widthMs);
    const startedMs = run.nowMs();
    try {
      await addSlice(events, { ...run, range: { fromMs, toMs } }, tally);
    } catch (error) {
      if (!isTooMuch(error, run.signal) || toMs - fromMs <= MIN_SLICE_MS) throw error;
      widthMs = Math.max(MIN_SLICE_MS, Math.floor((toMs - fromMs) / 4));
      continue;
    }
    if (run.nowMs() - startedMs < QUICK_MS) widthMs = Math.min(MAX_SLICE_MS, widthMs * 2);
    toMs = fromMs;
    await run.onProgress({ searchedFromMs: toMs, found: tally.found() });
  }
}

const isTooMuch = (error: unknown, signal: AbortSignal): boolean =>
  error instanceof AppError && error.code === "over_limit" && !signal.aborted;

/** Both questions are asked before anything is added: a slice that fails is asked again in smaller ones. */
async function addSlice(events: EventsDb, ask: SliceAsk, tally: Tally): Promise<void> {
  const rows = await countSlice(events, ask);
  const most = rows.length > 0 ? tally.samplesWanted : 0;
  const samples = most > 0 ? await sampleSlice(events, ask, most) : [];
  tally.add({ firstDay: new Date(ask.range.fromMs).toISOString().slice(0, 10), rows, samples });
}
