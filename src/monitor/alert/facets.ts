import { and, type SQL, sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertFacets, AlertFilter, FacetValue } from "./contract.ts";
import {
  type Asking,
  FACETS,
  type Facet,
  facetConditions,
  inScope,
  isTallied,
  LEVEL_OF_RANK,
  otherConditions,
  type ReadyFilter,
  whereOf,
} from "./filter.ts";
import { firstOf, orderBy, orderOf } from "./order.ts";
import { readyFilter } from "./ready.ts";
import { TALLIED } from "./tally.ts";

const LARGEST = 20;
const MAX_VALUES = 500;
/** Where counts are not kept, so many alerts are looked at. */
const SAMPLE = 5_000;

/** How each facet reads its value (and label) from the row `b`. */
const READS: Readonly<Record<Exclude<Facet, "entity">, { value: SQL; label?: SQL; from?: SQL; limit: number }>> = {
  status: { value: sql`b.status`, limit: MAX_VALUES },
  severity: { value: sql`b.severity::text`, limit: MAX_VALUES },
  assignee: { value: sql`coalesce(b.assignee_id, 'none')`, label: sql`max(b.assignee_name)`, limit: MAX_VALUES },
  disposition: { value: sql`b.disposition`, limit: MAX_VALUES },
  rule: { value: sql`b.rule_id`, label: sql`max(b.rule_title)`, limit: LARGEST },
  entityKind: { value: sql`b.entity_kind`, limit: MAX_VALUES },
  unit: { value: sql`b.unit_id`, limit: MAX_VALUES },
  tactic: { value: sql`x.value`, from: sql`CROSS JOIN LATERAL unnest(b.tactics) AS x(value)`, limit: MAX_VALUES },
  technique: { value: sql`x.value`, from: sql`CROSS JOIN LATERAL unnest(b.techniques) AS x(value)`, limit: 100 },
};
const COUNTED = Object.keys(READS) as (keyof typeof READS)[];

type FacetRow = { facet: Facet | "total"; value: string; label: string | null; n: string };

/** All facets: every row notes which filters it passes, and each facet counts the rows that pass the others. */
export async function alertFacets(db: StateDb, asked: AlertFilter, asking: Asking): Promise<AlertFacets> {
  const filter = await readyFilter(db, asked);
  const isKept = isTallied(filter);
  const rows = await countedRows(db, filter, asking, isKept);
  const total = Number(rows.find(({ facet }) => facet === "total")?.n);
  const entities = await entityFacet(db, filter, asking);
  const of = (facet: Facet): FacetValue[] => rows.filter((row) => row.facet === facet).map(facetValue);
  const isSampled = !isKept && Number(rows.find(({ value }) => value === "base")?.n) > SAMPLE;
  return {
    total,
    sample: isSampled ? { alerts: SAMPLE, of: "all" } : entities.isSampled ? { alerts: SAMPLE, of: "entity" } : null,
    status: of("status"),
    severity: of("severity").map(namedLevel),
    assignee: of("assignee"),
    disposition: of("disposition"),
    rule: of("rule"),
    entityKind: of("entityKind"),
    entity: entities.values,
    unit: of("unit"),
    tactic: of("tactic"),
    technique: of("technique"),
  };
}

/** From kept counts, or from the newest so many alerts that words, entities, sources and times leave. */
async function countedRows(
  db: StateDb,
  filter: ReadyFilter,
  { scope, me }: Asking,
  isKept: boolean,
): Promise<FacetRow[]> {
  const conditions = facetConditions(filter, me);
  const passes = FACETS.map((facet) => sql`${conditions[facet] ?? sql`true`} AS ${sql.identifier(`ok_${facet}`)}`);
  // One entity narrows the base, or the newest alerts of all would be looked through for it.
  const where = and(inScope(scope), ...otherConditions(filter), conditions.entity);
  const columns = sql`a.status, a.severity, a.assignee_id, a.assignee_name, a.disposition, a.rule_id, a.rule_title,
    a.entity_kind, a.unit_id, a.tactics, a.techniques, ${sql.join(passes, sql`, `)}`;
  const base = isKept
    ? sql`SELECT ${columns}, a.n FROM ${TALLIED} WHERE ${where}`
    : sql`SELECT ${columns}, 1 AS n FROM alert a WHERE ${where} ORDER BY a.last_at DESC, a.id DESC LIMIT ${SAMPLE + 1}`;
  const { rows } = await db.execute<FacetRow>(sql`
    WITH b AS MATERIALIZED (${base})
    SELECT 'total' AS facet, '' AS value, NULL AS label, coalesce(sum(n), 0) AS n FROM b WHERE ${passesAllBut(undefined)}
    UNION ALL SELECT '', 'base', NULL, count(*) FROM b
    UNION ALL ${sql.join(COUNTED.map(facetQuery), sql` UNION ALL `)}`);
  return rows;
}

/** The entities with most alerts among the first so many of the queue: who has most of a million would have to be counted. */
async function entityFacet(db: StateDb, filter: ReadyFilter, asking: Asking) {
  const others = { ...filter, entityIs: undefined };
  const where = whereOf(others, asking.scope, asking.me);
  const { rows: all } = await db.execute<{ n: string }>(
    sql`SELECT count(*)::text AS n FROM (SELECT 1 FROM alert a WHERE ${where} LIMIT ${SAMPLE + 1}) few`,
  );
  const isSampled = Number(all[0]?.n) > SAMPLE;
  const order = orderOf({ ...others, sort: "priority", order: "desc" });
  const base = isSampled
    ? sql`WHERE ${firstOf({ filter: others, order, limit: SAMPLE, ...asking })} ORDER BY ${orderBy(order)}`
    : sql`WHERE ${where}`;
  const { rows } = await db.execute<FacetRow>(sql`
    SELECT 'entity' AS facet, b.entity AS value, min(b.entity_kind) AS label, count(*)::text AS n
    FROM (SELECT a.entity, a.entity_kind FROM alert a ${base} LIMIT ${SAMPLE}) b
    GROUP BY b.entity ORDER BY count(*) DESC, b.entity LIMIT ${LARGEST}`);
  return { values: rows.map(facetValue), isSampled };
}

const passesAllBut = (facet: Facet | undefined): SQL =>
  and(...FACETS.filter((other) => other !== facet).map((other) => sql`b.${sql.identifier(`ok_${other}`)}`)) ??
  sql`true`;

function facetQuery(facet: keyof typeof READS): SQL {
  const { value, label, from, limit } = READS[facet];
  return sql`(SELECT ${facet}::text, ${value}, ${label ?? sql`NULL::text`}, sum(n) AS n
    FROM b ${from ?? sql``} WHERE ${value} IS NOT NULL AND ${passesAllBut(facet)}
    GROUP BY ${value} HAVING sum(n) > 0 ORDER BY sum(n) DESC, ${value} LIMIT ${sql.raw(String(limit))})`;
}

const facetValue = ({ value, label, n }: FacetRow): FacetValue => ({
  value,
  count: Number(n),
  ...(label !== null && { label }),
});

const namedLevel = (facet: FacetValue): FacetValue => ({
  ...facet,
  value: LEVEL_OF_RANK[Number(facet.value) - 1] ?? facet.value,
});
