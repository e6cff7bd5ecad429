import type { Bound, Predicate } from "./predicate.ts";
import type { Estimate } from "./test-estimate.ts";

/** What it takes to answer an expression, and how often it holds. */
export function estimateOf(bound: Bound, predicates: readonly Predicate[]): Estimate {
  if (bound.op === "test") {
    return predicates[bound.predicate]?.estimate ?? { cost: 0, chance: 1 };
  }
  if (bound.op === "not") {
    const inner = estimateOf(bound.of, predicates);
    return { cost: inner.cost, chance: 1 - inner.chance };
  }
  const parts = bound.of.map((part) => estimateOf(part, predicates));
  const cost = Math.max(...parts.map((part) => part.cost));
  const chances = parts.map((part) => part.chance);
  if (bound.op === "and") return { cost, chance: chances.reduce((product, chance) => product * chance, 1) };
  return {
    cost,
    chance: Math.min(
      1,
      chances.reduce((sum, chance) => sum + chance, 0),
    ),
  };
}
