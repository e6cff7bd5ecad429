import type { LogSource, RuleFacts } from "../event/index.ts";
import type { RejectedRule } from "./contract.ts";
import type { RuleText } from "./documents.ts";

/** A rule that compiled: what it says of itself, what logs it is for, and where it came from. */
export type CompiledFacts = { readonly facts: RuleFacts; readonly logsource: LogSource; readonly origin: string };
export type CompileOutcome = { readonly rules: readonly CompiledFacts[]; readonly rejected: readonly RejectedRule[] };
/** Compiles texts; broken rules come back in `rejected` and never stop the others. */
export type CompileRules = (sources: readonly RuleText[]) => CompileOutcome | Promise<CompileOutcome>;
