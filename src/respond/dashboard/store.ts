import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { Phase } from "../crisis/contract.ts";
import { inScope, isWithdrawn } from "../incident/index.ts";

const Count = z.coerce.number();
const MAX_UNITS = 10_000;

export type Span = { readonly from: string; readonly to: string };
const within = (column: SQL, { from, to }: Span): SQL =>
  sql`${column} >= ${from}::timestamptz AND ${column} < ${to}::timestamptz`;

const Places = z.array(
  z.object({ id: z.string(), parentId: z.string().nullable(), nameJa: z.string(), nameEn: z.string() }),
);
export type NamedPlace = z.infer<typeof Places>[number];

/** Units of a scope, parents first; archived ones too, since what they had is still counted. */
export async function placesIn(db: StateDb, scope: UnitScope): Promise<NamedPlace[]> {
  const { rows } = await db.execute(sql`
    SELECT id, parent_id AS "parentId", name_ja AS "nameJa", name_en AS "nameEn" FROM unit
    WHERE ${inScope(sql`id`, scope)} ORDER BY path LIMIT ${MAX_UNITS}`);
  return Places.parse(rows);
}

const AlertCounts = z.array(z.object({ unitId: z.string(), seen: Count, open: Count, severe: Count }));

/** Alerts by unit: last seen in the span, and waiting now. Two index ranges (`alert_last_at`, `alert_open`). */
export async function alertsByUnit(db: StateDb, scope: UnitScope, span: Span) {
  const { rows } = await db.execute(sql`
    SELECT unit_id AS "unitId", sum(seen) AS seen, sum(open) AS open, sum(severe) AS severe FROM (
      SELECT unit_id, count(*) AS seen, 0 AS open, 0 AS severe FROM alert a
      WHERE ${within(sql`a.last_at`, span)} AND ${inScope(sql`a.unit_id`, scope)} GROUP BY unit_id
      UNION ALL
      SELECT unit_id, 0, count(*), count(*) FILTER (WHERE a.severity >= 4) FROM alert a
      WHERE a.status <> 'closed' AND ${inScope(sql`a.unit_id`, scope)} GROUP BY unit_id
    ) AS parts GROUP BY unit_id`);
  return new Map(AlertCounts.parse(rows).map((row) => [row.unitId, row]));
}

const IncidentCounts = z.array(z.object({ unitId: z.string(), opened: Count, open: Count }));

/** Incidents by unit: opened in the span, without what was withdrawn or merged into another one, and open now. */
export async function incidentsByUnit(db: StateDb, scope: UnitScope, span: Span) {
  const { rows } = await db.execute(sql`
    SELECT unit_id AS "unitId", count(*) FILTER (WHERE ${within(sql`i.opened_at`, span)} AND ${isWithdrawn} IS NOT TRUE) AS opened,
      count(*) FILTER (WHERE i.status <> 'closed') AS open
    FROM incident i WHERE ${inScope(sql`i.unit_id`, scope)} GROUP BY unit_id`);
  return new Map(IncidentCounts.parse(rows).map((row) => [row.unitId, row]));
}

/** Alerts last seen in the span, by rule. */
export async function alertsByRule(db: StateDb, scope: UnitScope, span: Span): Promise<Map<string, number>> {
  const { rows } = await db.execute(sql`
    SELECT rule_id AS "ruleId", count(*) AS seen FROM alert a
    WHERE ${within(sql`a.last_at`, span)} AND ${inScope(sql`a.unit_id`, scope)} GROUP BY rule_id`);
  const found = z.array(z.object({ ruleId: z.string(), seen: Count })).parse(rows);
  return new Map(found.map(({ ruleId, seen }) => [ruleId, seen]));
}

const Waiting = z.array(z.object({ severity: Count, age: Count, n: Count, unowned: Count }));

type Queue = {
  readonly table: SQL;
  readonly severity: SQL;
  readonly since: SQL;
  readonly owner: SQL;
  readonly unit: SQL;
};
const ALERTS: Queue = {
  table: sql`alert a`,
  severity: sql`a.severity`,
  since: sql`a.created_at`,
  owner: sql`a.assignee_id`,
  unit: sql`a.unit_id`,
};
const INCIDENTS: Queue = {
  table: sql`incident a`,
  severity: sql`a.severity_rank`,
  since: sql`a.opened_at`,
  owner: sql`a.owner_id`,
  unit: sql`a.unit_id`,
};
export const QUEUES = { alerts: ALERTS, incidents: INCIDENTS };

/** What is not closed, by severity (1–5) and age (0–4, as AGES). */
export async function waitingIn(
  db: StateDb,
  { table, severity, since, owner, unit }: Queue,
  asked: { scope: UnitScope; now: string },
) {
  // Instants of their own: an interval taken from now would be reckoned anew for every row.
  const ago = (hours: number): SQL =>
    sql`${new Date(Date.parse(asked.now) - hours * 3_600_000).toISOString()}::timestamptz`;
  const { rows } = await db.execute(sql`
    SELECT ${severity} AS severity, CASE WHEN ${since} > ${ago(1)} THEN 0 WHEN ${since} > ${ago(4)} THEN 1
      WHEN ${since} > ${ago(24)} THEN 2 WHEN ${since} > ${ago(7 * 24)} THEN 3 ELSE 4 END AS age,
      count(*) AS n, count(*) FILTER (WHERE ${owner} IS NULL) AS unowned
    FROM ${table} WHERE a.status <> 'closed' AND ${inScope(unit, asked.scope)} GROUP BY 1, 2`);
  return Waiting.parse(rows);
}

const Unowned = z.array(z.object({ ref: z.string(), severity: Count, unitId: z.string(), since: z.coerce.date() }));

/** What nobody has taken: the most severe first, of those the longest waiting. */
export async function unownedIn(db: StateDb, queue: Queue, asked: { scope: UnitScope; limit: number; ref: SQL }) {
  const { table, severity, since, owner, unit } = queue;
  const { rows } = await db.execute(sql`
    SELECT ${asked.ref}::text AS ref, ${severity} AS severity, ${unit} AS "unitId", ${since} AS since FROM ${table}
    WHERE a.status <> 'closed' AND ${owner} IS NULL AND ${inScope(unit, asked.scope)}
    ORDER BY ${severity} DESC, ${since}, a.id LIMIT ${asked.limit}`);
  return Unowned.parse(rows);
}

const Phases = z.array(z.object({ number: Count, severity: Count, unitId: z.string(), phase: Phase, total: Count }));

/** Incidents that are not closed and in a declared phase. */
export async function phasesIn(db: StateDb, scope: UnitScope, limit: number) {
  const { rows } = await db.execute(sql`
    SELECT i.number, i.severity_rank AS severity, i.unit_id AS "unitId", s.phase, count(*) OVER () AS total
    FROM crisis_state s JOIN incident i ON i.id = s.incident_id
    WHERE s.phase <> '' AND i.status <> 'closed' AND ${inScope(sql`i.unit_id`, scope)}
    ORDER BY i.severity_rank DESC, i.number LIMIT ${limit}`);
  return Phases.parse(rows);
}
