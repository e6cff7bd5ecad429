import { candidateNames } from "../../alias/candidates.ts";
import type { NamedRule, ResolvedCorrelation } from "./resolve.ts";

/** One way from a detection rule's hit into a correlation. Places are into the values captured for that rule. */
export type Feed = {
  readonly correlation: number;
  readonly member: number;
  readonly groupBy: readonly number[];
  readonly fields: readonly number[];
};

export type CorrelationPlan = {
  readonly correlations: readonly ResolvedCorrelation[];
  /** Ids of the detection rules, by number. */
  readonly ruleIds: readonly string[];
  /** By detection rule: what to take from its events, each as event field names, best first. Empty where no correlation listens. */
  readonly captures: readonly (readonly (readonly string[])[])[];
  /** By detection rule: the correlations that list it. */
  readonly feeds: readonly (readonly Feed[])[];
  /** By correlation, then by the detection rule that set it off: the correlations that list the correlation. */
  readonly chains: readonly ReadonlyMap<number, readonly Feed[]>[];
};

/** Resolves every field name that correlations read, per detection rule, through the aliases that detection itself uses. */
export function planCorrelations(
  rules: readonly NamedRule[],
  correlations: readonly ResolvedCorrelation[],
  idle: ReadonlySet<number>,
): CorrelationPlan {
  const captures = rules.map((): string[][] => []);
  const feeds = rules.map((): Feed[] => []);
  const chains = correlations.map(() => new Map<number, Feed[]>());
  for (const [number, correlation] of correlations.entries()) {
    if (idle.has(number)) continue;
    for (const [place, member] of correlation.members.entries()) {
      const bases = member.kind === "rule" ? [member.number] : [...(correlations[member.number]?.bases ?? [])];
      for (const base of bases) {
        const rule = rules[base];
        if (!rule) continue;
        const placeOf = (field: string): number =>
          placeIn(captures[base] ?? [], namesOf({ correlations, rule, base }, correlation, place, field));
        const { groupBy, condition } = correlation;
        const feed = {
          correlation: number,
          member: place,
          groupBy: groupBy.map(placeOf),
          fields: condition.fields.map(placeOf),
        };
        if (member.kind === "rule") feeds[base]?.push(feed);
        else pushTo(chains[member.number], base, feed);
      }
    }
  }
  return { correlations, ruleIds: rules.map(({ facts }) => facts.id), captures, feeds, chains };
}

type Base = { readonly correlations: readonly ResolvedCorrelation[]; readonly rule: NamedRule; readonly base: number };

/** Down the chain: an alias becomes what it stands for in the member, until a field of the detection rule's events is left. */
function namesOf(at: Base, correlation: ResolvedCorrelation, place: number, field: string): readonly string[] {
  const own = correlation.aliases.get(field)?.get(String(place)) ?? field;
  const member = correlation.members[place];
  const inner = member?.kind === "correlation" ? at.correlations[member.number] : undefined;
  if (!inner) return candidateNames(own, at.rule.logsource);
  const next = inner.members.findIndex((one) =>
    one.kind === "rule" ? one.number === at.base : at.correlations[one.number]?.bases.has(at.base),
  );
  return namesOf(at, inner, next, own);
}

function placeIn(lists: string[][], names: readonly string[]): number {
  const key = names.join("\n");
  const known = lists.findIndex((list) => list.join("\n") === key);
  return known >= 0 ? known : lists.push([...names]) - 1;
}

function pushTo(chain: Map<number, Feed[]> | undefined, base: number, feed: Feed): void {
  const list = chain?.get(base);
  if (list) list.push(feed);
  else chain?.set(base, [feed]);
}
