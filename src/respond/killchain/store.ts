import { sql } from "drizzle-orm";
import { z } from "zod";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { type Mapping, Step } from "./contract.ts";
import type { TaggedAlert } from "./steps.ts";

const Stored = z.object({
  version: z.number(),
  tactics: z.record(z.string(), Step).nullable(),
  techniques: z.record(z.string(), Step).nullable(),
  changedAt: z.string(),
  changedById: z.string(),
  changedByName: z.string(),
});
export type Stored = z.infer<typeof Stored>;

const isoOf = (column: string) => sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

export async function findMapping(db: StateDb): Promise<Stored | undefined> {
  const { rows } = await db.execute(sql`
    SELECT version, tactics, techniques, ${isoOf("changed_at")} AS "changedAt", changed_by_id AS "changedById",
      changed_by_name AS "changedByName"
    FROM kill_chain`);
  return rows[0] === undefined ? undefined : Stored.parse(rows[0]);
}

type Writing = {
  readonly version: number;
  /** null = as delivered. */
  readonly mapping: Mapping | null;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
};

/** False when the stored version is another one: somebody was faster. */
export async function writeMapping(tx: StateTx, { version, mapping, by, at }: Writing): Promise<boolean> {
  const [tactics, techniques] = mapping
    ? [JSON.stringify(mapping.tactics), JSON.stringify(mapping.techniques)]
    : [null, null];
  const { rows } = await tx.execute(sql`
    INSERT INTO kill_chain AS k (id, version, tactics, techniques, changed_at, changed_by_id, changed_by_name)
    SELECT 1, ${version + 1}::integer, ${tactics}::jsonb, ${techniques}::jsonb, ${at.toISOString()}::timestamptz, ${by.id}, ${by.name}
    WHERE ${version}::integer = 0 OR EXISTS (SELECT 1 FROM kill_chain)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, tactics = excluded.tactics, techniques = excluded.techniques,
      changed_at = excluded.changed_at, changed_by_id = excluded.changed_by_id, changed_by_name = excluded.changed_by_name
    WHERE k.version = ${version}::integer
    RETURNING version`);
  return rows.length > 0;
}

const LinkedAlert = z.object({
  incidentId: z.string(),
  id: z.string(),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  firstAt: z.string(),
});

const inScope = (column: string, scope: UnitScope) =>
  scope.all ? sql`true` : sql`${sql.raw(column)} = ANY(${sql.param([...scope.ids])}::text[])`;

type Seeing = { readonly alerts: UnitScope; readonly incidents: UnitScope };

/** The incidents of these ids that are within the scope, each with its alerts within the scope. */
export async function alertsOfIncidents(
  db: StateDb,
  ids: readonly string[],
  seeing: Seeing,
): Promise<Map<string, TaggedAlert[]>> {
  const visible = await db.execute<{ id: string }>(sql`
    SELECT i.id FROM incident i
    WHERE i.id = ANY(${sql.param([...ids])}::text[]) AND ${inScope("i.unit_id", seeing.incidents)}`);
  const found = new Map<string, TaggedAlert[]>(visible.rows.map(({ id }) => [id, []]));
  const { rows } = await db.execute(sql`
    SELECT l.incident_id AS "incidentId", a.id, a.tactics, a.techniques, ${isoOf("a.first_at")} AS "firstAt"
    FROM incident_alert l JOIN alert a ON a.id = l.alert_id
    WHERE l.incident_id = ANY(${sql.param([...found.keys()])}::text[]) AND l.removed_entry IS NULL
      AND ${inScope("a.unit_id", seeing.alerts)}
    ORDER BY a.first_at, a.id`);
  for (const row of rows) {
    const { incidentId, ...alert } = LinkedAlert.parse(row);
    found.get(incidentId)?.push(alert);
  }
  return found;
}
