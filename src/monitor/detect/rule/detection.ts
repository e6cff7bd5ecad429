import { readCondition } from "./condition.ts";
import { allOf, anyOf, type Expression, sizeOf } from "./expression.ts";
import { fieldExpression } from "./field-test.ts";
import type { Placeholders } from "./placeholder.ts";
import { at, RuleProblem } from "./problem.ts";
import { expectMap, isList, isMap, isScalar, type Yaml } from "./value.ts";

/** Tests a condition may come to when every repeated name is written out; SigmaHQ's largest rule has a few hundred. */
export const MAX_TESTS = 50_000;

/** A rule's `detection` as one expression. Throws RuleProblem with the path of the part that is wrong. */
export function readDetection(value: Yaml | undefined, placeholders: Placeholders): Expression {
  const detection = expectMap(value, [], "the detection");
  if (detection.has("timeframe"))
    throw new RuleProblem('the detection has a "timeframe", which Sigma 2 removed: write a correlation rule instead', [
      "timeframe",
    ]);
  const named = new Map<string, Expression>();
  for (const [name, search] of detection) {
    if (name !== "condition")
      named.set(
        name,
        at([name], () => readSearch(search, placeholders)),
      );
  }
  const expression = at(["condition"], () =>
    anyOf(conditionsOf(detection.get("condition")).map((text) => readCondition(text, named))),
  );
  if (sizeOf(expression) > MAX_TESTS)
    throw new RuleProblem(`the condition comes to more than ${MAX_TESTS} tests`, ["condition"]);
  return expression;
}

/** Several conditions are several ways to fire: one event fires the rule once, whichever holds. */
function conditionsOf(value: Yaml | undefined): readonly string[] {
  const conditions = isList(value) ? value : [value];
  if (value === undefined || conditions.length === 0) throw new RuleProblem("the detection has no condition");
  return conditions.map((condition) => {
    if (typeof condition !== "string") throw new RuleProblem("a condition must be a text");
    return condition;
  });
}

/** A map means all of its fields; a list any of its maps and keywords; a single text is a keyword. */
function readSearch(search: Yaml, placeholders: Placeholders): Expression {
  if (isMap(search)) return readFields(search, placeholders);
  if (!isList(search)) return readKeywords([search], placeholders);
  const keywords = search.filter(isScalar);
  const others = search.filter((item) => !isScalar(item));
  const parts = others.map((item) => at([search.indexOf(item)], () => readFields(item, placeholders)));
  if (keywords.length > 0) parts.push(readKeywords(keywords, placeholders));
  if (parts.length === 0) throw new RuleProblem("the list is empty");
  return anyOf(parts);
}

function readFields(value: Yaml, placeholders: Placeholders): Expression {
  const fields = expectMap(value, [], "an item of a list");
  if (fields.size === 0) throw new RuleProblem("the map of fields is empty");
  return allOf([...fields].map(([key, wanted]) => at([key], () => fieldExpression(key, wanted, placeholders))));
}

const readKeywords = (values: readonly Yaml[], placeholders: Placeholders): Expression =>
  fieldExpression("", values, placeholders);
