import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";
import type { Tail, TailReason } from "./tail.ts";

/** Where the text goes: a response that tells how much is still unsent. */
export type StreamSink = {
  write(text: string): void;
  unsentBytes(): number;
};

export type TailTimes = {
  readonly lookMs: number;
  readonly beatMs: number;
  readonly maxMs: number;
};
const TAIL_TIMES: TailTimes = { lookMs: 1_000, beatMs: 15_000, maxMs: 30 * 60_000 };
/** A browser that does not read gets no more until it does; nothing is stored for it. */
const MAX_UNSENT_BYTES = 1 << 20;

const message = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Runs a live tail into a `text/event-stream` (HTML Standard §9.2) until the person signs out, half an hour is over, the
 * engine fails, or `signal` says that the browser left (nothing is written then) or the server stops.
 */
export async function streamTail(
  tail: Tail,
  sink: StreamSink,
  ways: { readonly signal: AbortSignal; readonly isStillSignedIn: () => Promise<boolean>; readonly times?: TailTimes },
): Promise<void> {
  const { signal, isStillSignedIn, times = TAIL_TIMES } = ways;
  const startedAt = performance.now();
  let beatAt = startedAt;
  const end = (reason: TailReason): void => sink.write(message("end", { reason }));
  while (!signal.aborted) {
    const at = performance.now();
    if (at - startedAt >= times.maxMs) return end("time_limit");
    if (at - beatAt >= times.beatMs) {
      if (!(await isStillSignedIn())) return end("signed_out");
      sink.write(message("beat", {}));
      beatAt = at;
    }
    try {
      if (sink.unsentBytes() < MAX_UNSENT_BYTES) {
        const batch = await tail.look(signal);
        if (batch.items.length > 0) sink.write(message("events", batch));
      }
      await sleep(times.lookMs, undefined, { signal });
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof AppError) return end("engine");
      throw error;
    }
  }
  if (signal.reason === "shutdown") end("shutdown");
}
