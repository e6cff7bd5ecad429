import type { LogSource, RuleFacts } from "../event/index.ts";
import type { RejectedRule } from "./contract.ts";
import type { RuleText } from "./documents.ts";

/** A rule that compiled: what it says of itself, what logs it is for, and where it came from. */
export type CompiledFacts = {
  readonly facts: RuleFacts;
  /** The word by which correlations may refer to it; "" when it has none. */
  readonly name: string;
  readonly logsource: LogSource;
  readonly origin: string;
  /** It serves a correlation and raises no alerts of its own. */
  readonly isPart?: boolean;
  /** Of a correlation: ids or names of the rules that it lists. */
  readonly parts?: readonly string[];
};
/** A correlation that names a rule of another text: it runs if such a rule is loaded, and is rejected if not. */
export type OpenFacts = CompiledFacts & { readonly missing: string; readonly rejection: RejectedRule };
/** A Sigma filter that compiled. `rules`: ids or names of those it is for. */
export type CompiledFilter = {
  readonly id: string;
  readonly title: string;
  readonly origin: string;
  readonly line?: number;
  readonly logsource: LogSource;
  readonly rules: "any" | readonly string[];
};
export type CompileOutcome = {
  readonly rules: readonly CompiledFacts[];
  readonly open: readonly OpenFacts[];
  readonly rejected: readonly RejectedRule[];
  readonly narrowing?: readonly CompiledFilter[];
};
/** Compiles texts; broken rules come back in `rejected` and never stop the others. */
export type CompileRules = (sources: readonly RuleText[]) => CompileOutcome | Promise<CompileOutcome>;
