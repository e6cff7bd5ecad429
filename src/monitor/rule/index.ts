export { openRuleCatalog } from "./catalog.ts";
export type { RejectedRule } from "./contract.ts";
export { createRuleHitCounter } from "./hits.ts";
export { ruleRoutes } from "./routes.ts";
export { readRuleState } from "./store.ts";
