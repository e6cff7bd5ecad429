import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { EventStream } from "../../platform/http/index.ts";
import type { LiveEnd, LiveHello, LiveNews } from "./contract.ts";
import type { Hub, Placed } from "./hub.ts";
import { changesOf } from "./notice.ts";
import type { Places } from "./place.ts";
import { type Sight, sightOf } from "./sight.ts";

export type LiveTimes = { readonly beatMs: number; readonly retryMs: number };
const TIMES: LiveTimes = { beatMs: 15_000, retryMs: 3_000 };
/** A message has some kilobytes at most; who has left this much unread for a while does not read. */
export const MAX_UNSENT_BYTES = 256 * 1024;

export type Reading = {
  readonly ctx: Ctx;
  /** The message that was heard last, if any. */
  readonly last: string | undefined;
  /** The same reader as of now. Errors: `unauthenticated` when the session or token has ended. */
  readonly again: () => Promise<Ctx>;
  /** Aborted with the reason "shutdown" when the server stops. */
  readonly closing: AbortSignal;
  readonly times?: LiveTimes;
};
/** Why a stream ended; "left": by the browser. "slow": it did not read, and was cut off. */
export type StreamEnd = LiveEnd["reason"] | "left" | "slow";

type Sink = Pick<EventStream, "write" | "unsentBytes" | "signal">;
type Message = {
  readonly event: string;
  readonly data: LiveHello | LiveNews | LiveEnd | Record<string, never>;
  readonly id?: string;
};

const textOf = ({ event, data, id }: Message): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Runs one reader's stream until something ends it. The caller closes the stream. */
export async function streamLive(
  { hub, places }: { readonly hub: Hub; readonly places: Places },
  sink: Sink,
  reading: Reading,
): Promise<StreamEnd> {
  const { closing, times = TIMES } = reading;
  const { promise: ended, resolve: end } = Promise.withResolvers<StreamEnd>();
  const sight = sightOf(reading.ctx);
  const say = (message: Message): void => {
    if (sink.unsentBytes() > MAX_UNSENT_BYTES) end("slow");
    else sink.write(textOf(message));
  };
  const here = (): string => places.name(hub.newest());
  const tell = ({ place, news }: Placed): void => {
    const changes = changesOf(news.filter(sight.sees));
    if (changes.length > 0) say({ event: "change", data: { changes }, id: places.name(place) });
  };
  const look = singly(() => stillSees(reading, sight), end);

  const missed = missedSince(hub, places, reading.last);
  sink.write(`retry: ${times.retryMs}\n`);
  say({ event: "hello", data: { beatMs: times.beatMs, isResumed: missed !== undefined }, id: here() });
  for (const placed of missed ?? []) tell(placed);
  const leave = hub.listen({
    news: tell,
    missed: () => say({ event: "resync", data: {}, id: here() }),
    rights: (actorId) => void (actorId === undefined || actorId === reading.ctx.actor.id ? look() : undefined),
  });
  const beating = setInterval(() => {
    look();
    say({ event: "beat", data: {}, id: here() });
  }, times.beatMs);
  const whenLeft = (): void => end("left");
  const whenClosing = (): void => end("shutdown");
  sink.signal.addEventListener("abort", whenLeft, { once: true });
  closing.addEventListener("abort", whenClosing, { once: true });
  if (sink.signal.aborted) whenLeft();
  if (closing.aborted) whenClosing();
  try {
    const reason = await ended;
    if (reason !== "left" && reason !== "slow") sink.write(textOf({ event: "end", data: { reason } }));
    return reason;
  } finally {
    leave();
    clearInterval(beating);
    closing.removeEventListener("abort", whenClosing);
  }
}

/** What came after the last message that was heard; undefined when that cannot be said, or nothing was heard yet. */
function missedSince(hub: Hub, places: Places, last: string | undefined): readonly Placed[] | undefined {
  const place = last === undefined ? undefined : places.read(last);
  return place === undefined ? undefined : hub.since(place);
}

/** Why the stream must end, as the reader's rights are now; undefined when it need not. */
async function stillSees({ again }: Reading, sight: Sight): Promise<LiveEnd["reason"] | undefined> {
  try {
    return sightOf(await again()).print === sight.print ? undefined : "rights";
  } catch (error) {
    // That the state engine is away for a moment says nothing of anybody's rights.
    if (error instanceof AppError && error.code === "unavailable") return undefined;
    return "signed_out";
  }
}

/** One look at a time; what happens during one is looked at once more after it. */
function singly<T>(work: () => Promise<T | undefined>, found: (result: T) => void): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    do {
      isWanted = false;
      const result = await work();
      if (result !== undefined) found(result);
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
