import type { Ctx } from "../../organization/access/index.ts";
import { overBudgetReason } from "./budget-reason.ts";
import type { RuleCatalog } from "./catalog.ts";
import { type ReloadDeps, reload } from "./reload.ts";
import { writeSwitch } from "./store.ts";

export type SlowRule = { readonly ruleId: string; readonly microsecondsPerEvent: number };

type Deps = ReloadDeps & { readonly budget: number; readonly catalog: RuleCatalog };

const MACHINE = { id: "yagura", name: "Yagura" };

/**
 * Switches a rule off that holds up all the others. The switch is the one that people use: it shows in the list with its
 * reason, is in the audit record, and can be turned on again. False when the rule is off or gone already.
 */
export async function switchOffSlowRule(
  ctx: Ctx,
  { ruleId, microsecondsPerEvent }: SlowRule,
  { budget, catalog, ...reloading }: Deps,
): Promise<boolean> {
  const entry = catalog.entries().get(ruleId);
  // One that a person switched off may still run for a correlation, and hold up the others.
  const isServing = catalog.activeRules().some(({ muted }) => muted?.includes(ruleId));
  if (!entry || !(entry.isEnabled || isServing)) return false;
  const reason = overBudgetReason(microsecondsPerEvent, budget);
  const audit = {
    action: "rule.disable",
    target: { kind: "rule", id: ruleId },
    detail: { reason: "over its time budget", microsecondsPerEvent, budget },
  };
  await ctx.change(audit, (tx) => writeSwitch(tx, ruleId, { isEnabled: false, reason, by: MACHINE, at: ctx.now() }));
  await reload(ctx, { catalog, ...reloading });
  ctx.log.warn(
    { rule: ruleId, title: entry.facts.title, origin: entry.origin, microsecondsPerEvent, budget },
    "a rule is over its time budget and was switched off",
  );
  return true;
}
