/** A second opinion for tests: every window written out anew, O(n²), sharing no code with the engine. */
export type NaiveEvent = {
  readonly id: number;
  readonly timeMs: number;
  readonly kind: string;
  readonly group: string;
  readonly user: string;
  readonly n: number;
};

export type NaiveRule = {
  readonly name: string;
  readonly timespanMs: number;
  /** Whether the window, whose last event is `last`, meets the condition. */
  readonly holds: (window: readonly NaiveEvent[], last: NaiveEvent) => boolean;
};

export type NaiveVerdict = { readonly event: NaiveEvent; readonly isHeld: boolean; readonly fires: boolean };

/** Verdicts on one group's events, in order of time. */
export function naiveVerdicts(rule: NaiveRule, events: readonly NaiveEvent[]): readonly NaiveVerdict[] {
  const sorted = [...events].sort((one, other) => one.timeMs - other.timeMs || one.id - other.id);
  const verdicts: NaiveVerdict[] = [];
  let firedMs = Number.NEGATIVE_INFINITY;
  for (const [place, event] of sorted.entries()) {
    const window = sorted.slice(0, place + 1).filter(({ timeMs }) => timeMs >= event.timeMs - rule.timespanMs);
    const isHeld = rule.holds(window, event);
    const fires = isHeld && (verdicts.at(-1)?.isHeld !== true || event.timeMs - firedMs >= rule.timespanMs);
    if (fires) firedMs = event.timeMs;
    verdicts.push({ event, isHeld, fires });
  }
  return verdicts;
}

const numbers = (window: readonly NaiveEvent[]) => window.map(({ n }) => n).sort((one, other) => one - other);
/** Thousandths as whole numbers, so that the second opinion has no rounding of its own. */
const thousandths = (window: readonly NaiveEvent[]) => window.reduce((sum, { n }) => sum + Math.round(n * 1000), 0);
const has = (window: readonly NaiveEvent[], kind: string) => window.some((event) => event.kind === kind);

function isInOrder(window: readonly NaiveEvent[], kinds: readonly string[]): boolean {
  let next = 0;
  for (const { kind } of window) if (kind === kinds[next]) next++;
  return next === kinds.length;
}

function percentile(sorted: readonly number[], percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

type Case = NaiveRule & { readonly body: object; readonly kinds: readonly string[]; readonly isMonotone: boolean };

const one = (name: string, body: object, holds: NaiveRule["holds"], isMonotone = false): Case => ({
  name,
  timespanMs: 10_000,
  body,
  kinds: ["a"],
  holds,
  isMonotone,
});
const several = (name: string, body: object, holds: NaiveRule["holds"], isMonotone = false): Case => ({
  ...one(name, body, holds, isMonotone),
  kinds: ["a", "b", "c"],
});

/** Correlations beside their meaning. isMonotone: an event more can never undo it. */
export const CASES: readonly Case[] = [
  one("event_count gte", { type: "event_count", condition: { gte: 3 } }, (window) => window.length >= 3, true),
  one(
    "event_count range",
    { type: "event_count", condition: { gt: 1, lte: 3 } },
    ({ length }) => length > 1 && length <= 3,
  ),
  one("event_count lt", { type: "event_count", condition: { lt: 2 } }, (window) => window.length < 2),
  one(
    "value_count",
    { type: "value_count", condition: { field: "user", gte: 3 } },
    (window) => new Set(window.map(({ user }) => user)).size >= 3,
    true,
  ),
  one(
    "value_count neq",
    { type: "value_count", condition: { field: "user", neq: 2 } },
    (window) => new Set(window.map(({ user }) => user)).size !== 2,
  ),
  one("value_sum", { type: "value_sum", condition: { field: "n", gt: 5 } }, (window) => thousandths(window) > 5000),
  one(
    "value_avg",
    { type: "value_avg", condition: { field: "n", gte: 2 } },
    (window) => thousandths(window) / 1000 / window.length >= 2,
  ),
  one(
    "value_median",
    { type: "value_median", condition: { field: "n", gt: 2 } },
    (window) => percentile(numbers(window), 50) > 2,
  ),
  one(
    "value_percentile",
    { type: "value_percentile", condition: { field: "n", percentile: 75, gt: 2 } },
    (window) => percentile(numbers(window), 75) > 2,
  ),
  one(
    "value_percentile, share",
    { type: "value_percentile", condition: { field: "user", lte: 34 } },
    (window, last) => (100 * window.filter(({ user }) => user === last.user).length) / window.length <= 34,
  ),
  several("temporal", { type: "temporal" }, (window) => ["a", "b", "c"].every((kind) => has(window, kind)), true),
  several(
    "temporal, a condition",
    { type: "temporal", condition: "a and b and not c" },
    (window) => has(window, "a") && has(window, "b") && !has(window, "c"),
  ),
  several(
    "temporal, two of them",
    { type: "temporal", condition: "2 of them" },
    (window) => new Set(window.map(({ kind }) => kind)).size >= 2,
    true,
  ),
  several("temporal_ordered", { type: "temporal_ordered" }, (window) => isInOrder(window, ["a", "b", "c"]), true),
  several(
    "temporal_ordered, not c",
    { type: "temporal_ordered", condition: "b and a and not c" },
    (window) => isInOrder(window, ["a", "b"]) && !has(window, "c"),
  ),
];
