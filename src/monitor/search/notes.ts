import type { QueryNote } from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { type Leaf, literalText, type Query } from "./language/ast.ts";
import { KNOWN_NAMES, knownName, resolveField } from "./language/names.ts";
import { IN_RANGE, rangeParams, type Scope, unitCondition, unitParams } from "./scope.ts";

const MAX_SUGGESTIONS = 5;
const MAX_NOTES = 5;

/**
 * What may have gone wrong in a valid query: `event.code=4625` is text, and a vendor field that no event has finds
 * nothing. Field names of the store are looked up only when nothing was found. And what was deleted of the range by policy.
 */
export async function notesOf(
  deps: SearchDeps,
  scope: Scope,
  { isEmpty, signal }: { isEmpty: boolean; signal?: AbortSignal | undefined },
): Promise<QueryNote[]> {
  const leaves = leavesOf(scope.query);
  const notes = leaves.flatMap(looksLikeField);
  const unknown = [...new Set(leaves.flatMap((leaf) => (leaf.kind === "text" ? [] : vendorName(leaf.field))))];
  if (isEmpty && unknown.length > 0) {
    const names = await vendorNames(deps, scope, signal);
    for (const field of unknown) if (!names.includes(field)) notes.push(unknownField(field, names));
  }
  const gone = await deps.deleted?.(scope, scope.units);
  return [...(gone ? [{ code: "deleted_by_policy" as const, ...gone }] : []), ...notes].slice(0, MAX_NOTES);
}

function leavesOf(query: Query): Leaf[] {
  if (query.kind === "all") return [];
  if (query.kind === "not") return leavesOf(query.item);
  return "items" in query ? query.items.flatMap(leavesOf) : [query];
}

function looksLikeField(leaf: Leaf): QueryNote[] {
  const text = leaf.kind === "text" ? literalText(leaf.pattern) : undefined;
  const name = text === undefined ? undefined : /^([\w.@]+)=/.exec(text)?.[1];
  return name !== undefined && knownName(name) !== undefined ? [{ code: "looks_like_field", field: name }] : [];
}

function vendorName(field: string): string[] {
  const target = resolveField(field);
  return target.kind === "vendor" ? [target.name] : [];
}

function unknownField(field: string, names: readonly string[]): QueryNote {
  const folded = field.toLowerCase();
  const isClose = (name: string): boolean => {
    const other = name.toLowerCase();
    return other === folded || other.startsWith(`${folded}.`) || other.endsWith(`.${folded}`);
  };
  const known = KNOWN_NAMES.map(({ name }) => name);
  return { code: "unknown_field", field, suggestions: [...known, ...names].filter(isClose).slice(0, MAX_SUGGESTIONS) };
}

/** Names of vendor fields in the range, from a bounded number of events that the person may read. */
async function vendorNames(deps: SearchDeps, scope: Scope, signal?: AbortSignal): Promise<string[]> {
  const rows = await deps.events.select<{ name: string }>(
    `SELECT DISTINCT arrayJoin(names) AS name
     FROM (SELECT mapKeys(fields) AS names FROM events WHERE ${IN_RANGE} AND ${unitCondition(scope.units)} LIMIT 20000)
     LIMIT 5000`,
    { ...unitParams(scope.units), ...rangeParams(scope) },
    { maxRows: 5_000, maxSeconds: 5, ...(signal && { signal }) },
  );
  return rows.map((row) => row.name);
}
