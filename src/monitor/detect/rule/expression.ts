import type { Check } from "./check.ts";

/** Where in a value a literal must stand. */
export type Place = "equals" | "starts" | "ends" | "contains";

/** One lower-cased text to look for in a lower-cased value. */
export type Literal = { readonly place: Place; readonly text: string };

/** A question about one field. A field with several values (a list) passes when any of them does. */
export type Test =
  | { readonly kind: "literals"; readonly literals: readonly Literal[] }
  /** Anything a literal cannot say. `key` names the check, so that equal checks are answered once an event. */
  | {
      readonly kind: "check";
      readonly key: string;
      readonly on: "text" | "lowered";
      /** The same question as data, for engines that cannot call `accepts`. */
      readonly asks: Check;
      readonly accepts: (value: string) => boolean;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "present" }
  | { readonly kind: "same"; readonly other: string; readonly place: Place; readonly isCased: boolean };

/** The field name of keyword searches: every value of the event. No field of a rule is called "". */
export const ANY_FIELD = "";

export type FieldTest = { readonly op: "test"; readonly field: string; readonly test: Test };
export type Expression =
  | FieldTest
  | { readonly op: "and"; readonly of: readonly Expression[] }
  | { readonly op: "or"; readonly of: readonly Expression[] }
  | { readonly op: "not"; readonly of: Expression };

export const testOf = (field: string, test: Test): FieldTest => ({ op: "test", field, test });

export const allOf = (of: readonly Expression[]): Expression => (of.length === 1 && of[0] ? of[0] : { op: "and", of });
export const anyOf = (of: readonly Expression[]): Expression => (of.length === 1 && of[0] ? of[0] : { op: "or", of });
export const not = (of: Expression): Expression => ({ op: "not", of });

/** How many tests the expression asks when nothing is shared: the size of its compiled form. */
export function sizeOf(expression: Expression, known = new Map<Expression, number>()): number {
  if (expression.op === "test") return 1;
  const before = known.get(expression);
  if (before !== undefined) return before;
  const parts = expression.op === "not" ? [expression.of] : expression.of;
  const size = parts.reduce((sum, part) => sum + sizeOf(part, known), 0);
  known.set(expression, size);
  return size;
}

export function fieldsOf(expression: Expression, found = new Set<string>(), seen = new Set<Expression>()): Set<string> {
  if (seen.has(expression)) return found;
  seen.add(expression);
  if (expression.op === "test") {
    if (expression.field !== ANY_FIELD) found.add(expression.field);
    if (expression.test.kind === "same") found.add(expression.test.other);
  } else for (const part of expression.op === "not" ? [expression.of] : expression.of) fieldsOf(part, found, seen);
  return found;
}
