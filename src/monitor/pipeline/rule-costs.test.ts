import { describe, expect, it } from "vitest";
import { type CompiledRule, compileRules } from "../detect/index.ts";
import { CostReporter } from "./cost-report.ts";
import { RuleCosts } from "./rule-costs.ts";

const text = (id: string, value = 1): string =>
  `title: ${id}\nid: ${id}\nlogsource: { product: linux }\ndetection: { s: { a: ${value} }, condition: s }\n`;
const A = { text: text("a"), origin: "a.yml" };
const B = { text: text("b"), origin: "b.yml" };
const row = (ruleId: string, runs: number, us: number) => ({ ruleId, origin: `${ruleId}.yml`, runs, ns: us * 1_000 });

describe("What rules cost, put together from several threads", () => {
  it("is a mean over all measured events, of all threads", () => {
    const costs = new RuleCosts();
    costs.use(1, [A, B]);
    costs.add({ version: 1, events: 100, rules: [row("a", 10, 50)] });
    costs.add({ version: 1, events: 300, rules: [row("a", 30, 150), row("b", 1, 4)] });
    expect(costs.of("a.yml", "a")).toEqual({ microsecondsPerEvent: 0.5, triedShare: 0.1, events: 400 });
    expect(costs.of("b.yml", "b")).toEqual({ microsecondsPerEvent: 0.01, triedShare: 0.0025, events: 400 });
    expect(costs.totalMicroseconds).toBe(0.51);
  });

  it("begins anew for a rule that changed, and does not count what a thread measured with the old one", () => {
    const costs = new RuleCosts();
    costs.use(1, [A, B]);
    costs.add({ version: 1, events: 100, rules: [row("a", 10, 50), row("b", 10, 50)] });
    costs.use(2, [{ ...A, text: text("a", 2) }, B]);
    costs.add({ version: 1, events: 100, rules: [row("a", 10, 50), row("b", 10, 50)] });
    expect(costs.of("a.yml", "a")).toBeUndefined();
    costs.add({ version: 2, events: 50, rules: [row("a", 50, 500)] });
    expect(costs.of("a.yml", "a")).toEqual({ microsecondsPerEvent: 10, triedShare: 1, events: 50 });
    expect(costs.of("b.yml", "b")?.events).toBe(250);
  });

  it("knows nothing of a rule that is gone, also when it comes back", () => {
    const costs = new RuleCosts();
    costs.use(1, [A]);
    costs.add({ version: 1, events: 100, rules: [row("a", 10, 50)] });
    costs.use(2, []);
    costs.use(3, [A]);
    expect(costs.of("a.yml", "a")).toBeUndefined();
  });

  it("lets old measurements fade, so that it follows the logs of today", () => {
    const costs = new RuleCosts();
    costs.use(1, [A]);
    for (let n = 0; n < 100; n++) costs.add({ version: 1, events: 10_000, rules: [row("a", 10_000, 100_000)] });
    for (let n = 0; n < 100; n++) costs.add({ version: 1, events: 10_000, rules: [] });
    expect(costs.of("a.yml", "a")?.microsecondsPerEvent).toBeLessThan(0.001);
    expect(costs.of("a.yml", "a")?.events).toBeLessThanOrEqual(100_000);
  });
});

describe("A thread's report", () => {
  const rules: readonly CompiledRule[] = compileRules([A, B]).rules;
  const cost = (rule: number, runs: number, totalNs: number) => ({ rule, runs, hits: 0, totalNs });

  it("says what came since the last, at most every few seconds, and leaves out rules that were not run", () => {
    const reporter = new CostReporter(7, rules, [cost(0, 5, 500)]);
    expect(reporter.report({ costs: [cost(0, 6, 600), cost(1, 1, 9)], events: 10, nowMs: 0 })).toEqual({
      version: 7,
      events: 10,
      rules: [
        { ruleId: "a", origin: "a.yml", runs: 1, ns: 100 },
        { ruleId: "b", origin: "b.yml", runs: 1, ns: 9 },
      ],
    });
    expect(reporter.report({ costs: [cost(0, 7, 700)], events: 20, nowMs: 4_999 })).toBeUndefined();
    expect(reporter.report({ costs: [cost(0, 8, 900), cost(1, 1, 9)], events: 30, nowMs: 5_000 })).toEqual({
      version: 7,
      events: 20,
      rules: [{ ruleId: "a", origin: "a.yml", runs: 2, ns: 300 }],
    });
  });

  it("is left out while nothing was measured", () => {
    expect(new CostReporter(1, rules, []).report({ costs: [], events: 0, nowMs: 0 })).toBeUndefined();
  });
});
