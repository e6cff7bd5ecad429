import type { Fields, LogSource } from "../../event/index.ts";
import { type CompileOptions, compileRules } from "../index.ts";
import { naiveMatch, naiveRule } from "./naive.ts";

export const LINUX: LogSource = { product: "linux", category: "", service: "" };

/** A whole rule around a detection. JSON is YAML, so plain objects will do. */
export const ruleText = (detection: object, more: object = {}): string =>
  JSON.stringify({ title: "A rule", logsource: { product: "linux" }, detection, ...more });

/** A detection of one selection. */
export const select = (selection: unknown): object => ({ selection, condition: "selection" });

export const fieldsOf = (fields: Fields): Fields => Object.assign(Object.create(null), fields);

export type Verdict = "fires" | "is silent";

/** The engine's verdict, checked against the naive evaluator's. Throws the reason when the rule is rejected. */
export function verdictOf(detection: object, fields: Fields, lists: Record<string, string[]> = {}): Verdict {
  const options: CompileOptions = { placeholders: lists };
  const rules = compileRules([{ text: ruleText(detection), origin: "test" }], options);
  const [rejection] = rules.rejected;
  if (rejection) throw new Error(rejection.reason);
  const event = { fields: fieldsOf(fields), logsource: LINUX };
  const isHit = rules.match(event).length === 1;
  if (isHit !== naiveMatch(naiveRule(ruleText(detection)), event, lists))
    throw new Error("the naive evaluator disagrees");
  return isHit ? "fires" : "is silent";
}

/** Why a detection is refused; "" when it is not. */
export function refusalOf(detection: unknown, more: object = {}): string {
  const text = JSON.stringify({ title: "A rule", logsource: { product: "linux" }, detection, ...more });
  return compileRules([{ text, origin: "test" }]).rejected[0]?.reason ?? "";
}
