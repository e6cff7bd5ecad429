import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { compileRules } from "../detect/index.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import { isOverBudget } from "./budget-reason.ts";
import { openRuleCatalog, type RuleCatalog } from "./catalog.ts";
import { switchOffSlowRule } from "./over-budget.ts";
import { readRuleState } from "./store.ts";
import { switchRule } from "./upkeep.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const rule = (title: string, id: string): string =>
  `title: ${title}\n${id}logsource:\n  product: linux\ndetection:\n  s:\n    a: 1\n  condition: s\n`;

let state: State;
let contexts: TestContexts;
let catalog: RuleCatalog;
let reloads: number;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE rule_override`);
  contexts = testContexts(state, T0);
  reloads = 0;
  catalog = await openRuleCatalog({
    directories: [
      { text: rule("Slow", "id: slow\n"), origin: "slow.yml" },
      { text: rule("No id", ""), origin: "no-id.yml" },
      { text: rule("Other", "id: other\n"), origin: "other.yml" },
    ],
    compile: compileRules,
    readState: () => readRuleState(state.db),
  });
});

const deps = () => ({
  budget: 200,
  catalog,
  onRulesChanged: () => {
    reloads += 1;
  },
});
const running = (): string[] => catalog.activeRules().map(({ origin }) => origin);

describe("A rule over its time budget", () => {
  it("is switched off though the rules could not be loaded at once: that is tried again", async () => {
    const ctx = await contexts.as({ person: "system" });
    let failures = 2;
    const failing = async () => (failures-- > 0 ? Promise.reject(new Error("the engine is away")) : catalog.refresh());
    const shaky = { ...deps(), catalog: { ...catalog, refresh: failing }, retryMs: 1 };
    expect(await switchOffSlowRule(ctx, { ruleId: "slow", microsecondsPerEvent: 390 }, shaky)).toBe(true);
    await vi.waitFor(() => expect(running()).not.toContain("slow.yml"));
  });

  it.each([
    ["with an id", "slow", "slow.yml"],
    ["without an id of its own", "no-id", "no-id.yml"],
  ])("%s no longer runs, and the list and the record say so", async (_, ruleId, origin) => {
    const ctx = await contexts.as({ person: "system" });
    expect(await switchOffSlowRule(ctx, { ruleId, microsecondsPerEvent: 390 }, deps())).toBe(true);
    expect(running()).not.toContain(origin);
    expect(running().length).toBe(2);
    expect(reloads).toBe(1);
    const entry = catalog.entries().get(ruleId);
    expect(entry).toMatchObject({
      isEnabled: false,
      override: { reason: "over-budget:390:200", by: { name: "Yagura" } },
    });
    expect(isOverBudget(entry?.override?.reason ?? "")).toBe(true);
    expect(contexts.audits).toMatchObject([
      { action: "rule.disable", target: { id: ruleId }, detail: { microsecondsPerEvent: 390, budget: 200 } },
    ]);
  });

  it("is switched off once, however many threads tell of it", async () => {
    const ctx = await contexts.as();
    const slow = { ruleId: "slow", microsecondsPerEvent: 390 };
    expect(await switchOffSlowRule(ctx, slow, deps())).toBe(true);
    expect(await switchOffSlowRule(ctx, slow, deps())).toBe(false);
    expect(await switchOffSlowRule(ctx, { ...slow, ruleId: "gone" }, deps())).toBe(false);
    expect(contexts.audits.length).toBe(1);
  });

  it("is switched on again by people, with a reason", async () => {
    const ctx = await contexts.as();
    await switchOffSlowRule(ctx, { ruleId: "slow", microsecondsPerEvent: 390 }, deps());
    const more = { compile: compileRules, hits: { byRule: async () => new Map(), byDay: async () => [] } };
    const ruleDeps = {
      ...deps(),
      ...more,
      logSources: async () => () => true,
      lint: async () => [],
      tryRule: async () => ({ ok: false as const, reason: "not tried" }),
      findEvents: async () => [],
      filters: () => [],
      costs: { of: () => undefined, budget: 200 },
      alertFigures: async () => new Map(),
    };
    await switchRule(ctx, { id: "slow", isEnabled: true, reason: "made faster" }, ruleDeps);
    expect(running()).toContain("slow.yml");
  });
});
