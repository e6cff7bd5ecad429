import { type SQL, sql } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { Conflict } from "./conflicts.ts";
import type { AlertBefore, AlertStatus, Disposition, Level } from "./contract.ts";
import { inScope, type Scope } from "./filter.ts";
import { alertChange, type ChangeAfter } from "./schema.ts";
import { folded } from "./text.ts";

const PREVIOUS_ROWS = 500;
const CONFLICT_IDS = 100;

export type ChangeActor = { readonly kind: string; readonly id: string; readonly name: string };
export type NewChange = {
  readonly id: string;
  readonly at: Date;
  readonly actor: ChangeActor;
  readonly after: ChangeAfter;
  readonly note: string | undefined;
};
export type ChangeOutcome = {
  readonly changed: number;
  readonly unchanged: number;
  readonly conflicts: number;
  /** Up to 100 of them. */
  readonly conflicting: readonly Conflict[];
  readonly previous: AlertBefore[];
};

/** Which alerts a change is for: a FROM clause that gives the alert as `a` and, in `wanted_version`, the version to hold. */
export type Picking = { readonly from: SQL; readonly wantedVersion: SQL; readonly where: SQL };

export function pickByIds(wanted: readonly { id: string; version?: number | undefined }[], scope: Scope): Picking {
  const list = JSON.stringify(wanted.map(({ id, version }) => ({ id, version: version ?? null })));
  return {
    from: sql`(SELECT DISTINCT ON (id) id, version FROM jsonb_to_recordset(${list}::jsonb) AS r(id text, version integer)) w
      JOIN alert a ON a.id = w.id`,
    wantedVersion: sql`w.version`,
    where: inScope(scope),
  };
}

export const pickByFilter = (where: SQL): Picking => ({ from: sql`alert a`, wantedVersion: sql`NULL::integer`, where });

type Verdict = "changed" | "unchanged" | "conflict";
type VerdictRow = {
  id: string;
  verdict: Verdict;
  n: string;
  status: AlertStatus;
  assignee_id: string | null;
  assignee_name: string | null;
  disposition: Disposition | null;
  reason: string;
  expert_severity: Level | null;
  is_twin: boolean;
};

/** One change to any number of alerts: the change, each alert's former state, and the new state, in two statements. */
export async function applyChange(
  tx: StateTx,
  change: NewChange,
  picking: Picking,
  options: { readonly keepsClosed?: boolean } = {},
): Promise<ChangeOutcome> {
  await insertChange(tx, change, undefined);
  const next = newValues(change.after);
  const hasNote = change.note !== undefined;
  const outcome = await runChange(tx, {
    changeId: change.id,
    at: change.at,
    picking,
    isReopening: change.after.status !== undefined && change.after.status !== "closed",
    keepsClosed: options.keepsClosed === true,
    next,
    closedBy: actOf(change.after.disposition, change.id, sql`a.closed_by`),
    judgedBy: actOf(change.after.expertSeverity, change.id, sql`a.judged_by`),
    addedNotes: hasNote ? 1 : 0,
    differs: hasNote ? sql`true` : differs(next),
  });
  await setAlertCount(tx, change.id, outcome.changed);
  return outcome;
}

/**
 * The version that the alert `a` has when all that was done to it after the change of `h` was taken back again, so that acts can be undone
 * one after the other; -1 when something of it stands. Every change adds one version and one row of history: whoever was faster than
 * what we see here made the versions differ.
 */
const UNTOUCHED_SINCE = sql`CASE WHEN a.version = h.version_after THEN a.version ELSE (
  SELECT CASE WHEN bool_and(later.is_settled) THEN h.version_after + count(*) ELSE -1 END FROM (
    SELECT c.undo_of IS NOT NULL OR EXISTS (
      SELECT 1 FROM alert_history u WHERE u.alert_id = h.alert_id AND u.change_id = c.undone_by) AS is_settled
    FROM alert_history l JOIN alert_change c ON c.id = l.change_id
    WHERE l.alert_id = h.alert_id AND l.version_after > h.version_after
  ) later) END::integer`;

/** Puts alerts back to what they were before a change, except those that someone changed since. */
export async function applyUndo(
  tx: StateTx,
  undo: { id: string; at: Date; actor: ChangeActor; undoOf: string; hadNote: boolean },
  scope: Scope,
): Promise<ChangeOutcome> {
  await insertChange(tx, { ...undo, after: {}, note: undefined }, undo.undoOf);
  const outcome = await runChange(tx, {
    changeId: undo.id,
    at: undo.at,
    picking: {
      from: sql`alert_history h JOIN alert a ON a.id = h.alert_id`,
      wantedVersion: UNTOUCHED_SINCE,
      where: sql`h.change_id = ${undo.undoOf} AND ${inScope(scope)}`,
    },
    isReopening: "as-history",
    keepsClosed: false,
    next: {
      status: sql`h.was_status`,
      assigneeId: sql`h.was_assignee_id`,
      assigneeName: sql`h.was_assignee_name`,
      disposition: sql`h.was_disposition`,
      reason: sql`h.was_reason`,
      expertSeverity: sql`h.was_expert_severity`,
    },
    closedBy: sql`h.was_closed_by`,
    judgedBy: sql`h.was_judged_by`,
    addedNotes: undo.hadNote ? -1 : 0,
    differs: sql`true`,
  });
  await setAlertCount(tx, undo.id, outcome.changed);
  return outcome;
}

