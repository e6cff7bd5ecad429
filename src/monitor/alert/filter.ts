import { and, type SQL, sql } from "drizzle-orm";
import type { AlertFilter, Level } from "./contract.ts";
import { folded, searchPatterns, storable } from "./text.ts";

/** Where a person may read or write: all units, or these ids. */
export type Scope = { readonly all: true } | { readonly all: false; readonly ids: readonly string[] };

export const LEVEL_OF_RANK = ["informational", "low", "medium", "high", "critical"] as const satisfies readonly Level[];
const rankOf = (level: Level): number => LEVEL_OF_RANK.indexOf(level) + 1;

/** The parts of a filter that have a facet; each is one SQL condition on the table `a`. */
export const FACETS = [
  "status",
  "severity",
  "assignee",
  "disposition",
  "rule",
  "entityKind",
  "entity",
  "unit",
  "tactic",
  "technique",
] as const;
export type Facet = (typeof FACETS)[number];

const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;

export const inScope = (scope: Scope): SQL => (scope.all ? sql`true` : sql`a.unit_id = ANY(${textArray(scope.ids)})`);

/** Conditions by facet; a facet without a filter is left out. `me` is the asking person's id. */
export function facetConditions(filter: AlertFilter, me: string): Partial<Record<Facet, SQL>> {
  const isAny = (column: SQL, values: readonly string[] | undefined): SQL | undefined =>
    values && values.length > 0 ? sql`${column} = ANY(${textArray(values)})` : undefined;
  const conditions: Record<Facet, SQL | undefined> = {
    status: isAny(sql`a.status`, filter.status),
    severity: severityCondition(filter.severity),
    assignee: assigneeCondition(filter.assignee, me),
    disposition: isAny(sql`a.disposition`, filter.disposition),
    rule: isAny(sql`a.rule_id`, filter.rule),
    entityKind: isAny(sql`a.entity_kind`, filter.entityKind),
    entity: entityCondition(filter.entity),
    unit: isAny(sql`a.unit_id`, filter.unit),
    tactic: filter.tactic && filter.tactic.length > 0 ? sql`a.tactics && ${textArray(filter.tactic)}` : undefined,
    technique: techniqueCondition(filter.technique),
  };
  return Object.fromEntries(Object.entries(conditions).filter(([, condition]) => condition !== undefined));
}

/** The parts without a facet: time, source, words. */
export function otherConditions(filter: AlertFilter): SQL[] {
  const conditions: SQL[] = [];
  if (filter.from) conditions.push(sql`a.last_at >= ${filter.from}::timestamptz`);
  if (filter.to) conditions.push(sql`a.last_at < ${filter.to}::timestamptz`);
  if (filter.source && filter.source.length > 0) conditions.push(sql`a.source_id = ANY(${textArray(filter.source)})`);
  for (const pattern of searchPatterns(filter.q ?? "")) {
    conditions.push(sql`(a.search_text LIKE ${pattern} OR a.note_count > 0 AND EXISTS (
      SELECT 1 FROM alert_history h JOIN alert_change c ON c.id = h.change_id
      WHERE h.alert_id = a.id AND c.undone_by IS NULL AND c.note_search LIKE ${pattern}))`);
  }
  return conditions;
}

/** The whole filter with its scope, as one condition on the table `a`. */
export function whereOf(filter: AlertFilter, scope: Scope, me: string): SQL {
  const parts = [inScope(scope), ...otherConditions(filter), ...Object.values(facetConditions(filter, me))];
  return and(...parts) ?? sql`true`;
}

function severityCondition(levels: readonly Level[] | undefined): SQL | undefined {
  if (!levels || levels.length === 0) return undefined;
  return sql`a.severity = ANY(${sql.param(levels.map(rankOf))}::smallint[])`;
}

function assigneeCondition(assignees: readonly string[] | undefined, me: string): SQL | undefined {
  if (!assignees || assignees.length === 0) return undefined;
  const ids = assignees.filter((id) => id !== "none").map((id) => (id === "me" ? me : id));
  const isOneOf = sql`a.assignee_id = ANY(${textArray(ids)})`;
  return assignees.includes("none") ? sql`(a.assignee_id IS NULL OR ${isOneOf})` : isOneOf;
}

function entityCondition(entity: string | undefined): SQL | undefined {
  const part = storable(entity ?? "", 300).trim();
  if (part === "") return undefined;
  const pattern = folded(part).replaceAll(/[\\%_]/g, (special) => `\\${special}`);
  return sql`lower(a.entity) LIKE ${`%${pattern}%`}`;
}

/** A technique also finds its sub-techniques. */
function techniqueCondition(techniques: readonly string[] | undefined): SQL | undefined {
  if (!techniques || techniques.length === 0) return undefined;
  const wanted = textArray(techniques);
  return sql`EXISTS (SELECT 1 FROM unnest(a.techniques) t WHERE t = ANY(${wanted}) OR split_part(t, '.', 1) = ANY(${wanted}))`;
}
