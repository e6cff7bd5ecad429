import { type Leaf, literalText, type Query } from "./ast.ts";
import { oneCondition } from "./one-condition.ts";
import { parseQuery } from "./parse.ts";
import { printField, printLeaf, printQuery } from "./print.ts";

/**
 * The query text with one more condition: `field` is `value` (or, negated, is not). The person's own text is kept as
 * typed; the same condition is not added twice, and its opposite is replaced. A value of "" means that the field is absent.
 * A text that does not parse comes back unchanged: show its problem first.
 */
export function addFilter(q: string, field: string, value: string | number, negate = false): string {
  const parsed = parseQuery(q);
  if (!parsed.ok) return q;
  const { leaf, wanted } = oneCondition(field, value, negate);
  const present = topLevel(parsed.value).find((item) => isOn(item, leaf));
  if (present === undefined) return append(q, parsed.value, wanted);
  if ((present.kind === "not") === (wanted.kind === "not")) return q;
  return printQuery(replace(parsed.value, present, wanted));
}

/** A name as it must be typed in a query for the vendor's own field, even when a hot column has the same name. */
export const vendorFieldName = (name: string): string => `fields.${name}`;

/** A field name or `field:value` condition as text, quoted where needed. */
export const fieldText = printField;

function append(q: string, query: Query, wanted: Query): string {
  const condition = printQuery(wanted);
  if (query.kind === "all") return condition;
  return query.kind === "or" ? `(${q.trim()}) and ${condition}` : `${q.trim()} and ${condition}`;
}

const topLevel = (query: Query): readonly Query[] => (query.kind === "and" ? query.items : [query]);

function isOn(item: Query, leaf: Leaf): boolean {
  const inner = item.kind === "not" ? item.item : item;
  if (inner.kind === "match" && leaf.kind === "match") {
    return inner.field === leaf.field && literalText(inner.pattern) === literalText(leaf.pattern);
  }
  return inner.kind === leaf.kind && printLeaf(inner as Leaf) === printLeaf(leaf);
}

function replace(query: Query, old: Query, wanted: Query): Query {
  if (query === old) return wanted;
  return query.kind === "and" ? { kind: "and", items: query.items.map((i) => (i === old ? wanted : i)) } : query;
}