type Next = Readonly<
  Record<"status" | "assigneeId" | "assigneeName" | "disposition" | "reason" | "expertSeverity", SQL>
>;

/** A value to set, or the column itself when the change says nothing of it. */
function newValues(after: ChangeAfter): Next {
  const set = (value: string | null | undefined, column: SQL): SQL =>
    value === undefined ? column : sql`${value}::text`;
  return {
    status: set(after.status, sql`a.status`),
    assigneeId: set(after.assigneeId, sql`a.assignee_id`),
    assigneeName: set(after.assigneeName, sql`a.assignee_name`),
    disposition: set(after.disposition, sql`a.disposition`),
    reason: set(after.reason, sql`a.reason`),
    expertSeverity: set(after.expertSeverity, sql`a.expert_severity`),
  };
}

/** Whose act a value is: this change's where it sets one, nobody's where it takes it away. */
function actOf(value: string | null | undefined, changeId: string, column: SQL): SQL {
  if (value === undefined) return column;
  return value === null ? sql`NULL::text` : sql`${changeId}::text`;
}

const differs = (next: Next): SQL =>
  sql`(${next.status}, ${next.assigneeId}, ${next.disposition}, ${next.reason}, ${next.expertSeverity})
    IS DISTINCT FROM (a.status, a.assignee_id, a.disposition, a.reason, a.expert_severity)`;

type Run = {
  readonly changeId: string;
  readonly at: Date;
  readonly picking: Picking;
  readonly isReopening: boolean | "as-history";
  /** Closed alerts are left as they are: they count as unchanged. */
  readonly keepsClosed: boolean;
  readonly next: Next;
  /** Which change the disposition and the expert severity are from, afterwards. */
  readonly closedBy: SQL;
  readonly judgedBy: SQL;
  readonly addedNotes: number;
  readonly differs: SQL;
};

/**
 * An alert cannot be reopened beside an open one of the same rule, entity and unit (the unique index `alert_open`), nor can
 * two closed ones of them be reopened together: the newest wins, the rest are conflicts.
 */
