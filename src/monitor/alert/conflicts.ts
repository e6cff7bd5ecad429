import { sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertStatus, ConflictAlert } from "./contract.ts";
import { textArray } from "./filter.ts";

/** Alerts that a change left alone, each with why. */
export type Conflict = { readonly id: string; readonly isTwin: boolean };

type Row = {
  id: string;
  rule_id: string;
  rule_title: string;
  entity: string;
  status: AlertStatus;
  actor_id: string | null;
  actor_name: string | null;
  at: string | null;
};

/** What they are now, and who changed them last. The caller holds the right to see each of them. */
export async function describeConflicts(db: StateDb, conflicts: readonly Conflict[]): Promise<ConflictAlert[]> {
  if (conflicts.length === 0) return [];
  const twins = new Set(conflicts.filter(({ isTwin }) => isTwin).map(({ id }) => id));
  const { rows } = await db.execute<Row>(sql`
    SELECT a.id, a.rule_id, a.rule_title, a.entity, a.status, c.actor_id, c.actor_name,
      to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
    FROM alert a LEFT JOIN LATERAL (
      SELECT h.change_id FROM alert_history h WHERE h.alert_id = a.id ORDER BY h.version_after DESC LIMIT 1
    ) h ON true LEFT JOIN alert_change c ON c.id = h.change_id
    WHERE a.id = ANY(${textArray(conflicts.map(({ id }) => id))}) ORDER BY a.id`);
  return rows.map((row) => ({
    id: row.id,
    ruleId: row.rule_id,
    ruleTitle: row.rule_title,
    entity: row.entity,
    status: row.status,
    changed:
      twins.has(row.id) || row.actor_id === null || row.at === null
        ? null
        : { by: { id: row.actor_id, name: row.actor_name ?? "" }, at: row.at },
  }));
}
