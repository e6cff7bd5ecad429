import type { RuleCost } from "./engine/costs.ts";

/** A rule that costs more than it may. */
export type OverBudget = { readonly rule: number; readonly microsecondsPerEvent: number };

/** Measured events in a window: one slow moment among so many hardly shows. */
const WINDOW_EVENTS = 256;
/** A rule that burns this much is judged at once, however few events that took. */
const WINDOW_NS = 0.5e9;
/** Windows in a row over the budget: a pause of the machine falls into one. */
const STRIKES = 2;

/**
 * Watches what the rules of one rule set cost per event, from when the watch begins.
 * `microsecondsPerEvent` is the mean over all measured events, those included of which the rule was no candidate.
 */
export class BudgetWatch {
  readonly #budgetNs: number;
  readonly #before: Map<number, number>;
  readonly #strikes = new Map<number, number>();
  #eventsBefore = 0;

  /** `soFar`: what the rules had cost already when the watch began. */
  constructor(microsecondsPerEvent: number, soFar: readonly RuleCost[] = []) {
    this.#before = new Map(soFar.map(({ rule, totalNs }) => [rule, totalNs]));
    this.#budgetNs = microsecondsPerEvent * 1000;
  }

  /** `costs` and `measuredEvents` are totals so far. Answers with the rules that have just used up their patience. */
  observe(costs: readonly RuleCost[], measuredEvents: number): readonly OverBudget[] {
    const events = measuredEvents - this.#eventsBefore;
    if (events <= 0) return [];
    const spent = costs.map(({ rule, totalNs }) => ({ rule, ns: totalNs - (this.#before.get(rule) ?? 0) }));
    if (events < WINDOW_EVENTS && !spent.some(({ ns }) => ns >= WINDOW_NS)) return [];
    this.#eventsBefore = measuredEvents;
    for (const { rule, totalNs } of costs) this.#before.set(rule, totalNs);
    return spent.flatMap(({ rule, ns }) => this.#judge(rule, ns / events));
  }

  #judge(rule: number, nsPerEvent: number): readonly OverBudget[] {
    const strikes = nsPerEvent > this.#budgetNs ? (this.#strikes.get(rule) ?? 0) + 1 : 0;
    this.#strikes.set(rule, strikes);
    return strikes === STRIKES ? [{ rule, microsecondsPerEvent: Math.ceil(nsPerEvent / 1000) }] : [];
  }
}
