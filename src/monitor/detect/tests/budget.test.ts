import { describe, expect, it } from "vitest";
import { BudgetWatch } from "../budget.ts";
import { compileRules } from "../index.ts";
import { fieldsOf, LINUX, ruleText, select } from "./try-rule.ts";

const cost = (rule: number, totalNs: number) => ({ rule, runs: 1, hits: 0, totalNs });
/** Windows of events, each with what rule 0 has cost in all by its end. */
const watch = (budget: number, ...windows: readonly (readonly [events: number, totalNs: number])[]) => {
  const budgetWatch = new BudgetWatch(budget);
  return windows.map(([events, totalNs]) => budgetWatch.observe([cost(0, totalNs), cost(1, 1)], events));
};

describe("A rule's time budget", () => {
  it("is used up by two windows in a row over it", () => {
    expect(watch(100, [256, 256 * 150_000], [512, 512 * 150_000], [768, 768 * 150_000])).toEqual([
      [],
      [{ rule: 0, microsecondsPerEvent: 150 }],
      [],
    ]);
  });

  it("forgives one slow moment", () => {
    expect(watch(100, [256, 256 * 150_000], [512, 256 * 150_000 + 1], [768, 512 * 150_000]).flat()).toEqual([]);
  });

  it("is a mean over all events, also those that the rule does not look at", () => {
    expect(watch(100, [1000, 50 * 1_000_000], [2000, 100 * 1_000_000]).flat()).toEqual([]);
  });

  it("is not judged on a handful of events, unless they have burned half a second", () => {
    expect(watch(100, [10, 10 * 150_000], [20, 20 * 150_000]).flat()).toEqual([]);
    expect(watch(100, [2, 0.6e9], [4, 1.2e9]).flat()).toEqual([{ rule: 0, microsecondsPerEvent: 300_000 }]);
  });

  it("does not count what rules had cost before", () => {
    const later = new BudgetWatch(100, [cost(0, 9e9)]);
    expect(later.observe([cost(0, 9e9 + 1)], 256)).toEqual([]);
    expect(later.observe([cost(0, 9e9 + 2)], 512)).toEqual([]);
  });

  it("counts what the engine itself measures", () => {
    let now = 0;
    const nowNs = () => {
      now += 200_000;
      return now;
    };
    const rules = compileRules([{ text: ruleText(select({ a: 1 })), origin: "x" }], { costs: { every: 1, nowNs } });
    const budgetWatch = new BudgetWatch(100);
    const found = [1, 2].flatMap((round) => {
      for (let n = 0; n < 300; n++) rules.match({ fields: fieldsOf({ a: 1 }), logsource: LINUX });
      return budgetWatch.observe(rules.costs(), round * 300);
    });
    expect(found).toEqual([{ rule: 0, microsecondsPerEvent: 200 }]);
  });
});
