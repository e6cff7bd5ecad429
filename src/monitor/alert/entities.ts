import { type SQL, sql } from "drizzle-orm";
import type { StateTx } from "../../platform/state/index.ts";
import { MAX_TOUCHED, TOUCHED_ROLES } from "../event/index.ts";
import type { GroupRow } from "./grouping.ts";

export type Key = Pick<GroupRow, "rule_id" | "entity_kind" | "entity" | "unit_id">;
export const keyOf = ({ rule_id, entity_kind, entity, unit_id }: Key): string =>
  JSON.stringify([rule_id, entity_kind, entity, unit_id]);

/**
 * Keeps whom and what the alerts touch, and marks them for whoever joins alerts. Which entities are kept does not depend on
 * the order of the batches: the first `MAX_TOUCHED` by role, kind and value. The caller holds the alerts' rows.
 */
export async function rememberTouched(
  tx: StateTx,
  groups: readonly Pick<GroupRow, keyof Key | "touched">[],
  written: readonly (Key & { readonly id: string })[],
): Promise<void> {
  const idOf = new Map(written.map((row) => [keyOf(row), row.id]));
  const rows = groups.flatMap((group) => {
    const alert_id = idOf.get(keyOf(group));
    return alert_id === undefined
      ? []
      : group.touched.map(({ kind, value, role }) => ({ alert_id, kind, value, role: TOUCHED_ROLES.indexOf(role) }));
  });
  const ids = written.map(({ id }) => id).sort();
  if (rows.length > 0) {
    const input = JSON.stringify(rows);
    await tx.execute(sql`
      INSERT INTO alert_touched (alert_id, kind, value, role)
      SELECT DISTINCT ON (r.alert_id, r.kind, r.value) r.alert_id, r.kind, r.value, r.role
      FROM jsonb_to_recordset(${input}::jsonb) AS r(alert_id text, kind text, value text, role smallint)
      ORDER BY r.alert_id, r.kind, r.value, r.role
      ON CONFLICT (alert_id, kind, value) DO UPDATE SET role = excluded.role WHERE excluded.role < alert_touched.role`);
    await forgetBeyond(tx, ids);
  }
  await markUnformed(tx, sql`SELECT unnest(${sql.param(ids)}::text[]) AS id`);
}

async function forgetBeyond(tx: StateTx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`
    DELETE FROM alert_touched e USING (
      SELECT alert_id, kind, value, row_number() OVER (
        PARTITION BY alert_id ORDER BY role, kind COLLATE "C", value COLLATE "C") AS place
      FROM alert_touched WHERE alert_id = ANY(${sql.param([...ids])}::text[])
    ) p
    WHERE p.place > ${MAX_TOUCHED} AND e.alert_id = p.alert_id AND e.kind = p.kind AND e.value = p.value`);
}

/** A mark that is there already gets a new number, so that growth during the work on the former mark is not lost. */
export async function markUnformed(tx: StateTx, ids: SQL): Promise<void> {
  await tx.execute(sql`
    INSERT INTO alert_unformed (alert_id) SELECT i.id FROM (${ids}) i ORDER BY i.id
    ON CONFLICT (alert_id) DO UPDATE SET mark = excluded.mark`);
}
