import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { Level } from "../../monitor/alert/contract.ts";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { IncidentAlert, IncidentStatus, type IncidentsByAlert } from "./contract.ts";
import { inScope, textArray } from "./filter.ts";
import { incidentAlert } from "./schema.ts";

/** Which alerts belong to which incident. Reads the alert room's table, writes only its own. */

const iso = (column: SQL): SQL => sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const LinkedRow = z.object({ alert: IncidentAlert });

/** The live alerts of an incident within the scope, oldest first. At most 500: an incident holds no more. */
export async function linkedAlerts(db: StateDb, incidentId: string, scope: UnitScope): Promise<IncidentAlert[]> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object(
      'id', a.id,
      'rule', jsonb_build_object('id', a.rule_id, 'title', a.rule_title, 'author', a.rule_author,
        'tactics', a.tactics, 'techniques', a.techniques),
      'severity', coalesce(a.expert_severity, a.level), 'status', a.status, 'disposition', a.disposition,
      'entity', jsonb_build_object('kind', a.entity_kind, 'value', a.entity),
      'unitId', a.unit_id, 'count', a.count,
      'firstAt', ${iso(sql`a.first_at`)}, 'lastAt', ${iso(sql`a.last_at`)},
      'sample', jsonb_build_object(
        'eventId', (a.sample ->> 'stream') || '-' || (a.sample ->> 'seq'),
        'stream', a.sample -> 'stream', 'seq', a.sample -> 'seq', 'dataset', a.sample -> 'dataset',
        'time', ${iso(sql`to_timestamp((a.sample ->> 'timeMs')::numeric / 1000)`)},
        'six', jsonb_build_object('who', a.sample -> 'who', 'whereFrom', a.sample -> 'whereFrom',
          'withWhat', a.sample -> 'withWhat', 'what', a.sample -> 'what', 'didWhat', a.sample -> 'didWhat'),
        'hostName', a.sample -> 'hostName', 'userName', a.sample -> 'userName', 'sourceIp', a.sample -> 'sourceIp'
      )) AS alert
    FROM incident_alert l JOIN alert a ON a.id = l.alert_id
    WHERE l.incident_id = ${incidentId} AND l.removed_entry IS NULL AND ${inScope(sql`a.unit_id`, scope)}
    ORDER BY a.first_at, a.id`);
  return rows.map((row) => LinkedRow.parse(row).alert);
}

const Linkable = z.object({ id: z.string(), unitId: z.string(), severity: Level });
export type Linkable = z.infer<typeof Linkable>;

/** Those of the alerts that exist within the scope. */
export async function alertsWithin(db: StateDb, alertIds: readonly string[], scope: UnitScope): Promise<Linkable[]> {
  const { rows } = await db.execute(sql`
    SELECT a.id, a.unit_id AS "unitId", coalesce(a.expert_severity, a.level) AS severity
    FROM alert a WHERE a.id = ANY(${textArray(alertIds)}) AND ${inScope(sql`a.unit_id`, scope)}`);
  return rows.map((row) => Linkable.parse(row));
}

/** Whether a person has had a hand in the incident `i`, be it in its history or in the work on the case: if not, it formed by itself. The one place that says so. */
export const isTouched = sql`(i.claimed_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM incident_entry e WHERE e.incident_id = i.id AND e.actor_kind <> 'system'))`;

/** The same of one incident, read after its row is held. */
export async function isTouchedNow(tx: StateTx, incidentId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ touched: boolean }>(
    sql`SELECT ${isTouched} AS touched FROM incident i WHERE i.id = ${incidentId}`,
  );
  return rows[0]?.touched ?? false;
}

const Holder = z.object({
  alertId: z.string(),
  incidentId: z.string(),
  number: z.number(),
  unitId: z.string(),
  isTouched: z.boolean(),
});
export type Holder = z.infer<typeof Holder>;

/** The incidents that hold these alerts now. */
export async function holdersOf(tx: StateTx, alertIds: readonly string[]): Promise<Holder[]> {
  const { rows } = await tx.execute(sql`
    SELECT l.alert_id AS "alertId", i.id AS "incidentId", i.number, i.unit_id AS "unitId", ${isTouched} AS "isTouched"
    FROM incident_alert l JOIN incident i ON i.id = l.incident_id
    WHERE l.alert_id = ANY(${textArray(alertIds)}) AND l.removed_entry IS NULL`);
  return rows.map((row) => Holder.parse(row));
}

/** In id order, so that two people who link the same alerts wait for each other in one direction only. */
export async function insertLinks(
  tx: StateTx,
  link: { readonly incidentId: string; readonly entryId: string; readonly alertIds: readonly string[] },
): Promise<void> {
  const { incidentId, entryId } = link;
  await tx
    .insert(incidentAlert)
    .values(link.alertIds.toSorted().map((alertId) => ({ incidentId, alertId, addedEntry: entryId })));
}

/** False when the alert is not in the incident. */
export async function endLink(
  tx: StateTx,
  link: { readonly incidentId: string; readonly entryId: string; readonly alertId: string },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    UPDATE incident_alert SET removed_entry = ${link.entryId}
    WHERE incident_id = ${link.incidentId} AND alert_id = ${link.alertId} AND removed_entry IS NULL
    RETURNING alert_id`);
  return rows.length > 0;
}

export async function liveAlertIds(tx: StateTx, incidentId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT alert_id AS id FROM incident_alert WHERE incident_id = ${incidentId} AND removed_entry IS NULL ORDER BY alert_id`);
  return rows.map(({ id }) => id);
}

export async function countLinks(tx: StateTx, incidentId: string): Promise<number> {
  const { rows } = await tx.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM incident_alert WHERE incident_id = ${incidentId} AND removed_entry IS NULL`);
  return Number(rows[0]?.n);
}

const Belonging = z.object({
  alertId: z.string(),
  id: z.string(),
  number: z.number(),
  title: z.string(),
  titleJa: z.string().nullable(),
  status: IncidentStatus,
  isClaimed: z.boolean(),
});
type Seeing = { readonly alerts: UnitScope; readonly incidents: UnitScope };

/** Of these alerts, those in an incident, where both are within the scopes. */
export async function incidentsOfAlerts(
  db: StateDb,
  alertIds: readonly string[],
  seeing: Seeing,
): Promise<IncidentsByAlert["items"]> {
  const { rows } = await db.execute(sql`
    SELECT l.alert_id AS "alertId", i.id, i.number, i.title, i.title_ja AS "titleJa", i.status, ${isTouched} AS "isClaimed"
    FROM incident_alert l JOIN incident i ON i.id = l.incident_id JOIN alert a ON a.id = l.alert_id
    WHERE l.alert_id = ANY(${textArray(alertIds)}) AND l.removed_entry IS NULL
      AND ${inScope(sql`i.unit_id`, seeing.incidents)} AND ${inScope(sql`a.unit_id`, seeing.alerts)}`);
  return rows.map((row) => {
    const { alertId, ...incident } = Belonging.parse(row);
    return { alertId, incident };
  });
}
