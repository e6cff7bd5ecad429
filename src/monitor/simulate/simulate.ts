import { setTimeout as sleep } from "node:timers/promises";
import type { DeviceFormat } from "./devices/catalog.ts";
import { flowEvents } from "./devices/flows.ts";
import { deviceEvents } from "./devices/stream.ts";
import { isFlowTransport, type SimulatedEvent, type Stage, type Transport } from "./event.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import type { Patience } from "./send/sender.ts";
import { Senders, type SendStats, type Targets } from "./send/senders.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** "Until stopped": longer than anyone watches. */
const FOREVER_MS = 10 * 365 * 24 * HOUR_MS;
const FLUSH_EVERY_MS = 500;
const HISTORY_EVENTS_PER_SECOND = 2;
/** Without a history the intrusion happens before one's eyes, in this time at most. */
const LIVE_STORY_MS = 15 * MINUTE_MS;

export type SimulateOptions = {
  readonly seed: string;
  /** Live events per second. */
  readonly rate: number;
  /** How long to go on live; without it, until the signal. 0: history only. */
  readonly durationSeconds?: number;
  /** Replays so many hours up to now first, as fast as the other side takes them; the intrusion is in there. */
  readonly historyHours?: number;
  /** Mean events per second of the replayed time. Default 2, or `rate` when that is less. */
  readonly historyRate?: number;
  /** Instead of the company's days: lines of these formats in turn at an even rate, without the intrusion. */
  readonly formats?: readonly DeviceFormat[];
  /** How those go, all of them; by default each as its device sends it. A flow protocol has lines of its own and takes no formats. */
  readonly protocol?: Transport;
  readonly targets: Targets;
  /** How long answers are waited for; by default as long as a busy receiver may need. */
  readonly patience?: Patience;
  readonly onProgress?: (progress: SimulationProgress) => void;
  readonly signal?: AbortSignal;
};

export type SimulationProgress = {
  readonly phase: "history" | "live";
  readonly events: number;
  /** The instant the simulated company has reached, UTC milliseconds. */
  readonly reachedMs: number;
  /** 0–1 of the phase; 0 when it has no end. */
  readonly done: number;
};

export type SimulationReport = SendStats & {
  readonly events: number;
  readonly historyEvents: number;
  readonly liveEvents: number;
  readonly stages: readonly Stage[];
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly wasStopped: boolean;
};

/** Lives the sample company's days and sends their logs. Errors: AppError `unavailable`, `unauthenticated`, `upstream`. */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const startedMs = Date.now();
  const senders = new Senders(options.targets, options.signal, options.patience);
  const tally: Tally = { history: 0, live: 0, stages: new Set(), flushedAtMs: startedMs };
  let wasStopped = false;
  try {
    await play({ options, senders, tally, phase: "history", plan: historyPlan(options, startedMs) });
    await play({ options, senders, tally, phase: "live", plan: livePlan(options, startedMs) });
  } catch (error) {
    if (options.signal?.aborted !== true) {
      await senders.close().catch(() => undefined);
      throw error;
    }
    wasStopped = true;
  }
  await senders.close().catch((error: unknown) => {
    if (!wasStopped) throw error;
  });
  return {
    ...senders.stats(),
    events: tally.history + tally.live,
    historyEvents: tally.history,
    liveEvents: tally.live,
    stages: [...tally.stages],
    startedMs,
    finishedMs: Date.now(),
    wasStopped,
  };
}

type Tally = { history: number; live: number; stages: Set<Stage>; flushedAtMs: number };
type Play = {
  readonly options: SimulateOptions;
  readonly senders: Senders;
  readonly tally: Tally;
  readonly phase: "history" | "live";
  readonly plan: GenerateOptions;
};

/** The intrusion takes up to eight hours and ends a quarter of an hour before now. */
function historyPlan({ seed, rate, historyHours = 0, historyRate }: SimulateOptions, nowMs: number): GenerateOptions {
  const durationMs = historyHours * HOUR_MS;
  const startMs = nowMs - durationMs;
  const storyMs = Math.min(8 * HOUR_MS, durationMs * 0.7);
  const endMs = Math.max(startMs + storyMs, nowMs - 15 * MINUTE_MS);
  return {
    seed: `${seed} history`,
    startMs,
    durationMs,
    eventsPerSecond: historyRate ?? Math.min(rate, HISTORY_EVENTS_PER_SECOND),
    story: durationMs > 0 && { startMs: Math.min(endMs, nowMs) - storyMs, durationMs: storyMs },
  };
}

function livePlan({ seed, rate, durationSeconds, historyHours = 0 }: SimulateOptions, nowMs: number): GenerateOptions {
  const durationMs = durationSeconds === undefined ? FOREVER_MS : durationSeconds * 1000;
  const story = historyHours === 0 && { startMs: nowMs, durationMs: Math.min(LIVE_STORY_MS, durationMs) };
  return { seed: `${seed} live`, startMs: nowMs, durationMs, eventsPerSecond: rate, rhythm: false, story };
}

async function play({ options, senders, tally, phase, plan }: Play): Promise<void> {
  const { signal, onProgress } = options;
  if (plan.durationMs <= 0) return;
  let events = 0;
  for (const event of eventsOf(options, plan)) {
    if (phase === "live") await untilDue(event, senders, tally, signal);
    signal?.throwIfAborted();
    await senders.send(event, phase === "history");
    tally[phase] += 1;
    if (event.stage !== undefined) tally.stages.add(event.stage);
    events += 1;
    if (events % 200 !== 0) continue;
    const done = plan.durationMs === FOREVER_MS ? 0 : (event.atMs - plan.startMs) / plan.durationMs;
    onProgress?.({ phase, events, reachedMs: event.atMs, done });
    // A replay would otherwise keep the process from everything else.
    await new Promise(setImmediate);
  }
  await senders.flush();
}

function eventsOf({ formats, protocol }: SimulateOptions, plan: GenerateOptions): Iterable<SimulatedEvent> {
  if (protocol !== undefined && isFlowTransport(protocol)) return flowEvents({ ...plan, protocol });
  if (formats === undefined) return generate(plan);
  return deviceEvents({ ...plan, formats, ...(protocol && { protocol }) });
}

async function untilDue(event: SimulatedEvent, senders: Senders, tally: Tally, signal: AbortSignal | undefined) {
  for (let nowMs = Date.now(); ; nowMs = Date.now()) {
    if (nowMs - tally.flushedAtMs >= FLUSH_EVERY_MS) {
      tally.flushedAtMs = nowMs;
      await senders.flush();
    }
    if (event.atMs <= nowMs) return;
    await sleep(Math.min(FLUSH_EVERY_MS, event.atMs - nowMs), undefined, signal === undefined ? {} : { signal });
  }
}
