export type { CostOptions, RuleCost } from "./engine/costs.ts";
export type { Rejection, Replacement, RuleSource } from "./read-rules.ts";
export { type CompiledRule, type CompileOptions, compileRules, RuleCompiler, type RuleSet } from "./rule-set.ts";
export { foldCase } from "./rule/fold-case.ts";
export { everyCharacter, unicodeProofSql } from "./sql/fold.ts";
export { compileHunt, type Hunt } from "./sql/hunt.ts";
