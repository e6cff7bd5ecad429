/** The query language as a tree. `at` is the UTF-16 offset in the query text, for messages only. */

/** A value with wildcards: `one` is `?`, `many` is `*`. Neighboring texts are joined, neighboring `many` are one. */
export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "many" };
export type Pattern = readonly PatternPart[];

export const COMPARISONS = [">=", "<=", ">", "<"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Bound = { readonly value: string; readonly isInclusive: boolean };

export type Leaf =
  /** Bare word or phrase: somewhere in the raw event, any case. */
  | { readonly kind: "text"; readonly pattern: Pattern; readonly at: number }
  | { readonly kind: "match"; readonly field: string; readonly pattern: Pattern; readonly at: number }
  | { readonly kind: "exists"; readonly field: string; readonly at: number }
  | {
      readonly kind: "compare";
      readonly field: string;
      readonly op: Comparison;
      readonly value: string;
      readonly at: number;
    }
  | {
      readonly kind: "range";
      readonly field: string;
      readonly low: Bound | null;
      readonly high: Bound | null;
      readonly at: number;
    }
  | { readonly kind: "regex"; readonly field: string; readonly source: string; readonly at: number };

export type Query =
  /** Every event: the empty query, or `*`. */
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly items: readonly Query[] }
  | { readonly kind: "not"; readonly item: Query }
  | Leaf;

export const LIMITS = {
  queryChars: 4_000,
  depth: 32,
  terms: 200,
  valueChars: 1_000,
  regexChars: 500,
  fieldChars: 200,
} as const;

/** Why a query text is not a query. `position` is a UTF-16 offset; `expected` says what could have stood there. */
export type QueryProblem = {
  readonly code: string;
  readonly position: number;
  readonly expected: string;
  readonly message: string;
};

export const literal = (text: string): Pattern => (text === "" ? [] : [{ kind: "text", text }]);

/** The text of a pattern without wildcards; undefined when it has some. */
export function literalText(pattern: Pattern): string | undefined {
  let text = "";
  for (const part of pattern) {
    if (part.kind !== "text") return undefined;
    text += part.text;
  }
  return text;
}

/** Joins what is of one kind, so that equal conditions are equal trees: `a and (b and c)` is `a and b and c`. */
export function combine(kind: "and" | "or", items: readonly Query[]): Query {
  const flat = items.flatMap((item) => (item.kind === kind ? item.items : [item]));
  const [first] = flat;
  if (first === undefined) return { kind: "all" };
  return flat.length === 1 ? first : { kind, items: flat };
}
