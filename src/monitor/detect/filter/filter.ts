import type { LogSource } from "../../event/index.ts";
import type { FilterWarning } from "../lint/finding.ts";
import { readDetection } from "../rule/detection.ts";
import type { Expression } from "../rule/expression.ts";
import { idOf } from "../rule/facts.ts";
import { readLogSource } from "../rule/logsource.ts";
import type { Placeholders } from "../rule/placeholder.ts";
import { at, RuleProblem } from "../rule/problem.ts";
import { expectMap, isList, isMap, isScalar, textOf, type Yaml, type YamlMap } from "../rule/value.ts";

/** One Sigma filter document as read. */
export type Filter = {
  readonly id: string;
  readonly title: string;
  readonly logsource: LogSource;
  /** Ids or names of the rules it narrows. */
  readonly rules: "any" | readonly string[];
  /** What must hold besides the rule. Its searches are its own: no condition of a rule can name them. */
  readonly expression: Expression;
  /** What is odd about it, though it can be applied. */
  readonly warning: FilterWarning | undefined;
};

export const isFilter = (value: Yaml): boolean => isMap(value) && value.has("filter");

/** Rules that one filter may name. */
const MAX_RULES = 10_000;

/** Reads a filter document. Throws RuleProblem with the path of what is wrong. Source: Sigma filters specification 2.0. */
export function readFilter(value: Yaml, placeholders: Placeholders): Filter {
  const document = expectMap(value, [], "a filter");
  for (const key of ["detection", "correlation", "action"])
    if (document.has(key)) throw new RuleProblem(`a filter cannot have a "${key}"`, [key]);
  const title = textOf(document, "title").trim();
  if (title === "") throw new RuleProblem("the filter has no title");
  const logsource = at(["logsource"], () => readLogSource(document.get("logsource")));
  return at(["filter"], () => {
    const filter = expectMap(document.get("filter"), [], "the filter");
    const expression = readDetection(searchesOf(filter), placeholders);
    return {
      id: idOf(document, title),
      title,
      logsource,
      rules: at(["rules"], () => readReferences(filter.get("rules"))),
      expression,
      warning: isNegating(expression) ? undefined : INVERTED,
    };
  });
}

const INVERTED: FilterWarning = { code: "filter-inverted", values: {} };

/** The filter without its list of rules is a detection like any other. */
function searchesOf(filter: YamlMap): YamlMap {
  const searches = new Map(filter);
  searches.delete("rules");
  const names = [...searches.keys()].filter((name) => name !== "condition");
  if (names.length === 0) throw new RuleProblem("the filter has no selection");
  return searches;
}

function readReferences(value: Yaml | undefined): Filter["rules"] {
  if (value === undefined) throw new RuleProblem('the filter does not say which "rules" it is for');
  if (value === "any") return "any";
  const references = (isList(value) ? value : [value]).map((one) => {
    if (!isScalar(one) || one === null || one === "") throw new RuleProblem("a rule is named by its id or its name");
    return String(one);
  });
  if (references.length === 0) throw new RuleProblem("the list of rules is empty");
  if (references.length > MAX_RULES) throw new RuleProblem(`the filter names more than ${MAX_RULES} rules`);
  return [...new Set(references)];
}

/** Whether any part of the condition takes something out: `not`, `neq`, `exists: false`. */
function isNegating(expression: Expression, seen = new Set<Expression>()): boolean {
  if (expression.op === "not") return true;
  if (expression.op === "test" || seen.has(expression)) return false;
  seen.add(expression);
  return expression.of.some((part) => isNegating(part, seen));
}
