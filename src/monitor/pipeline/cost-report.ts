import type { CompiledRule, RuleCost } from "../detect/index.ts";

/** What a thread's rules cost since its last report. `events`: how many were measured, those included that no rule looked at. */
export type CostReport = {
  /** Of the rules that were measured. */
  readonly version: number;
  readonly events: number;
  /** Rules that were run on a measured event. */
  readonly rules: readonly CostRow[];
};
export type CostRow = {
  readonly ruleId: string;
  readonly origin: string;
  /** Measured events of which the rule was a candidate. */
  readonly runs: number;
  readonly ns: number;
};

/** Between two reports of a thread: thousands of rules take some milliseconds to hand over. */
const REPORT_EVERY_MS = 5_000;

type Totals = { readonly costs: readonly RuleCost[]; readonly events: number; readonly nowMs: number };

/** Turns the totals of one rule set into reports of what came since. A new rule set needs a new reporter. */
export class CostReporter {
  readonly #version: number;
  readonly #rules: readonly CompiledRule[];
  readonly #before = new Map<number, RuleCost>();
  #eventsBefore = 0;
  #dueMs = 0;

  /** `soFar`: what the rules had cost already when this rule set came into use. */
  constructor(version: number, rules: readonly CompiledRule[], soFar: readonly RuleCost[]) {
    this.#version = version;
    this.#rules = rules;
    for (const cost of soFar) this.#before.set(cost.rule, cost);
  }

  /** Undefined while a report is not due, or when nothing was measured since the last. */
  report({ costs, events, nowMs }: Totals): CostReport | undefined {
    if (nowMs < this.#dueMs || events <= this.#eventsBefore) return undefined;
    this.#dueMs = nowMs + REPORT_EVERY_MS;
    const measured = events - this.#eventsBefore;
    this.#eventsBefore = events;
    return { version: this.#version, events: measured, rules: costs.flatMap((cost) => this.#since(cost)) };
  }

  #since(cost: RuleCost): readonly CostRow[] {
    const before = this.#before.get(cost.rule);
    const runs = cost.runs - (before?.runs ?? 0);
    const rule = this.#rules[cost.rule];
    if (runs === 0 || rule === undefined) return [];
    this.#before.set(cost.rule, cost);
    return [{ ruleId: rule.facts.id, origin: rule.origin, runs, ns: cost.totalNs - (before?.totalNs ?? 0) }];
  }
}
