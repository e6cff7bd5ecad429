import { sql } from "drizzle-orm";
import { z } from "zod";
import { Level } from "../../monitor/alert/contract.ts";
import { TOUCHED_ROLES, type Touched } from "../../monitor/event/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { isTouched } from "../incident/index.ts";
import type { FormAlert } from "./alert.ts";
import type { Holder } from "./plan.ts";
import type { Verdicts } from "./score.ts";

/** Reads what formation is made of: alerts with their entities, incidents, verdicts. Writes nothing. */

/** What was not seen for so long joins nothing new. */
const MODEL_DAYS = 45;
/** What people found so long ago says nothing of the rule as it is now. */
const VERDICT_DAYS = 180;
/** The newest so many alerts are joined; a queue of that size has other troubles. */
export const MAX_MODEL_ALERTS = 200_000;
const ROWS_PER_STATEMENT = 5_000;

const Marked = z.object({ id: z.string(), mark: z.string() });
export type Marked = z.infer<typeof Marked>;

/** The oldest marks first, at most `limit`; all of them without one. */
export async function readMarked(db: StateDb, limit: number | undefined): Promise<Marked[]> {
  const { rows } = await db.execute(sql`
    SELECT alert_id AS id, mark::text AS mark FROM alert_unformed
    ORDER BY alert_unformed.mark LIMIT ${limit ?? null}::bigint`);
  return rows.map((row) => Marked.parse(row));
}

