import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { DeclarationKind, MdrStep, Phase } from "./contract.ts";
import type { Course } from "./phases.ts";

const ms = (column: SQL): SQL => sql`(extract(epoch FROM ${column}) * 1000)::bigint`;
const Ms = z.coerce.number();
const actor = { actorKind: z.string(), actorId: z.string(), actorName: z.string() };

const DeclarationRow = z.object({
  number: z.coerce.number(),
  phase: Phase,
  kind: DeclarationKind,
  atMs: Ms,
  note: z.string(),
  declaredMs: Ms,
  ...actor,
});
export type DeclarationRow = z.infer<typeof DeclarationRow>;

/** Every declaration of an incident, oldest first: at most `MAX_DECLARATIONS`. */
export async function declarationsOf(db: StateDb, incidentId: string): Promise<DeclarationRow[]> {
  const { rows } = await db.execute(sql`
    SELECT number, phase, kind, ${ms(sql`at`)} AS "atMs", note, ${ms(sql`declared_at`)} AS "declaredMs",
      actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName"
    FROM crisis_declaration WHERE incident_id = ${incidentId} ORDER BY number`);
  return rows.map((row) => DeclarationRow.parse(row));
}

/** The first event of the linked alerts; null = it has none. */
export async function firstEventOf(db: StateDb, incidentId: string): Promise<number | null> {
  const { rows } = await db.execute(sql`
    SELECT ${ms(sql`min(a.first_at)`)} AS "atMs" FROM incident_alert l JOIN alert a ON a.id = l.alert_id
    WHERE l.incident_id = ${incidentId} AND l.removed_entry IS NULL`);
  return z.object({ atMs: Ms.nullable() }).parse(rows[0]).atMs;
}

/** Keeps what the declarations come to beside them. */
export async function keepCourse(tx: StateTx, incidentId: string, course: Course): Promise<void> {
  const at = (value: number | undefined): SQL =>
    value === undefined ? sql`NULL::timestamptz` : sql`${new Date(value).toISOString()}::timestamptz`;
  const { standing, phase, detectedMs, returns } = course;
  await tx.execute(sql`
    INSERT INTO crisis_state (incident_id, phase, detected_at, contained_at, restored_at, returns)
    VALUES (${incidentId}, ${phase ?? ""}, ${at(detectedMs)}, ${at(standing.get("contained")?.atMs)},
      ${at(standing.get("restored")?.atMs)}, ${returns})
    ON CONFLICT (incident_id) DO UPDATE SET phase = excluded.phase, detected_at = excluded.detected_at,
      contained_at = excluded.contained_at, restored_at = excluded.restored_at, returns = excluded.returns`);
}

const ServiceRow = z.object({
  id: z.string(),
  version: z.coerce.number(),
  name: z.string(),
  unitId: z.string(),
  tolerance: z.coerce.number(),
  maxMinutes: z.coerce.number().nullable(),
});
export type ServiceRow = z.infer<typeof ServiceRow>;

/** Less those that were taken out of the case. */
export async function servicesOf(db: StateDb, incidentId: string): Promise<ServiceRow[]> {
  const { rows } = await db.execute(sql`
    SELECT id, version, name, unit_id AS "unitId", tolerance,
      CASE WHEN max_minutes IS NULL THEN NULL ELSE max_minutes::text END AS "maxMinutes"
    FROM crisis_service WHERE incident_id = ${incidentId} AND removed_at IS NULL ORDER BY id`);
  return rows.map((row) => ServiceRow.parse(row));
}

const ImpactRow = z.object({
  serviceId: z.string(),
  atMs: Ms,
  level: z.coerce.number(),
  note: z.string(),
  declaredMs: Ms,
  ...actor,
});
export type ImpactRow = z.infer<typeof ImpactRow>;

/** Every value of every service of an incident, in the order of writing: at most `MAX_IMPACTS`. */
export async function impactsOf(db: StateDb, incidentId: string): Promise<ImpactRow[]> {
  const { rows } = await db.execute(sql`
    SELECT v.service_id AS "serviceId", ${ms(sql`v.at`)} AS "atMs", v.level, v.note, ${ms(sql`v.declared_at`)} AS "declaredMs",
      v.actor_kind AS "actorKind", v.actor_id AS "actorId", v.actor_name AS "actorName"
    FROM crisis_impact v JOIN crisis_service s ON s.id = v.service_id
    WHERE s.incident_id = ${incidentId} ORDER BY v.position`);
  return rows.map((row) => ImpactRow.parse(row));
}

const StepRow = z.object({
  step: MdrStep,
  version: z.coerce.number(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  startedMs: Ms.nullable(),
  doneMs: Ms.nullable(),
  changedBy: z.string(),
  changedMs: Ms,
});
export type StepRow = z.infer<typeof StepRow>;

export async function stepsOf(db: StateDb, incidentId: string): Promise<StepRow[]> {
  const { rows } = await db.execute(sql`
    SELECT step, version, owner_id AS "ownerId", owner_name AS "ownerName", ${ms(sql`started_at`)} AS "startedMs",
      ${ms(sql`done_at`)} AS "doneMs", changed_by AS "changedBy", ${ms(sql`changed_at`)} AS "changedMs"
    FROM crisis_step WHERE incident_id = ${incidentId}`);
  return rows.map((row) => StepRow.parse(row));
}
