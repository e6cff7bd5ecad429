import { MissingRule } from "../../rule/problem.ts";
import type { RefusedCorrelation, ResolvedCorrelation } from "./resolve.ts";

export type Silenced = {
  readonly rules: ReadonlySet<number>;
  readonly correlations: ReadonlySet<number>;
  /** Correlations that nothing would come of. */
  readonly idle: ReadonlySet<number>;
};

/**
 * What serves correlations and raises no alerts of its own: everything that a correlation lists, unless one that lists it says
 * `generate: true`. One that waits for a missing rule keeps the others silent, and a rule that is switched off always is;
 * one on trial silences nothing.
 * Source: Sigma correlation rules specification 2.1, "Generate" (default: only the correlation).
 */
export function silenced(
  rules: readonly { readonly isMuted: boolean }[],
  correlations: readonly ResolvedCorrelation[],
  refused: readonly RefusedCorrelation[],
): Silenced {
  const waiting = refused.filter(({ problem }) => problem instanceof MissingRule);
  const lists = [
    ...correlations,
    ...waiting.map(({ correlation: { generate, isOnTrial }, members }) => ({ generate, isOnTrial, members })),
  ].filter(({ isOnTrial }) => !isOnTrial);
  const listed = { rule: new Set<number>(), correlation: new Set<number>() };
  for (const { members } of lists) for (const { kind, number } of members) listed[kind].add(number);
  for (const { members, generate } of lists)
    if (generate) for (const { kind, number } of members) listed[kind].delete(number);
  for (const [number, { isMuted }] of rules.entries()) if (isMuted) listed.rule.add(number);
  for (const [number, { isMuted }] of correlations.entries()) if (isMuted) listed.correlation.add(number);
  return { rules: listed.rule, correlations: listed.correlation, idle: idleOf(correlations, listed.correlation) };
}

/** From the outermost in: a correlation is of use when it alerts, or when one of use lists it. */
function idleOf(correlations: readonly ResolvedCorrelation[], silent: ReadonlySet<number>): ReadonlySet<number> {
  const idle = new Set<number>();
  const used = new Set<number>();
  for (let number = correlations.length - 1; number >= 0; number--) {
    if (silent.has(number) && !used.has(number)) {
      idle.add(number);
      continue;
    }
    for (const member of correlations[number]?.members ?? [])
      if (member.kind === "correlation") used.add(member.number);
  }
  return idle;
}