async function runChange(tx: StateTx, run: Run): Promise<ChangeOutcome> {
  const { picking, next } = run;
  const reopens =
    run.isReopening === "as-history"
      ? sql`(p.status = 'closed' AND p.new_status <> 'closed')`
      : sql`p.status = 'closed'`;
  const cannotReopen = run.isReopening
    ? sql`${reopens} AND (p.nth > 1 OR EXISTS (SELECT 1 FROM alert o WHERE o.rule_id = p.rule_id
        AND o.entity_kind = p.entity_kind AND o.entity = p.entity AND o.unit_id = p.unit_id AND o.status <> 'closed'))`
    : sql`false`;
  // The record of the rule may have moved while the alert was closed.
  const points = run.isReopening
    ? sql`coalesce((SELECT r.points FROM alert_rule r WHERE r.rule_id = alert.rule_id), 0)`
    : sql`alert.precision_points`;
  const { rows } = await tx.execute<VerdictRow>(sql`
    WITH locked AS MATERIALIZED (
      SELECT a.id, a.version, a.rule_id, a.entity_kind, a.entity, a.unit_id, a.last_at, a.status, a.assignee_id,
        a.assignee_name, a.disposition, a.reason, a.expert_severity, a.closed_by, a.judged_by, ${run.closedBy} AS new_closed_by,
        ${run.judgedBy} AS new_judged_by, ${picking.wantedVersion} AS wanted_version, ${next.status} AS new_status,
        ${next.assigneeId} AS new_assignee_id, ${next.assigneeName} AS new_assignee_name,
        ${next.disposition} AS new_disposition, ${next.reason} AS new_reason,
        ${next.expertSeverity} AS new_expert_severity, ${run.differs} AS differs
      FROM ${picking.from} WHERE ${picking.where}
      ORDER BY a.rule_id, a.entity_kind, a.entity, a.unit_id, a.id
      FOR UPDATE OF a
    ), p AS (
      SELECT *, row_number() OVER (PARTITION BY rule_id, entity_kind, entity, unit_id, status = 'closed'
        ORDER BY last_at DESC, id DESC) AS nth
      FROM locked
    ), judged AS MATERIALIZED (
      SELECT p.*, CASE WHEN wanted_version <> version THEN 'conflict'
        WHEN ${run.keepsClosed}::boolean AND p.status = 'closed' THEN 'unchanged'
        WHEN ${cannotReopen} THEN 'conflict' WHEN NOT differs THEN 'unchanged' ELSE 'changed' END AS verdict
      FROM p
    ), kept AS (
      INSERT INTO alert_history (alert_id, change_id, version_after, was_status, was_assignee_id, was_assignee_name,
        was_disposition, was_reason, was_expert_severity, was_closed_by, was_judged_by)
      SELECT id, ${run.changeId}, version + 1, status, assignee_id, assignee_name, disposition, reason, expert_severity,
        closed_by, judged_by
      FROM judged WHERE verdict = 'changed'
    ), written AS (
      UPDATE alert SET version = alert.version + 1, updated_at = ${run.at.toISOString()}::timestamptz,
        status = j.new_status, assignee_id = j.new_assignee_id, assignee_name = j.new_assignee_name,
        disposition = j.new_disposition, reason = j.new_reason, expert_severity = j.new_expert_severity,
        closed_by = j.new_closed_by, judged_by = j.new_judged_by, precision_points = ${points},
        note_count = greatest(0, alert.note_count + ${run.addedNotes}::integer)
      FROM judged j WHERE alert.id = j.id AND j.verdict = 'changed'
    ), marked AS (
      INSERT INTO alert_unformed (alert_id) SELECT id FROM judged WHERE verdict = 'changed' ORDER BY id
      ON CONFLICT (alert_id) DO UPDATE SET mark = excluded.mark
    ), numbered AS (
      SELECT judged.*, count(*) OVER (PARTITION BY verdict) AS n,
        row_number() OVER (PARTITION BY verdict ORDER BY id) AS place
      FROM judged
    )
    SELECT id, verdict, n, status, assignee_id, assignee_name, disposition, reason, expert_severity,
      coalesce(wanted_version = version, true) AS is_twin
    FROM numbered WHERE place <= ${PREVIOUS_ROWS}::integer ORDER BY id`);
  return outcomeOf(rows);
}

function outcomeOf(rows: readonly VerdictRow[]): ChangeOutcome {
  const count = (verdict: Verdict): number => Number(rows.find((row) => row.verdict === verdict)?.n ?? 0);
  const conflicts = rows.filter((row) => row.verdict === "conflict");
  return {
    changed: count("changed"),
    unchanged: count("unchanged"),
    conflicts: count("conflict"),
    conflicting: conflicts.slice(0, CONFLICT_IDS).map((row) => ({ id: row.id, isTwin: row.is_twin })),
    previous: rows.filter((row) => row.verdict === "changed").map(before),
  };
}

const before = (row: VerdictRow): AlertBefore => ({
  id: row.id,
  status: row.status,
  assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? "" },
  disposition: row.disposition,
  reason: row.reason,
  expertSeverity: row.expert_severity,
});

async function insertChange(tx: StateTx, change: NewChange, undoOf: string | undefined): Promise<void> {
  await tx.insert(alertChange).values({
    id: change.id,
    at: change.at,
    actorKind: change.actor.kind,
    actorId: change.actor.id,
    actorName: change.actor.name,
    after: change.after,
    note: change.note ?? null,
    noteSearch: change.note === undefined ? null : folded(change.note),
    alerts: 0,
    undoOf: undoOf ?? null,
  });
}

/** How many alerts of which unit a change touched, most first. */
export async function unitsTouched(tx: StateTx, changeId: string): Promise<{ unitId: string; alerts: number }[]> {
  const { rows } = await tx.execute<{ unit_id: string; n: string }>(sql`
    SELECT a.unit_id, count(*)::text AS n FROM alert_history h JOIN alert a ON a.id = h.alert_id
    WHERE h.change_id = ${changeId} GROUP BY a.unit_id ORDER BY count(*) DESC, a.unit_id`);
  return rows.map(({ unit_id, n }) => ({ unitId: unit_id, alerts: Number(n) }));
}

/** The units of the alerts that a change is for. */
export async function unitsPicked(db: StateDb, { from, where }: Picking): Promise<string[]> {
  const { rows } = await db.execute<{ unit_id: string }>(
    sql`SELECT DISTINCT a.unit_id FROM ${from} WHERE ${where} ORDER BY a.unit_id`,
  );
  return rows.map(({ unit_id }) => unit_id);
}

async function setAlertCount(tx: StateTx, changeId: string, alerts: number): Promise<void> {
  await tx.update(alertChange).set({ alerts }).where(sql`id = ${changeId}`);
}
