import { type Leaf, literal, type Query } from "./ast.ts";
import { printQuery } from "./print.ts";

/** `field` is `value` or, negated, is not. A value of "" means that the field is absent. */
export function oneCondition(field: string, value: string | number, negate = false): { leaf: Leaf; wanted: Query } {
  const text = String(value);
  const leaf: Leaf =
    text === "" ? { kind: "exists", field, at: 0 } : { kind: "match", field, pattern: literal(text), at: 0 };
  // Absent is the negation of exists, so an empty value turns the sense around.
  const isNegated = text === "" ? !negate : negate;
  return { leaf, wanted: isNegated ? { kind: "not", item: leaf } : leaf };
}

/** One condition as query text. Needs no parser, which a page that only links to searches need not load. */
export const conditionText = (field: string, value: string | number): string =>
  printQuery(oneCondition(field, value).wanted);

/** Everything that has the text somewhere in it, as query text. */
export const phraseText = (text: string): string => printQuery({ kind: "text", pattern: literal(text), at: 0 });
