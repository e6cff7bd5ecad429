import type { Captured } from "./capture.ts";
import { type BaseMatch, CorrelationEngine, type CorrelationOptions } from "./engine.ts";
import type { CorrelationPlan } from "./read/plan.ts";

/** A rule set's correlations as plain data: compiled where the rules are, run where all matches come together. */
export type CorrelationProgram = {
  readonly plan: CorrelationPlan;
  /** By correlation: whether its firings are told. */
  readonly alerts: readonly boolean[];
};

/** What a match's rule and values mean, sent along with matches: the receiver may have other rules by now. */
export type SentRule = { readonly id: string; readonly wanted: readonly (readonly string[])[] };

export const openCorrelations = (program: CorrelationProgram, options?: CorrelationOptions): CorrelationEngine =>
  new CorrelationEngine(program.plan, program.alerts, options);

type Received = Pick<BaseMatch, "rule" | "values">;

/** Puts matches of a sent rule into the program's terms; undefined when its correlations no longer listen to that rule. */
export function receiver(
  program: CorrelationProgram,
): (sent: SentRule) => ((values: Captured) => Received) | undefined {
  const numbers = new Map(program.plan.ruleIds.map((id, number) => [id, number]));
  return ({ id, wanted }) => {
    const rule = numbers.get(id);
    const own = rule === undefined ? undefined : program.plan.captures[rule];
    if (rule === undefined || own === undefined || (own.length === 0 && (program.plan.feeds[rule]?.length ?? 0) === 0))
      return undefined;
    const sent = wanted.map((names) => names.join("\n"));
    const places = own.map((names) => sent.indexOf(names.join("\n")));
    const isSame = places.length === sent.length && places.every((from, to) => from === to);
    return (values) => ({ rule, values: isSame ? values : places.map((from) => values[from]) });
  };
}
