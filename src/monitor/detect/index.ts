export { BudgetWatch } from "./budget.ts";
export type { Captured } from "./correlation/capture.ts";
export type {
  BaseMatch,
  CorrelationEngine,
  CorrelationFigures,
  CorrelationOptions,
  Firing,
} from "./correlation/engine.ts";
export { type CorrelationProgram, openCorrelations, receiver, type SentRule } from "./correlation/program.ts";
export type { CorrelationSnapshot } from "./correlation/snapshot.ts";
export type { CostOptions, RuleCost } from "./engine/costs.ts";
export { compileExceptions, type ExceptionSet, type ExceptionSpec, NO_EXCEPTIONS } from "./exception/exceptions.ts";
export { type CheckedMatch, type ExceptionMatch, readMatch } from "./exception/match.ts";
export { type Explained, explainRule } from "./explain.ts";
export { filterFits } from "./filter/apply.ts";
export { type FilterWarning, type Finding, messageOf } from "./lint/finding.ts";
export { lintRules } from "./lint/lint.ts";
export type { FilterReport, Rejection, Replacement, RuleSource } from "./read-rules.ts";
export { foldCase } from "./rule/fold-case.ts";
export {
  type CompiledCorrelation,
  type CompiledRule,
  type CompileOptions,
  compileRules,
  type MatchedEvent,
  RuleCompiler,
  type RuleSet,
} from "./rule-set.ts";
export { everyCharacter, unicodeProofSql } from "./sql/fold.ts";
export { compileHunt, type Hunt, tableOf } from "./sql/hunt.ts";
