import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import type { Pair } from "./policy.ts";
import { measureDay } from "./volumes.ts";

const POLL_MS = 250;
/** A mutation of one day that takes longer is looked at again in the next round; the engine goes on with it meanwhile. */
const PATIENCE_MS = 30 * 60_000;

/** Pairs named in one statement: on a server they travel in the address, and ids may have 80 characters. */
const MAX_NAMED = 500;

/** The engine's own waiting fails for whatever it could not do before, in other days too: `mutationsEnd` waits instead. */
export const NO_WAITING = "SETTINGS mutations_sync = 0";

const pairKey = ({ unitId, sourceId }: Pair): string => `${unitId}\n${sourceId}`;

/**
 * Takes the events of the pairs out of one day, physically. The whole day at once when nothing else is in it (files are dropped, nothing is
 * read); otherwise the engine rewrites the parts of that day without them. Repeating it is harmless. Precondition: everything received
 * that day is stored for good. Returns false when the engine is not done yet. Errors: those of the engine.
 */
export async function eraseFromDay(
  events: EventsDb,
  day: number,
  pairs: readonly Pair[],
  signal?: AbortSignal,
): Promise<boolean> {
  if (!(await mutationsEnd(events, day, signal))) return false;
  const wanted = new Set(pairs.map(pairKey));
  const there = await measureDay(events, day);
  const left = there.filter((pair) => wanted.has(pairKey(pair)));
  if (left.length === 0) return true;
  const partition = `PARTITION ID '${partitionOf(day)}'`;
  if (left.length === there.length) await events.command(`ALTER TABLE events DROP ${partition}`);
  for (let from = 0; left.length < there.length && from < left.length; from += MAX_NAMED) {
    await events.command(
      `ALTER TABLE events DELETE IN ${partition} WHERE has({pairs:Array(String)}, concat(unit_id, '\\n', source_id))
         ${NO_WAITING}`,
      { pairs: left.slice(from, from + MAX_NAMED).map(pairKey) },
    );
    if (!(await mutationsEnd(events, day, signal))) return false;
  }
  return (await measureDay(events, day)).every((pair) => !wanted.has(pairKey(pair)));
}

/** A number of eight digits and nothing else: it stands in the text of a statement. */
export function partitionOf(day: number): string {
  if (!Number.isSafeInteger(day) || day < 19_700_101 || day > 99_991_231) throw new Error(`${day} is no day`);
  return String(day);
}

/**
 * Until the engine has nothing left to do in the parts of a day, which are named after it: what it cannot carry out in one day holds up no
 * other, although every later statement then counts as not done. Waits aside, so that the connection of the inserts is free. Errors: `upstream` when the engine cannot carry one out. */
export async function mutationsEnd(events: EventsDb, day: number, signal?: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && !signal?.aborted; waitedMs += POLL_MS) {
    const [row] = await events.select<{ open: string; reason: string }>(
      `SELECT count() AS open, maxIf(latest_fail_reason, startsWith(latest_failed_part, {prefix:String})) AS reason
       FROM system.mutations
       WHERE database = currentDatabase() AND table = 'events' AND NOT is_done
         AND arrayExists(part -> startsWith(part, {prefix:String}), parts_to_do_names)`,
      { prefix: `${partitionOf(day)}_` },
      { isBackground: true },
    );
    if (row?.reason) throw new AppError("upstream", `The events engine cannot delete: ${row.reason.slice(0, 300)}`);
    if (Number(row?.open ?? 0) === 0) return true;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** First and last number of what was deleted, by stream. */
export type Stretch = { readonly stream: number; readonly first: bigint; readonly last: bigint };

/** `stream-seq` of the first and the last event; undefined when they are of two streams. */
export function stretchOf(firstEvent: string, lastEvent: string): Stretch | undefined {
  const [stream = "", first = ""] = firstEvent.split("-");
  const [lastStream = "", last = ""] = lastEvent.split("-");
  return stream === lastStream ? { stream: Number(stream), first: BigInt(first), last: BigInt(last) } : undefined;
}

/** One stretch for each stream, from the first to the last of its events. */
export function togetherByStream(stretches: readonly Stretch[]): Stretch[] {
  return [...Map.groupBy(stretches, ({ stream }) => stream)].map(([stream, ofStream]) => {
    const numbers = ofStream.flatMap(({ first, last }) => [first, last]).sort((one, two) => Number(one - two));
    return { stream, first: numbers[0] ?? 0n, last: numbers.at(-1) ?? 0n };
  });
}

const WITHIN = "stream = {stream:UInt32} AND seq >= {first:UInt64} AND seq <= {last:UInt64}";

/**
 * Drops the search index of stretches in which no event is left. The row that says how far the index reaches stays, or it would be built
 * again. Stretches with other events in them keep theirs: it names events that are still there.
 */
export async function eraseGrams(events: EventsDb, stretches: readonly Stretch[]): Promise<void> {
  const limits = { maxRows: 1, maxSeconds: 60, isBackground: true };
  for (const stretch of stretches) {
    const left = await events.select(`SELECT 1 AS one FROM events WHERE ${WITHIN} LIMIT 1`, stretch, limits);
    const [reach] = await events.select<{ covered: string; seq: string }>(
      `SELECT toString(max((covered_to, seq_to)).1) AS covered, toString(max((covered_to, seq_to)).2) AS seq
       FROM raw_grams WHERE stream = {stream:UInt32}`,
      { stream: stretch.stream },
      limits,
    );
    if (left.length > 0 || reach === undefined) continue;
    await events.command(
      `ALTER TABLE raw_grams DELETE WHERE stream = {stream:UInt32} AND seq_from >= {first:UInt64} AND seq_to <= {last:UInt64}
         AND (covered_to, seq_to) < ({covered:UInt64}, {seq:UInt64})`,
      { ...stretch, ...reach },
    );
  }
}
