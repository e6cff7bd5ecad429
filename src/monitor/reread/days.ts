import { AppError } from "../../kernel/errors.ts";
import type { EventsDb, SelectLimits } from "../../platform/events/index.ts";
import { readDays } from "../retention/index.ts";
import { type Candidate, newestOf, reasonsOf, type Wanted } from "./stored.ts";

/** Somebody waits for the answer; what one day takes is bounded too. */
const PATIENCE_MS = 10_000;
const LIMITS: SelectLimits = { maxRows: 200_000, maxSeconds: 10, isBackground: true };
const MAX_REASONS = 100;

const dayOf = (ms: number): number => Number(new Date(ms).toISOString().slice(0, 10).replaceAll("-", ""));

/** Days (yyyymmdd, ascending) of a range that have stored events of anybody: the engine's list of parts says, no event is read. */
export async function daysOf(events: EventsDb, { fromMs, toMs }: Pick<Wanted, "fromMs" | "toMs">): Promise<number[]> {
  const [first, last] = [dayOf(fromMs), dayOf(toMs - 1)];
  return (await readDays(events)).map(({ day }) => day).filter((day) => day >= first && day <= last);
}

type Asking = { readonly events: EventsDb; readonly now: () => number };
type Reason = { reason: string; events: number; oldestMs: number; newestMs: number };
type Tally = { readonly reasons: readonly Reason[]; readonly events: number; readonly isComplete: boolean };

/** What is not understood, by reason, most first. Days are read from the newest back as far as the time goes: at least so many. */
export async function tally({ events, now }: Asking, wanted: Wanted): Promise<Tally> {
  const byReason = new Map<string, Reason>();
  const isComplete = await eachDayBack({ events, now }, wanted, async (day) => {
    for (const found of await reasonsOf(events, { ...wanted, day, limit: MAX_REASONS }, LIMITS)) {
      const known = byReason.get(found.reason) ?? { ...found, events: 0 };
      known.events += found.events;
      known.oldestMs = Math.min(known.oldestMs, found.oldestMs);
      known.newestMs = Math.max(known.newestMs, found.newestMs);
      byReason.set(found.reason, known);
    }
    return false;
  });
  const reasons = [...byReason.values()].sort((one, two) => two.events - one.events);
  return { reasons, events: reasons.reduce((sum, reason) => sum + reason.events, 0), isComplete };
}

/** The newest that are not understood, at most `limit`; fewer when the time does not do for more. */
export async function newest(asking: Asking, wanted: Wanted, limit: number): Promise<Candidate[]> {
  const found: Candidate[] = [];
  await eachDayBack(asking, wanted, async (day) => {
    found.push(...(await newestOf(asking.events, { ...wanted, day, limit: limit - found.length }, LIMITS)));
    return found.length >= limit;
  });
  return found;
}

/** From the newest day back until `work` has enough. False when days are left that there was no time for. */
async function eachDayBack(
  { events, now }: Asking,
  wanted: Wanted,
  work: (day: number) => Promise<boolean>,
): Promise<boolean> {
  const endMs = now() + PATIENCE_MS;
  for (const day of (await daysOf(events, wanted)).toReversed()) {
    if (now() > endMs) return false;
    try {
      if (await work(day)) return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "over_limit") return false;
      throw error;
    }
  }
  return true;
}
