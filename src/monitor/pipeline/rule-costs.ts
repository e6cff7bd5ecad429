import type { CostReport, CostRow } from "./cost-report.ts";
import type { RuleText } from "./job.ts";

/** What one rule costs. Means over `events` measured events, those included that the rule did not look at. */
export type RuleCostFigure = {
  readonly microsecondsPerEvent: number;
  /** Share, 0–1, of the measured events on which the rule was run: the index leaves it out of the others. */
  readonly triedShare: number;
  readonly events: number;
};
export type RuleCostFigures = {
  /** All rules together, microseconds per measured event; undefined before the first measurement. */
  readonly totalMicroseconds: number | undefined;
  /** By the text that holds the rule, and its id. Undefined: it does not run, or nothing was measured since it came or changed. */
  of(origin: string, ruleId: string): RuleCostFigure | undefined;
};

type Sum = { runs: number; ns: number };
type Text = { text: string; sinceVersion: number; events: number; rules: Map<string, Sum> };

/** Past so many measured events the older ones count half, so that figures follow what logs come now. */
const MOST_EVENTS = 100_000;
const NS_PER_US = 1_000;

/**
 * Puts together what the threads measured. A text that changes begins anew, and what a thread measured with older rules than
 * that is not counted for it: a figure is never that of another rule.
 */
export class RuleCosts implements RuleCostFigures {
  readonly #texts = new Map<string, Text>();
  readonly #all = { events: 0, ns: 0 };

  /** The rules that run from now on, and the version by which threads name them. */
  use(version: number, rules: readonly RuleText[]): void {
    const origins = new Set(rules.map(({ origin }) => origin));
    for (const origin of this.#texts.keys()) if (!origins.has(origin)) this.#texts.delete(origin);
    for (const { origin, text } of rules) {
      if (this.#texts.get(origin)?.text === text) continue;
      this.#texts.set(origin, { text, sinceVersion: version, events: 0, rules: new Map() });
    }
  }

  add({ version, events, rules }: CostReport): void {
    for (const text of this.#texts.values()) if (version >= text.sinceVersion) grow(text, events);
    this.#grow(events);
    for (const row of rules) this.#addRule(row, version);
  }

  get totalMicroseconds(): number | undefined {
    const { events, ns } = this.#all;
    return events === 0 ? undefined : ns / NS_PER_US / events;
  }

  of(origin: string, ruleId: string): RuleCostFigure | undefined {
    const text = this.#texts.get(origin);
    return text === undefined || text.events === 0
      ? undefined
      : figure(text.rules.get(ruleId) ?? NEVER_RUN, text.events);
  }

  #grow(events: number): void {
    const all = this.#all;
    all.events += events;
    if (all.events < MOST_EVENTS) return;
    all.events /= 2;
    all.ns /= 2;
  }

  #addRule({ origin, ruleId, runs, ns }: CostRow, version: number): void {
    this.#all.ns += ns;
    const text = this.#texts.get(origin);
    if (text === undefined || version < text.sinceVersion) return;
    const sum = text.rules.get(ruleId);
    text.rules.set(ruleId, { runs: (sum?.runs ?? 0) + runs, ns: (sum?.ns ?? 0) + ns });
  }
}

const NEVER_RUN: Sum = { runs: 0, ns: 0 };

function grow(text: Text, events: number): void {
  text.events += events;
  if (text.events < MOST_EVENTS) return;
  text.events /= 2;
  for (const sum of text.rules.values()) {
    sum.runs /= 2;
    sum.ns /= 2;
  }
}

const figure = ({ runs, ns }: Sum, events: number): RuleCostFigure => ({
  microsecondsPerEvent: ns / NS_PER_US / events,
  triedShare: Math.min(1, runs / events),
  events: Math.round(events),
});
