import { type Answers, appliesTo } from "./applies.ts";
import { localDay, parseDay } from "./civil-day.ts";
import type { Answer, Clock, EntryContent, Period, Stage } from "./contract.ts";
import { type Deadline, deadlineOf, type Place } from "./deadline.ts";
import { dayOffTest } from "./holidays.ts";

/** An entry in the version that a case keeps. */
export type Kept = { readonly id: string; readonly version: number; readonly content: EntryContent };
export type Moment = {
  /** Declared: null = nothing was declared yet, and clocks show what they would be from `nowMs`. */
  readonly knownAtMs: number | null;
  readonly nowMs: number;
  readonly answers: Answers;
  /** Days off of the unit, for contracts. */
  readonly daysOff: readonly string[];
  /** When each clock was first filed. */
  readonly filedAtMs: ReadonlyMap<string, number>;
};
export type ClockTime = {
  readonly clock: string;
  readonly entry: Kept;
  readonly stage: Stage;
  readonly applies: Answer;
  readonly state: Clock["state"];
  readonly startsAtMs: number | null;
  readonly due: Deadline | null;
  readonly target: Deadline | null;
  readonly isProjected: boolean;
};

export const clockOf = (entryId: string, stageKey: string): string => `${entryId}:${stageKey}`;

/** Every clock of the entries at a moment. Pure: the same input gives the same deadlines for ever. */
export function clocksOf(entries: readonly Kept[], moment: Moment): ClockTime[] {
  return entries.flatMap((entry) => clocksOfEntry(entry, moment));
}

function clocksOfEntry(entry: Kept, moment: Moment): ClockTime[] {
  const { content } = entry;
  const place: Place = {
    zone: content.zone,
    isDayOff: dayOffTest(content.calendar, [...content.holidays, ...(content.usesUnitDaysOff ? moment.daysOff : [])]),
  };
  const done = new Map<string, ClockTime>();
  for (const stage of content.stages) {
    const start = startOf(stage, done, moment);
    const { limit, target } = periodsOf(stage, moment.answers);
    const time = (period: Period | null) =>
      period && start.atMs !== null ? deadlineOf(period, start.atMs, place) : null;
    const one = {
      clock: clockOf(entry.id, stage.key),
      entry,
      stage,
      applies: appliesTo(entry.id, content, moment.answers),
      startsAtMs: start.atMs,
      due: time(limit),
      target: time(target),
      isProjected: start.isProjected,
    };
    done.set(stage.key, { ...one, state: stateOf(one, moment) });
  }
  return [...done.values()];
}

/** A stage that follows another one starts when that is filed; until then, at the latest when that is due. */
function startOf(stage: Stage, done: ReadonlyMap<string, ClockTime>, { knownAtMs, nowMs, filedAtMs }: Moment) {
  if (stage.after === null) return { atMs: knownAtMs ?? nowMs, isProjected: knownAtMs === null };
  const before = done.get(stage.after);
  const filedMs = before && filedAtMs.get(before.clock);
  if (filedMs !== undefined) return { atMs: filedMs, isProjected: false };
  const due = before?.due;
  // Of a deadline at the end of a day the last instant counts, which is still that day.
  return { atMs: due ? due.dueMs - (due.lastDay === null ? 0 : 1) : null, isProjected: true };
}

function periodsOf(stage: Stage, answers: Answers): Pick<Stage, "limit" | "target"> {
  return stage.variants.find(({ fact }) => answers[fact] === "yes") ?? stage;
}

function stateOf(time: Omit<ClockTime, "state">, moment: Moment): Clock["state"] {
  const filedMs = moment.filedAtMs.get(time.clock);
  if (filedMs !== undefined) return time.due && filedMs >= time.due.dueMs ? "filed-late" : "filed";
  if (!isInForce(time.entry.content, moment.knownAtMs ?? moment.nowMs)) return "not-in-force";
  if (time.applies === "no") return "does-not-apply";
  if (moment.knownAtMs === null) return "not-started";
  if (time.isProjected) return "waiting";
  if (time.due === null) return "no-limit";
  return moment.nowMs >= time.due.dueMs ? "overdue" : "running";
}

/** A law whose date nobody has entered is not in force. */
export function isInForce({ isDateKnown, inForceFrom, zone }: EntryContent, atMs: number): boolean {
  if (!isDateKnown) return false;
  return inForceFrom === null || localDay(atMs, zone) >= parseDay(inForceFrom);
}

/** True for clocks that run against somebody: these are watched and warned of. */
export const isLive = ({ state }: Pick<ClockTime, "state">): boolean => state === "running" || state === "overdue";

export type Later = { readonly clock: string; readonly before: ClockTime; readonly after: ClockTime | undefined };

/** Which deadlines a change makes later, or takes away: those need a second person. */
export function laterBy(before: readonly ClockTime[], after: readonly ClockTime[]): Later[] {
  const next = new Map(after.map((one) => [one.clock, one]));
  return before
    .filter((one) => isLive(one) || one.state === "no-limit" || one.state === "waiting")
    .map((one) => ({ clock: one.clock, before: one, after: next.get(one.clock) }))
    .filter(({ before: was, after: is }) => {
      if (!is || is.state === "does-not-apply" || is.state === "not-in-force") return true;
      if (was.due === null) return false;
      return is.due === null || is.due.dueMs > was.due.dueMs;
    });
}

/** How much of the time from start to deadline has passed, as the highest threshold reached: 0, 50, 80, 95, 100. */
export function warningOf(startsAtMs: number, dueMs: number, nowMs: number): number {
  const passed = dueMs <= startsAtMs ? 100 : ((nowMs - startsAtMs) / (dueMs - startsAtMs)) * 100;
  return [100, 95, 80, 50].find((threshold) => passed >= threshold) ?? 0;
}
