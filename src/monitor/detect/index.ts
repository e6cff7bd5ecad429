export type { CostOptions, RuleCost } from "./engine/costs.ts";
export type { FilterReport, Rejection, Replacement, RuleSource } from "./read-rules.ts";
export { type CompiledRule, type CompileOptions, compileRules, RuleCompiler, type RuleSet } from "./rule-set.ts";
