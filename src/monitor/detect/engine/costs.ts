/** What a rule cost over the events that were measured. */
export type RuleCost = {
  /** Index into the rule set's rules. */
  readonly rule: number;
  /** Measured events of which the rule was a candidate, and how many of them it fired on. */
  readonly runs: number;
  readonly hits: number;
  readonly totalNs: number;
};

export type CostOptions = {
  /** Measure one event in so many. */
  readonly every: number;
  /** A monotonic clock in nanoseconds. */
  readonly nowNs: () => number;
};

/**
 * One event counts for no more than this: a sender must not be able to have a rule called expensive, and so switched off, with a
 * few huge lines. A rule that is slow on every event is still ten times over any sensible budget.
 */
const MOST_PER_EVENT_NS = 2e6;

/** Samples what rules cost, so that an expensive one can be named. An unmeasured event pays one comparison for it. */
export class CostMeter {
  readonly #options: CostOptions;
  readonly #costs = new Map<number, { runs: number; hits: number; totalNs: number }>();
  #untilDue: number;

  constructor(options: CostOptions) {
    this.#options = options;
    this.#untilDue = options.every;
  }

  isDue(): boolean {
    if (--this.#untilDue > 0) return false;
    this.#untilDue = this.#options.every;
    return true;
  }

  measure(rule: number, fires: () => boolean): boolean {
    const startNs = this.#options.nowNs();
    const isHit = fires();
    const cost = this.#costs.get(rule) ?? { runs: 0, hits: 0, totalNs: 0 };
    cost.totalNs += Math.min(MOST_PER_EVENT_NS, this.#options.nowNs() - startNs);
    cost.runs += 1;
    if (isHit) cost.hits += 1;
    this.#costs.set(rule, cost);
    return isHit;
  }

  /** The measured rules, the most expensive first. */
  list(): readonly RuleCost[] {
    return [...this.#costs].map(([rule, cost]) => ({ rule, ...cost })).sort((a, b) => b.totalNs - a.totalNs);
  }
}
