import type { FieldScalar, FieldValue } from "../event/index.ts";
import { clip, MAX_DEPTH, MAX_ITEMS, MAX_NAME_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import { note, type Reading, setField } from "./reading.ts";

export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nodes looked at in one event: a wide tree costs no more than this, however its names repeat. */
const MAX_NODES = 20_000;

type Walk = { readonly event: Reading; nodes: number };

/**
 * Keeps `value` under `name`: objects become dotted names, lists of scalars stay lists, and lists of objects merge into one
 * list per inner name, as Elasticsearch and Sigma's own field paths understand them.
 */
export function flattenInto(event: Reading, name: string, value: unknown): void {
  flatten({ event, nodes: 0 }, clip(name, MAX_NAME_CHARS), { value, depth: 0, isMerging: false });
}

type Node = { value: unknown; depth: number; isMerging: boolean };

function flatten(walk: Walk, name: string, node: Node): void {
  const { value, depth, isMerging } = node;
  walk.nodes += 1;
  if (walk.nodes > MAX_NODES) note(walk.event, "too_many_fields");
  else if (typeof value !== "object" || value === null) keep(walk.event, name, { value: toScalar(value), isMerging });
  else if (depth >= MAX_DEPTH) note(walk.event, "too_deep");
  else if (Array.isArray(value)) flattenList(walk, name, { value, depth, isMerging });
  else if (isObject(value)) {
    for (const key in value) {
      flatten(walk, clip(`${name}.${key}`, MAX_NAME_CHARS), { value: value[key], depth: depth + 1, isMerging });
      if (walk.nodes > MAX_NODES) return;
    }
  }
}

function flattenList(walk: Walk, name: string, node: { value: unknown[]; depth: number; isMerging: boolean }): void {
  const scalars: FieldScalar[] = [];
  let seen = 0;
  for (const item of node.value) {
    seen += 1;
    if (seen > MAX_ITEMS || walk.nodes > MAX_NODES) {
      note(walk.event, "too_many_fields");
      break;
    }
    if (typeof item === "object" && item !== null)
      flatten(walk, name, { value: item, depth: node.depth + 1, isMerging: true });
    else scalars.push(toScalar(item));
  }
  if (scalars.length > 0 || node.value.length === 0)
    keep(walk.event, name, { value: scalars, isMerging: node.isMerging });
}

function keep(event: Reading, name: string, item: { value: FieldValue; isMerging: boolean }): void {
  const before = item.isMerging ? event.fields[name] : undefined;
  if (before === undefined) setField(event, name, item.value);
  else setField(event, name, [...listOf(before), ...listOf(item.value)].slice(0, MAX_ITEMS));
}

const isList = (value: FieldValue): value is readonly FieldScalar[] => Array.isArray(value);
const listOf = (value: FieldValue): readonly FieldScalar[] => (isList(value) ? value : [value]);

/** JSON has no infinity, but `1e400` reads as one: it is kept as text. */
export function toScalar(value: unknown): FieldScalar {
  if (typeof value === "string") return value.length > MAX_VALUE_CHARS ? clip(value, MAX_VALUE_CHARS) : value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return typeof value === "boolean" ? value : null;
}
