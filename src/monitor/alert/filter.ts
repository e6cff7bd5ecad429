import { and, type SQL, sql } from "drizzle-orm";
import type { AlertFilter, Level } from "./contract.ts";
import { folded, searchPatterns, storable } from "./text.ts";
import { wordsQuery } from "./words.ts";

/** Where a person may read or write: all units, or these ids. */
export type Scope = { readonly all: true } | { readonly all: false; readonly ids: readonly string[] };

export type Asking = { readonly scope: Scope; readonly me: string };

export const LEVEL_OF_RANK = ["informational", "low", "medium", "high", "critical"] as const satisfies readonly Level[];
export const rankOf = (level: Level): number => LEVEL_OF_RANK.indexOf(level) + 1;

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

export const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;

export const inScope = (scope: Scope): SQL => (scope.all ? sql`true` : sql`a.unit_id = ANY(${textArray(scope.ids)})`);

/** One value is asked for as such, which lets an index of that value keep its order. */
const isAny = (column: SQL, values: readonly string[] | undefined): SQL | undefined => {
  if (!values || values.length === 0) return undefined;
  return values.length === 1 ? sql`${column} = ${values[0]}` : sql`${column} = ANY(${textArray(values)})`;
};

/** True where no closed alert can match: the order of the queue has those only. */
export const isWaiting = ({ status }: AlertFilter): boolean =>
  status !== undefined && status.length > 0 && !status.includes("closed");

/** True where kept counts answer: see `tally.ts`. */
export const isTallied = (filter: AlertFilter): boolean =>
  ![
    filter.id?.length,
    filter.source?.length,
    filter.entity,
    filter.entityIs,
    filter.q,
    filter.from,
    filter.to,
    filter.createdFrom,
    filter.createdTo,
  ].some(Boolean);

/** Conditions by facet; a facet without a filter is left out. `me` is the asking person's id. */
export function facetConditions(filter: AlertFilter, me: string): Partial<Record<Facet, SQL>> {
  const conditions: Record<Facet, SQL | undefined> = {
    status: statusCondition(filter),
    severity: severityCondition(filter.severity),
    assignee: assigneeCondition(filter.assignee, me),
    disposition: isAny(sql`a.disposition`, filter.disposition),
    rule: isAny(sql`a.rule_id`, filter.rule),
    entityKind: isAny(sql`a.entity_kind`, filter.entityKind),
    entity: entityIs(filter.entityIs),
    unit: isAny(sql`a.unit_id`, filter.unit),
    tactic:
      filter.tactic && filter.tactic.length > 0 ? ruleWith(sql`r.tactics && ${textArray(filter.tactic)}`) : undefined,
    technique: techniqueCondition(filter.technique),
  };
  return Object.fromEntries(Object.entries(conditions).filter(([, condition]) => condition !== undefined));
}

/** The parts without a facet: alerts, units below one, both severities, time, source, part of the entity, words. */
export function otherConditions(filter: ReadyFilter): SQL[] {
  const at = (instant: string | undefined, compare: (value: SQL) => SQL): SQL | undefined =>
    instant ? compare(sql`${instant}::timestamptz`) : undefined;
  return [
    isAny(sql`a.id`, filter.id),
    filter.below && sql`a.unit_id = ANY(${textArray(filter.below)})`,
    isAny(sql`a.level`, filter.level),
    judgedCondition(filter.judged),
    at(filter.from, (from) => sql`a.last_at >= ${from}`),
    at(filter.to, (to) => sql`a.last_at < ${to}`),
    at(filter.createdFrom, (from) => sql`a.created_at >= ${from}`),
    at(filter.createdTo, (to) => sql`a.created_at < ${to}`),
    filter.source && filter.source.length > 0 ? isAny(sql`a.source_id`, filter.source) : undefined,
    entityCondition(filter.entity),
    wordsCondition(filter),
  ].filter((condition) => condition !== undefined);
}

function statusCondition({ status }: AlertFilter): SQL | undefined {
  if (!status || status.length === 0) return undefined;
  const wanted = [...new Set(status)];
  if (wanted.includes("closed")) return isAny(sql`a.status`, wanted);
  // In the words of the partial indexes.
  return wanted.length === 2 ? sql`a.status <> 'closed'` : sql`(a.status <> 'closed' AND a.status = ${wanted[0]})`;
}

