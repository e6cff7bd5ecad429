import type { Ctx } from "../../organization/access/index.ts";
import type { RuleCatalog } from "./catalog.ts";
import { writeSwitch } from "./store.ts";

export type SlowRule = { readonly ruleId: string; readonly microsecondsPerEvent: number };

type Deps = { readonly budget: number; readonly catalog: RuleCatalog; readonly onRulesChanged: () => void };

const MACHINE = { id: "yagura", name: "Yagura" };

/** How a switch says that it was the time budget; people read it in their own language. */
const overBudgetReason = (microsecondsPerEvent: number, budget: number): string =>
  `over-budget:${microsecondsPerEvent}:${budget}`;
export const isOverBudget = (reason: string): boolean => /^over-budget:\d+:\d+$/.test(reason);

/**
 * Switches a rule off that holds up all the others. The switch is the one that people use: it shows in the list with its
 * reason, is in the audit record, and can be turned on again. False when the rule is off or gone already.
 */
export async function switchOffSlowRule(
  ctx: Ctx,
  { ruleId, microsecondsPerEvent }: SlowRule,
  { budget, catalog, onRulesChanged }: Deps,
): Promise<boolean> {
  const entry = catalog.entries().get(ruleId);
  if (!entry?.isEnabled) return false;
  const reason = overBudgetReason(microsecondsPerEvent, budget);
  const audit = {
    action: "rule.disable",
    target: { kind: "rule", id: ruleId },
    detail: { reason: "over its time budget", microsecondsPerEvent, budget },
  };
  await ctx.change(audit, (tx) => writeSwitch(tx, ruleId, { isEnabled: false, reason, by: MACHINE, at: ctx.now() }));
  await catalog.refresh();
  onRulesChanged();
  ctx.log.warn(
    { rule: ruleId, title: entry.facts.title, origin: entry.origin, microsecondsPerEvent, budget },
    "a rule is over its time budget and was switched off",
  );
  return true;
}