/** Ids of all alerts that may still be joined: those of incidents that are not closed, however old, and the newest of the others. */
export async function readModelIds(db: StateDb): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT id FROM (
      SELECT a.id, a.updated_at, EXISTS (SELECT 1 FROM incident_alert l JOIN incident i ON i.id = l.incident_id
        WHERE l.alert_id = a.id AND l.removed_entry IS NULL AND i.status <> 'closed') AS is_held
      FROM alert a WHERE ${isJoinable}
    ) m WHERE is_held OR updated_at > now() - make_interval(days => ${MODEL_DAYS})
    ORDER BY is_held DESC, updated_at DESC, id DESC LIMIT ${MAX_MODEL_ALERTS}`);
  return rows.map(({ id }) => id);
}

/** A closed alert is done with, unless an incident tells of it. */
const isJoinable = sql`(a.status <> 'closed' OR EXISTS (
  SELECT 1 FROM incident_alert l WHERE l.alert_id = a.id AND l.removed_entry IS NULL))`;

const AlertRow = z.object({
  id: z.string(),
  rule_id: z.string(),
  rule_title: z.string(),
  level: Level,
  tactics: z.array(z.string()),
  unit_id: z.string(),
  entity_kind: z.string(),
  entity: z.string(),
  dataset: z.string().nullable(),
  count: z.coerce.number(),
  born_ms: z.coerce.number(),
  first_ms: z.coerce.number(),
  last_ms: z.coerce.number(),
  dismissed: z.boolean(),
  recurrence: z.number(),
  touched: z
    .array(z.tuple([z.enum(["host", "account", "address", "hash", "domain"]), z.string(), z.number()]))
    .nullable(),
});

/** Alerts of these ids that may be joined; what is left out is done with. */
export async function readFormAlerts(db: StateDb, ids: readonly string[]): Promise<FormAlert[]> {
  const found: FormAlert[] = [];
  for (let from = 0; from < ids.length; from += ROWS_PER_STATEMENT) {
    const some = sql`${sql.param(ids.slice(from, from + ROWS_PER_STATEMENT))}::text[]`;
    const { rows } = await db.execute(sql`
      SELECT a.id, a.rule_id, a.rule_title, coalesce(a.expert_severity, a.level) AS level, a.tactics, a.unit_id,
        a.entity_kind, a.entity, a.sample ->> 'dataset' AS dataset, a.count::text AS count,
        (extract(epoch FROM a.first_at) * 1000)::bigint::text AS born_ms,
        (extract(epoch FROM coalesce((SELECT max(lower(r)) FROM unnest(a.runs) r), a.first_at)) * 1000)::bigint::text AS first_ms,
        (extract(epoch FROM a.last_at) * 1000)::bigint::text AS last_ms,
        coalesce(a.disposition IN ('false-positive', 'benign'), false) AS dismissed, a.recurrence, e.touched
      FROM alert a
      LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(t.kind, t.value, t.role)
        ORDER BY t.role, t.kind COLLATE "C", t.value COLLATE "C") AS touched FROM alert_touched t WHERE t.alert_id = a.id) e ON true
      WHERE a.id = ANY(${some}) AND ${isJoinable}`);
    found.push(...rows.map((row) => formAlert(AlertRow.parse(row))));
  }
  return found;
}

function formAlert(row: z.infer<typeof AlertRow>): FormAlert {
  return {
    id: row.id,
    ruleId: row.rule_id,
    ruleTitle: row.rule_title,
    level: row.level,
    tactics: row.tactics,
    unitId: row.unit_id,
    entity: { kind: row.entity_kind, value: row.entity },
    dataset: row.dataset ?? "",
    count: row.count,
    bornMs: row.born_ms,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
    touched: (row.touched ?? []).map(
      ([kind, value, role]): Touched => ({ kind, value, role: TOUCHED_ROLES[role] ?? "object" }),
    ),
    isSettled: row.dismissed,
    recurs: row.recurrence > 0,
  };
}

const HolderRow = z.object({
  id: z.string(),
  number: z.number(),
  unit_id: z.string(),
  status: z.enum(["open", "contained", "resolved", "closed"]),
  touched: z.boolean(),
  withdrawn: z.boolean(),
  closed_ms: z.coerce.number().nullable(),
  alerts: z.array(z.string()),
});

/** Incidents with alerts in them that may matter: not closed, closed within the days of the model, or with alerts that still grow. */
export async function readHolders(db: StateDb): Promise<Holder[]> {
  const { rows } = await db.execute(sql`
    SELECT i.id, i.number, i.unit_id, i.status, (extract(epoch FROM i.closed_at) * 1000)::bigint::text AS closed_ms,
      ${isTouched} AS touched,
      i.status = 'closed' AND coalesce((SELECT e.actor_kind = 'system' FROM incident_entry e
        WHERE e.incident_id = i.id AND e.kind = 'changed' ORDER BY e.position DESC LIMIT 1), false) AS withdrawn,
      array_agg(l.alert_id ORDER BY l.alert_id) AS alerts
    FROM incident i JOIN incident_alert l ON l.incident_id = i.id AND l.removed_entry IS NULL
    WHERE i.status <> 'closed' OR i.closed_at > now() - make_interval(days => ${MODEL_DAYS})
      OR EXISTS (SELECT 1 FROM incident_alert o JOIN alert a ON a.id = o.alert_id WHERE o.incident_id = i.id
        AND o.removed_entry IS NULL AND a.updated_at > now() - make_interval(days => ${MODEL_DAYS}))
    GROUP BY i.id ORDER BY i.number`);
  return rows.map((row) => {
    const { id, number, unit_id, status, touched, withdrawn, closed_ms, alerts } = HolderRow.parse(row);
    return {
      id,
      number,
      unitId: unit_id,
      status,
      isTouched: touched,
      isWithdrawn: withdrawn,
      closedAtMs: closed_ms,
      alertIds: alerts,
    };
  });
}

/** Which incidents a person took an alert out of, and did not put it back into. */
export async function readKeptOut(db: StateDb): Promise<Map<string, Set<string>>> {
  const { rows } = await db.execute<{ alert: string; incident: string }>(sql`
    SELECT DISTINCT l.alert_id AS alert, l.incident_id AS incident
    FROM incident_alert l JOIN incident_entry e ON e.id = l.removed_entry
    WHERE e.actor_kind <> 'system' AND e.at > now() - make_interval(days => ${MODEL_DAYS}) AND NOT EXISTS (
      SELECT 1 FROM incident_alert n WHERE n.alert_id = l.alert_id AND n.incident_id = l.incident_id AND n.removed_entry IS NULL)`);
  const found = new Map<string, Set<string>>();
  for (const { alert, incident } of rows) found.set(alert, (found.get(alert) ?? new Set()).add(incident));
  return found;
}

/**
 * One verdict per rule and act of closing within half a year: a storm that is closed in one go says no more than a single alert. Benign
 * ones say nothing.
 */
export async function readVerdicts(db: StateDb): Promise<Map<string, Verdicts>> {
  const { rows } = await db.execute<{ rule: string; right: string; wrong: string }>(sql`
    SELECT a.rule_id AS rule,
      count(DISTINCT act.id) FILTER (WHERE a.disposition = 'true-positive')::text AS right,
      count(DISTINCT act.id) FILTER (WHERE a.disposition = 'false-positive')::text AS wrong
    FROM (SELECT DISTINCT h.alert_id FROM alert_change c JOIN alert_history h ON h.change_id = c.id
      WHERE c.at > now() - make_interval(days => ${VERDICT_DAYS})) judged
    JOIN alert a ON a.id = judged.alert_id JOIN LATERAL (
      SELECT h.change_id AS id FROM alert_history h JOIN alert_change c ON c.id = h.change_id
      WHERE h.alert_id = a.id AND h.was_disposition IS DISTINCT FROM a.disposition
        AND c.at > now() - make_interval(days => ${VERDICT_DAYS})
      ORDER BY h.version_after DESC LIMIT 1) act ON true
    WHERE a.status = 'closed' GROUP BY a.rule_id`);
  return new Map(rows.map(({ rule, right, wrong }) => [rule, { right: Number(right), wrong: Number(wrong) }]));
}

const Signs = z.object({ hasMarks: z.boolean(), entry: z.string(), change: z.string(), rules: z.string() });

/** What says that there is something to do: marks; and short texts that change with decisions by people and with grouping rules. */
export async function readSigns(db: StateDb, now: Date): Promise<z.infer<typeof Signs>> {
  const { rows } = await db.execute(sql`
    SELECT EXISTS (SELECT 1 FROM alert_unformed) AS "hasMarks",
      coalesce((SELECT max(position) FROM incident_entry), 0)::text AS entry,
      coalesce((SELECT max(id) FROM alert_change), '') AS change,
      coalesce((SELECT string_agg(id || ':' || version, ',' ORDER BY id) FROM grouping_rule
        WHERE ended_at IS NULL AND expires_at > ${now.toISOString()}::timestamptz), '') AS rules`);
  return Signs.parse(rows[0]);
}

/** When each rule was seen here for the first time. */
export async function readFirstSeen(db: StateDb): Promise<Map<string, number>> {
  const { rows } = await db.execute<{ rule: string; ms: string }>(sql`
    SELECT rule_id AS rule, (extract(epoch FROM first_at) * 1000)::bigint::text AS ms FROM alert_rule WHERE first_at IS NOT NULL`);
  return new Map(rows.map(({ rule, ms }) => [rule, Number(ms)]));
}