function judgedCondition(judged: AlertFilter["judged"]): SQL | undefined {
  if (!judged || judged.length === 0) return undefined;
  const levels = judged.filter((level) => level !== "none");
  const isOneOf = isAny(sql`a.expert_severity`, levels) ?? sql`false`;
  return judged.includes("none") ? sql`(a.expert_severity IS NULL OR ${isOneOf})` : isOneOf;
}

const hasWords = (words: string): SQL =>
  sql`EXISTS (SELECT 1 FROM alert_words w WHERE w.alert_id = a.id AND w.words @@ ${words}::tsquery)`;

/** A filter with what was looked up for it: see `ready.ts`. */
export type ReadyFilter = AlertFilter & {
  /** Alerts with a note that has its words. */
  readonly noted?: readonly string[] | undefined;
  /** The units that `under` means. */
  readonly below?: readonly string[] | undefined;
};

/** All words in the alert's own text, or all in one note of it. The index finds candidates; the text itself decides. */
function wordsCondition({ q = "", noted = [] }: ReadyFilter): SQL | undefined {
  const patterns = searchPatterns(q);
  if (patterns.length === 0) return undefined;
  const words = wordsQuery(q);
  if (words === undefined) return sql`false`;
  const isInText = allIn(sql`a.search_text`, patterns);
  if (noted.length === 0) return sql`(${hasWords(words)} AND ${isInText})`;
  return sql`(a.id IN (SELECT w.alert_id FROM alert_words w WHERE w.words @@ ${words}::tsquery UNION ALL SELECT unnest(${textArray(noted)}))
    AND (${isInText} OR a.id = ANY(${textArray(noted)})))`;
}

export const allIn = (column: SQL, patterns: readonly string[]): SQL =>
  sql.join(
    patterns.map((pattern) => sql`${column} LIKE ${pattern}`),
    sql` AND `,
  );

/** The whole filter with its scope, as one condition on the table `a`. */
export function whereOf(filter: ReadyFilter, scope: Scope, me: string): SQL {
  const parts = [inScope(scope), ...otherConditions(filter), ...Object.values(facetConditions(filter, me))];
  return and(...parts) ?? sql`true`;
}

function severityCondition(levels: readonly Level[] | undefined): SQL | undefined {
  if (!levels || levels.length === 0) return undefined;
  if (levels.length === 1 && levels[0]) return sql`a.severity = ${rankOf(levels[0])}::smallint`;
  return sql`a.severity = ANY(${sql.param(levels.map(rankOf))}::smallint[])`;
}

function assigneeCondition(assignees: readonly string[] | undefined, me: string): SQL | undefined {
  if (!assignees || assignees.length === 0) return undefined;
  const ids = assignees.filter((id) => id !== "none").map((id) => (id === "me" ? me : id));
  const isOneOf = isAny(sql`a.assignee_id`, ids) ?? sql`false`;
  return assignees.includes("none") ? sql`(a.assignee_id IS NULL OR ${isOneOf})` : isOneOf;
}

/** Both halves are said, so that the two partial indexes of entities answer together where the status is left open. */
function entityIs(entity: string | undefined): SQL | undefined {
  if (!entity) return undefined;
  const value = storable(entity, 300);
  return sql`(a.entity = ${value} AND (a.status = 'closed' OR a.status <> 'closed'))`;
}

function entityCondition(entity: string | undefined): SQL | undefined {
  const part = storable(entity ?? "", 300).trim();
  if (part === "") return undefined;
  const pattern = folded(part).replaceAll(/[\\%_]/g, (special) => `\\${special}`);
  const words = wordsQuery(part);
  if (words === undefined) return sql`false`;
  return sql`(${hasWords(words)} AND lower(a.entity) LIKE ${`%${pattern}%`})`;
}

/** A technique also finds its sub-techniques. */
function techniqueCondition(techniques: readonly string[] | undefined): SQL | undefined {
  if (!techniques || techniques.length === 0) return undefined;
  const wanted = textArray(techniques);
  return ruleWith(
    sql`EXISTS (SELECT 1 FROM unnest(r.techniques) t WHERE t = ANY(${wanted}) OR split_part(t, '.', 1) = ANY(${wanted}))`,
  );
}

/** Tags belong to the rule, as its newest alert has them. */
const ruleWith = (condition: SQL): SQL =>
  sql`a.rule_id = ANY(ARRAY(SELECT r.rule_id FROM alert_rule r WHERE ${condition}))`;
