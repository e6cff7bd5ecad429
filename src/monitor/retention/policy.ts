import type { UnitTree } from "../../organization/access/index.ts";
import type { StoredPolicy } from "./schema.ts";

export const DAY_MS = 86_400_000;

/** Events are kept by whose they are: the source that sent them, and the unit they were received for. */
export type Pair = { readonly sourceId: string; readonly unitId: string };

/** What holds for the events of a pair. `days` undefined = for ever; `rule` undefined = nobody has said anything. */
export type Effective = {
  readonly days: number | undefined;
  readonly rule: StoredPolicy | undefined;
  readonly hold: StoredPolicy | undefined;
};

/** Events of no unit (their record could not be read), or of one that the tree does not know, count as the whole group's. */
export const unitIn = (tree: UnitTree, unitId: string): string => (tree.has(unitId) ? unitId : (tree.rootId ?? unitId));

/**
 * The most specific policy: the source's own, then the unit of the events, then the units above. A hold anywhere above beats every number of
 * days. A source has a policy for each unit in which one was set: its days reach only events of that unit and below, its hold all its events.
 */
export function effectivePolicy(
  { sourceId, unitId: givenUnitId }: Pair,
  inForce: readonly StoredPolicy[],
  tree: UnitTree,
): Effective {
  const unitId = unitIn(tree, givenUnitId);
  const own = inForce.filter(({ kind, scopeId }) => kind === "source" && scopeId === sourceId);
  const reaching = (policies: readonly StoredPolicy[]): StoredPolicy[] =>
    policies
      .filter((policy) => tree.covers(policy.unitId, unitId))
      .sort((one, two) => (tree.covers(one.unitId, two.unitId) ? 1 : -1));
  const above = reaching(inForce.filter(({ kind }) => kind === "unit"));
  const rule = [...reaching(own), ...above].find(({ keep }) => keep !== "inherit");
  const hold = [...own, ...above].find(({ holdReason }) => holdReason !== "");
  return { days: hold ? undefined : (rule?.days ?? undefined), rule, hold };
}

/** No day goes before it has been kept so long, whoever's its events are; undefined = nothing goes. */
export const leastDays = (inForce: readonly StoredPolicy[]): number | undefined =>
  inForce.reduce<number | undefined>(
    (least, { days }) => (days === null ? least : Math.min(days, least ?? days)),
    undefined,
  );

/** `20261127` for the UTC day of an instant: what the events engine calls its partition. */
export const dayOf = (ms: number): number => Number(new Date(ms).toISOString().slice(0, 10).replaceAll("-", ""));

/** The instant at which the day of a partition is over. */
export function endOfDay(day: number): number {
  const text = String(day);
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8))) + DAY_MS;
}

/** Whole days since the day was over; -1 for today. */
export const ageInDays = (day: number, nowMs: number): number => Math.floor((nowMs - endOfDay(day)) / DAY_MS);

/** A day goes as one when the last event of it has been kept for `days`: nothing goes early, and nothing stays a day longer. */
export const isExpired = (day: number, days: number | undefined, nowMs: number): boolean =>
  days !== undefined && ageInDays(day, nowMs) >= days;
