import type { Bond, OutbreakReason, Shared } from "./bond.ts";
import type { Formed } from "./form.ts";
import type { RulePart, ScorePart } from "./score.ts";

/** What joined one alert to another one of its cluster. */
export type Join = {
  readonly alertId: string;
  readonly withId: string;
  readonly strength: number;
  readonly apartMs: number;
  readonly shared: readonly Shared[];
  readonly groupingRule: string | null;
  /** Left out unless both are of one outbreak. */
  readonly outbreak?: OutbreakReason;
};
export type Explanation = {
  readonly parts: readonly ScorePart[];
  readonly rules: readonly RulePart[];
  readonly joins: readonly Join[];
};

const rounded = (n: number): number => Math.round(n * 1000) / 1000;

/** The reasons as they are stored: told from the oldest alert on, each alert with the one it was joined to. */
export function explanationOf({ alerts, bonds, score }: Formed): Explanation {
  const byAlert = new Map<string, Bond[]>();
  for (const bond of bonds) {
    for (const { id } of [bond.a, bond.b]) {
      const known = byAlert.get(id);
      if (known) known.push(bond);
      else byAlert.set(id, [bond]);
    }
  }
  const joins: Join[] = [];
  const reached = new Set([alerts[0]?.id ?? ""]);
  for (const from of reached) {
    for (const bond of byAlert.get(from) ?? []) {
      const to = bond.a.id === from ? bond.b.id : bond.a.id;
      if (reached.has(to)) continue;
      reached.add(to);
      joins.push(joinOf(bond, to, from));
    }
  }
  return { parts: score.parts, rules: score.rules, joins };
}

const joinOf = (
  { strength, apartMs, shared, groupingRule, outbreak }: Bond,
  alertId: string,
  withId: string,
): Join => ({
  alertId,
  withId,
  strength: rounded(strength),
  apartMs,
  shared: shared.slice(0, 8).map((one) => ({ ...one, weight: rounded(one.weight) })),
  groupingRule: groupingRule ?? null,
  ...(outbreak && { outbreak }),
});
