export { type CompileOutcome, type CompileRules, openRuleCatalog, type RuleCatalog } from "./catalog.ts";
export type { RejectedRule, RuleRow } from "./contract.ts";
export type { RuleText } from "./documents.ts";
export { createRuleHitCounter, type RuleHitCounter } from "./hits.ts";
export { ruleRoutes } from "./routes.ts";
export type { RuleDeps } from "./service.ts";
export { readRuleState } from "./store.ts";
