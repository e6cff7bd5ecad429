export { openRuleCatalog } from "./catalog.ts";
export type { RejectedRule } from "./contract.ts";
export { createExceptedCounter } from "./exception/excepted.ts";
export { keepExceptionsInForce } from "./exception/in-force.ts";
export { exceptionRoutes } from "./exception/routes.ts";
export { createRuleHitCounter } from "./hits.ts";
export { type SlowRule, switchOffSlowRule } from "./over-budget.ts";
export { ruleRoutes } from "./routes.ts";
export { readRuleState } from "./store.ts";
