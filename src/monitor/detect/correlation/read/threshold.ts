import { RuleProblem } from "../../rule/problem.ts";
import type { Yaml, YamlMap } from "../../rule/value.ts";

const OPERATORS = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;
type Operator = (typeof OPERATORS)[number];

/** Comparisons that must all hold: `gt: 100` with `lte: 200` is a range. */
export type Threshold = readonly { readonly operator: Operator; readonly than: number }[];

/** The comparisons of a condition map; empty when it has none. Throws RuleProblem for what is no number or can never hold. */
export function readThreshold(condition: YamlMap): Threshold {
  const threshold = OPERATORS.filter((operator) => condition.has(operator)).map((operator) => ({
    operator,
    than: readNumber(condition.get(operator), operator),
  }));
  if (threshold.length > 0 && !isPossible(threshold)) throw new RuleProblem("the condition can never hold");
  return threshold;
}

export function holds(threshold: Threshold, value: number): boolean {
  for (const { operator, than } of threshold) if (!compare(operator, value, than)) return false;
  return true;
}

function compare(operator: Operator, value: number, than: number): boolean {
  switch (operator) {
    case "gt":
      return value > than;
    case "gte":
      return value >= than;
    case "lt":
      return value < than;
    case "lte":
      return value <= than;
    case "eq":
      return value === than;
    case "neq":
      return value !== than;
  }
}

export function readNumber(value: Yaml | undefined, key: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw new RuleProblem(`"${key}" must be a number`, [key]);
  return number;
}

/** Some value near one of the bounds must pass, if any value does. */
function isPossible(threshold: Threshold): boolean {
  const near = threshold.flatMap(({ than }) => {
    const step = Math.max(Math.abs(than) * Number.EPSILON * 2, Number.MIN_VALUE);
    return [than - step, than, than + step, than - 0.5, than + 0.5, than - 1, than + 1];
  });
  return near.some((value) => holds(threshold, value));
}
