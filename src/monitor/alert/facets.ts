import { and, type SQL, sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertFacets, AlertFilter, FacetValue } from "./contract.ts";
import { FACETS, type Facet, facetConditions, inScope, LEVEL_OF_RANK, otherConditions } from "./filter.ts";
import type { Asking } from "./store.ts";

const LARGEST = 20;
const MAX_VALUES = 500;

/** How each facet reads its value (and label) from the row `b`. */
const READS: Readonly<Record<Facet, { value: SQL; label?: SQL; from?: SQL; limit: number }>> = {
  status: { value: sql`b.status`, limit: MAX_VALUES },
  severity: { value: sql`b.severity::text`, limit: MAX_VALUES },
  assignee: { value: sql`coalesce(b.assignee_id, 'none')`, label: sql`max(b.assignee_name)`, limit: MAX_VALUES },
  disposition: { value: sql`b.disposition`, limit: MAX_VALUES },
  rule: { value: sql`b.rule_id`, label: sql`max(b.rule_title)`, limit: LARGEST },
  entityKind: { value: sql`b.entity_kind`, limit: MAX_VALUES },
  entity: { value: sql`b.entity`, label: sql`min(b.entity_kind)`, limit: LARGEST },
  unit: { value: sql`b.unit_id`, limit: MAX_VALUES },
  tactic: { value: sql`x.value`, from: sql`CROSS JOIN LATERAL unnest(b.tactics) AS x(value)`, limit: MAX_VALUES },
  technique: { value: sql`x.value`, from: sql`CROSS JOIN LATERAL unnest(b.techniques) AS x(value)`, limit: 100 },
};

type FacetRow = { facet: Facet | "total"; value: string; label: string | null; n: string };

/** All facets in one scan: every row notes which filters it passes, and each facet counts the rows that pass the others. */
export async function alertFacets(db: StateDb, filter: AlertFilter, { scope, me }: Asking): Promise<AlertFacets> {
  const conditions = facetConditions(filter, me);
  const passes = FACETS.map((facet) => sql`${conditions[facet] ?? sql`true`} AS ${sql.identifier(`ok_${facet}`)}`);
  const where = and(inScope(scope), ...otherConditions(filter));
  const { rows } = await db.execute<FacetRow>(sql`
    WITH b AS MATERIALIZED (
      SELECT a.status, a.severity, a.assignee_id, a.assignee_name, a.disposition, a.rule_id, a.rule_title,
        a.entity_kind, a.entity, a.unit_id, a.tactics, a.techniques, ${sql.join(passes, sql`, `)}
      FROM alert a WHERE ${where}
    )
    SELECT 'total' AS facet, '' AS value, NULL AS label, count(*) AS n FROM b WHERE ${passesAllBut(undefined)}
    UNION ALL ${sql.join(FACETS.map(facetQuery), sql` UNION ALL `)}`);
  const of = (facet: Facet): FacetValue[] => rows.filter((row) => row.facet === facet).map(facetValue);
  return {
    total: Number(rows.find((row) => row.facet === "total")?.n),
    status: of("status"),
    severity: of("severity").map(namedLevel),
    assignee: of("assignee"),
    disposition: of("disposition"),
    rule: of("rule"),
    entityKind: of("entityKind"),
    entity: of("entity"),
    unit: of("unit"),
    tactic: of("tactic"),
    technique: of("technique"),
  };
}

const passesAllBut = (facet: Facet | undefined): SQL =>
  and(...FACETS.filter((other) => other !== facet).map((other) => sql`b.${sql.identifier(`ok_${other}`)}`)) ??
  sql`true`;

function facetQuery(facet: Facet): SQL {
  const { value, label, from, limit } = READS[facet];
  return sql`(SELECT ${facet}::text, ${value}, ${label ?? sql`NULL::text`}, count(*) AS n
    FROM b ${from ?? sql``} WHERE ${value} IS NOT NULL AND ${passesAllBut(facet)}
    GROUP BY ${value} ORDER BY n DESC, ${value} LIMIT ${sql.raw(String(limit))})`;
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
