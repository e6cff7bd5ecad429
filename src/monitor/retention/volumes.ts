import { z } from "zod";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import { dayOf } from "./policy.ts";

const count = z.coerce.number();
const MAX_PAIRS = 100_000;
const DAY_SECONDS = 300;
/** Today's events are counted again after this; other days only when their number has changed. */
const KEEP_TODAY_MS = 60_000;

const daysOf = eventQuery(import.meta.url, "./queries/days.sql", {
  params: z.object({}),
  row: z.object({ day: z.int(), events: count, diskBytes: count }),
});
const otherBytes = eventQuery(import.meta.url, "./queries/other-bytes.sql", {
  params: z.object({}),
  row: z.object({ indexBytes: count, freeBytes: count, totalBytes: count }),
});
const PairVolume = z.object({
  sourceId: z.string(),
  unitId: z.string(),
  events: count,
  rawBytes: count,
  receivedFromMs: count,
  receivedToMs: count,
  timeFromMs: count,
  timeToMs: count,
  firstEvent: z.string(),
  lastEvent: z.string(),
});
const dayVolume = eventQuery(import.meta.url, "./queries/day-volume.sql", {
  params: z.object({ day: z.int() }),
  row: PairVolume,
});

export type PairVolume = z.infer<typeof PairVolume>;
export type StoredDay = { readonly day: number; readonly events: number; readonly diskBytes: number };
export type DayVolume = StoredDay & { readonly rawBytes: number; readonly pairs: readonly PairVolume[] };
export type Volumes = {
  readonly days: readonly DayVolume[];
  /** False when days that were asked for are left to be measured. */
  readonly isComplete: boolean;
  readonly indexBytes: number;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
};

export type VolumeMeter = {
  /** Whose events a day holds; measured only when the number of its events is not the one last measured. */
  day(day: StoredDay): Promise<readonly PairVolume[]>;
  /**
   * What is known within the time; measuring goes on where it stopped with the next call. With `isWanted` only those days are measured, the
   * oldest first, and `isComplete` speaks of them alone.
   */
  read(patienceMs: number, isWanted?: (day: number) => boolean): Promise<Volumes>;
};

const BACKGROUND = { maxRows: MAX_PAIRS, maxSeconds: DAY_SECONDS, isBackground: true };

export const readDays = (events: EventsDb): Promise<StoredDay[]> =>
  daysOf(events, {}, { maxRows: 40_000, isBackground: true });
export const measureDay = (events: EventsDb, day: number): Promise<PairVolume[]> =>
  dayVolume(events, { day }, BACKGROUND);

/** Volumes by day of receipt. A day is read once and then again only when the number of its events has changed. */
export function createVolumeMeter(events: EventsDb, now: () => number): VolumeMeter {
  const known = new Map<
    number,
    { readonly events: number; readonly atMs: number; readonly pairs: readonly PairVolume[] }
  >();
  const isFresh = ({ day, events: stored }: StoredDay): boolean => {
    const held = known.get(day);
    if (held === undefined) return false;
    return held.events === stored || (day === dayOf(now()) && now() - held.atMs < KEEP_TODAY_MS);
  };
  async function measure(day: StoredDay): Promise<readonly PairVolume[]> {
    const pairs = await measureDay(events, day.day);
    known.set(day.day, { events: day.events, atMs: now(), pairs });
    return pairs;
  }
  let turn: Promise<unknown> = Promise.resolve();

  async function read(patienceMs: number, isWanted?: (day: number) => boolean): Promise<Volumes> {
    const endMs = now() + patienceMs;
    const days = await readDays(events);
    for (const day of known.keys()) if (!days.some((one) => one.day === day)) known.delete(day);
    // The newest first when all are wanted: rates are learned from them.
    const wanted = isWanted ? days.filter(({ day }) => isWanted(day)) : days.toReversed();
    for (const day of wanted) {
      if (isFresh(day) || now() > endMs) continue;
      await measure(day);
    }
    const [other] = await otherBytes(events, {}, { isBackground: true });
    const measured = days.flatMap((day) => {
      const pairs = known.get(day.day)?.pairs;
      return pairs ? [{ ...day, rawBytes: pairs.reduce((sum, { rawBytes }) => sum + rawBytes, 0), pairs }] : [];
    });
    return {
      days: measured,
      isComplete: isWanted ? wanted.every(isFresh) : measured.length === days.length,
      indexBytes: other?.indexBytes ?? 0,
      disk: { freeBytes: other?.freeBytes ?? 0, totalBytes: other?.totalBytes ?? 0 },
    };
  }

  return {
    day: async (day) => {
      const held = known.get(day.day);
      return held?.events === day.events ? held.pairs : await measure(day);
    },
    read: (patienceMs, isWanted) => {
      // One at a time: two would read the same days twice.
      const mine = turn.then(() => read(patienceMs, isWanted));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
