import { sql } from "drizzle-orm";
import type { StateTx } from "../../platform/state/index.ts";
import type { Shape } from "./shape.ts";
import type { Marked } from "./store.ts";

const ROWS_PER_STATEMENT = 1_000;
const MARKS_PER_STATEMENT = 20_000;

/** A cluster as it is stored; `sign` changes when anything of it does. */
export type ClusterRow = {
  readonly id: string;
  readonly sign: string;
  readonly incidentId: string | null;
  readonly alertIds: readonly string[];
  readonly row: object;
};

export function clusterRow(shape: Shape, incidentId: string | null, threshold: number): ClusterRow {
  const { id, alertIds, score, explanation, firstMs, lastMs } = shape;
  const row = {
    id,
    incident_id: incidentId,
    score,
    threshold,
    explanation,
    alerts: alertIds.length,
    first_ms: firstMs,
    last_ms: lastMs,
  };
  return { id, incidentId, alertIds, row, sign: `${shape.sign} ${threshold} ${incidentId ?? ""}` };
}

/** Replaces what has changed. `gone`: clusters that are no more, or are written anew. */
export async function writeClusters(
  tx: StateTx,
  { gone, changed, at }: { gone: readonly string[] | "all"; changed: readonly ClusterRow[]; at: Date },
): Promise<void> {
  if (gone === "all") await tx.execute(sql`DELETE FROM formation_cluster`);
  else if (gone.length > 0) {
    await tx.execute(sql`DELETE FROM formation_cluster WHERE id = ANY(${sql.param([...gone])}::text[])`);
  }
  for (let from = 0; from < changed.length; from += ROWS_PER_STATEMENT) {
    const some = changed.slice(from, from + ROWS_PER_STATEMENT);
    await tx.execute(sql`
      INSERT INTO formation_cluster (id, incident_id, score, threshold, explanation, alerts, first_at, last_at, formed_at)
      SELECT r.id, r.incident_id, r.score, r.threshold, r.explanation, r.alerts, to_timestamp(r.first_ms / 1000.0),
        to_timestamp(r.last_ms / 1000.0), ${at.toISOString()}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(some.map(({ row }) => row))}::jsonb) AS r(id text, incident_id text,
        score real, threshold real, explanation jsonb, alerts integer, first_ms bigint, last_ms bigint)`);
    const members = some.flatMap(({ id, alertIds }) => alertIds.map((alert_id) => ({ alert_id, cluster_id: id })));
    await tx.execute(sql`
      INSERT INTO formation_member (alert_id, cluster_id)
      SELECT r.alert_id, r.cluster_id
      FROM jsonb_to_recordset(${JSON.stringify(members)}::jsonb) AS r(alert_id text, cluster_id text)`);
  }
}

/** Keeps why an incident is one, as long as there is the incident: clusters go when their alerts are old or closed. */
export async function keepReasons(tx: StateTx, rows: readonly ClusterRow[], at: Date): Promise<void> {
  const known = rows.filter(({ incidentId }) => incidentId !== null);
  for (let from = 0; from < known.length; from += ROWS_PER_STATEMENT) {
    const some = known
      .slice(from, from + ROWS_PER_STATEMENT)
      .map(({ row, incidentId }) => ({ ...row, incident_id: incidentId }));
    await tx.execute(sql`
      INSERT INTO incident_formation (incident_id, score, threshold, explanation, formed_at)
      SELECT r.incident_id, r.score, r.threshold, r.explanation, ${at.toISOString()}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(some)}::jsonb) AS r(incident_id text, score real, threshold real, explanation jsonb)
      ON CONFLICT (incident_id) DO UPDATE SET score = excluded.score, threshold = excluded.threshold,
        explanation = excluded.explanation, formed_at = excluded.formed_at`);
  }
}

/** Marks that are newer than the work stay. Rows that detections hold at this moment get a newer one: nobody waits. */
export async function clearMarks(tx: StateTx, done: readonly Marked[]): Promise<void> {
  for (let from = 0; from < done.length; from += MARKS_PER_STATEMENT) {
    const some = JSON.stringify(done.slice(from, from + MARKS_PER_STATEMENT));
    await tx.execute(sql`
      DELETE FROM alert_unformed WHERE alert_id IN (
        SELECT u.alert_id FROM alert_unformed u
        JOIN jsonb_to_recordset(${some}::jsonb) AS d(id text, mark bigint) ON d.id = u.alert_id AND d.mark = u.mark
        FOR UPDATE OF u SKIP LOCKED)`);
  }
}
