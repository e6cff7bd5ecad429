import { estimateOf } from "./estimate.ts";
import type { Bound, Predicate } from "./predicate.ts";

export const ACCEPT = -1;
export const REJECT = -2;

/**
 * An expression as a chain of tests: three numbers each, the predicate, where to go on true, where on false. No tree is
 * walked and no function called for `and`, `or` and `not`: they are jumps. Parts that are cheap and decide most come first.
 */
export type Program = { readonly code: Int32Array; readonly start: number };

export function compileProgram(bound: Bound, predicates: readonly Predicate[]): Program {
  const code: number[] = [];
  const start = emit(bound, ACCEPT, REJECT, { code, predicates });
  return { code: Int32Array.from(code), start };
}

type Output = { readonly code: number[]; readonly predicates: readonly Predicate[] };

/** Writes code that goes to onTrue or onFalse; returns where it begins. Built from its end, so every target is known. */
function emit(bound: Bound, onTrue: number, onFalse: number, output: Output): number {
  if (bound.op === "test") return output.code.push(bound.predicate, onTrue, onFalse) - 3;
  if (bound.op === "not") return emit(bound.of, onFalse, onTrue, output);
  const isAnd = bound.op === "and";
  let next = isAnd ? onTrue : onFalse;
  for (const part of inOrder(bound.of, isAnd, output.predicates).reverse()) {
    next = isAnd ? emit(part, next, onFalse, output) : emit(part, onTrue, next, output);
  }
  return next;
}

function inOrder(parts: readonly Bound[], isAnd: boolean, predicates: readonly Predicate[]): Bound[] {
  const sign = isAnd ? 1 : -1;
  return parts
    .map((part) => ({ part, ...estimateOf(part, predicates) }))
    .sort((a, b) => a.cost - b.cost || sign * (a.chance - b.chance))
    .map(({ part }) => part);
}
