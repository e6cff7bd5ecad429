import { eq } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { isUniqueViolation, type StateTx } from "../../platform/state/index.ts";
import {
  applyChange,
  applyUndo,
  type ChangeOutcome,
  type NewChange,
  type Picking,
  pickByFilter,
  pickByIds,
} from "./change.ts";
import {
  type AlertAuditEntry,
  type AlertChange,
  type AlertCounts,
  type AlertCountsQuery,
  type AlertDetail,
  type AlertFacets,
  type AlertFilter,
  type AlertListQuery,
  type AlertPage,
  type AlertPatch,
  type BulkInput,
  type BulkResult,
  MAX_BULK_MATCHES,
  type PersonRef,
  UNDO_MINUTES,
  type UndoResult,
} from "./contract.ts";
import { eventsLink } from "./events-link.ts";
import { alertFacets } from "./facets.ts";
import { whereOf } from "./filter.ts";
import { historyOf, notesOf, readHistory } from "./history.ts";
import { alertChange, type ChangeAfter } from "./schema.ts";
import {
  type Asking,
  alertRow,
  alertsOfSameEntity,
  countByStatus,
  countMatching,
  findAlert,
  formerAlerts,
  listAlerts,
} from "./store.ts";

/** What alerts need to know from elsewhere. */
export type AlertDeps = {
  /** A person to whom alerts may be given, or undefined when there is none of this id. */
  readonly findAssignee: (ctx: Ctx, personId: string) => Promise<PersonRef | undefined>;
  /** The newest audit rows (at most 20) that name this target. */
  readonly recentAudit: (ctx: Ctx, target: { kind: string; id: string }) => Promise<AlertAuditEntry[]>;
};

const reading = (ctx: Ctx): Asking => ({ scope: ctx.units("alert:read"), me: ctx.actor.id });

export const listAlertPage = (ctx: Ctx, query: AlertListQuery): Promise<AlertPage> =>
  listAlerts(ctx.state, query, reading(ctx));

export const readFacets = (ctx: Ctx, filter: AlertFilter): Promise<AlertFacets> =>
  alertFacets(ctx.state, filter, reading(ctx));

export const readCounts = (ctx: Ctx, query: AlertCountsQuery): Promise<AlertCounts> =>
  countByStatus(ctx.state, { ...reading(ctx), ...query, now: ctx.now() });

/** One alert with its history, notes, predecessors and neighbors. Errors: `not_found`, also when it is not yours to see. */
export async function readAlert(ctx: Ctx, id: string, deps: AlertDeps): Promise<AlertDetail> {
  const { scope } = reading(ctx);
  const stored = await findAlert(ctx.state, id, scope);
  if (!stored) throw alertNotFound();
  const [history, former, sameEntity, audit] = await Promise.all([
    readHistory(ctx.state, id),
    formerAlerts(ctx.state, stored),
    alertsOfSameEntity(ctx.state, stored, scope),
    deps.recentAudit(ctx, { kind: "alert", id }),
  ]);
  return {
    ...alertRow(stored),
    notes: notesOf(history),
    history: historyOf(history, stored),
    audit,
    events: eventsLink(stored),
    former: former.map(({ disposition, reason, lastAt, count, id: formerId }) => ({
      id: formerId,
      disposition,
      reason,
      lastAt: lastAt.toISOString(),
      count,
    })),
    sameEntity: sameEntity.map(alertRow).map(({ rule, severity, status, lastAt, count, id: otherId }) => ({
      id: otherId,
      ruleTitle: rule.title,
      severity,
      status,
      lastAt,
      count,
    })),
  };
}

/** Changes one alert. Errors: `not_found`; `conflict` when someone changed it meanwhile or an open twin exists. */
export async function changeAlert(ctx: Ctx, input: AlertPatch & { id: string }, deps: AlertDeps): Promise<AlertDetail> {
  const { id, version, change } = input;
  const stored = await findAlert(ctx.state, id, ctx.units("alert:write"));
  if (!stored) throw alertNotFound();
  const entry = { action: actionOf(change), target: { kind: "alert", id }, unitId: stored.unitId };
  await performChange(
    ctx,
    { change, entry, pickOne: true, picking: pickByIds([{ id, version }], ctx.units("alert:write")) },
    deps,
  );
  return await readAlert(ctx, id, deps);
}

/** Adds a note whatever the version is: notes do not collide. */
export async function addNote(ctx: Ctx, input: { id: string; text: string }, deps: AlertDeps): Promise<AlertDetail> {
  const scope = ctx.units("alert:write");
  const stored = await findAlert(ctx.state, input.id, scope);
  if (!stored) throw alertNotFound();
  const entry = { action: "alert.note", target: { kind: "alert", id: input.id }, unitId: stored.unitId };
  await performChange(
    ctx,
    { change: { note: input.text }, entry, pickOne: true, picking: pickByIds([{ id: input.id }], scope) },
    deps,
  );
  return await readAlert(ctx, input.id, deps);
}

/** One change to many alerts in one transaction. Errors: `over_limit` when the filter matches more than 50,000. */
export async function changeAlerts(ctx: Ctx, input: BulkInput, deps: AlertDeps): Promise<BulkResult> {
  const scope = ctx.units("alert:write");
  const { target } = input;
  const byIds = "alerts" in target;
  const picking = byIds ? pickByIds(target.alerts, scope) : await pickMatches(ctx, target.filter);
  const asked = byIds ? new Set(target.alerts.map(({ id }) => id)).size : undefined;
  const changeId = newId("change", ctx.now().getTime());
  const entry = { action: actionOf(input.change), target: { kind: "alert-change", id: changeId } };
  const { at, outcome } = await performChange(ctx, { change: input.change, entry, picking, changeId, target }, deps);
  const met = outcome.changed + outcome.unchanged + outcome.conflicts;
  return {
    changeId,
    ...outcome,
    missing: asked === undefined ? 0 : asked - met,
    undoUntil: new Date(at.getTime() + UNDO_MINUTES * 60_000).toISOString(),
  };
}

async function pickMatches(ctx: Ctx, filter: AlertFilter): Promise<Picking> {
  const where = whereOf(filter, ctx.units("alert:write"), ctx.actor.id);
  const matches = await countMatching(ctx.state, where);
  if (matches > MAX_BULK_MATCHES) {
    throw new AppError(
      "over_limit",
      `The filter matches ${matches} alerts; one action may change ${MAX_BULK_MATCHES}.`,
      {
        matches,
        limit: MAX_BULK_MATCHES,
      },
    );
  }
  return pickByFilter(where);
}

type Performing = {
  readonly change: AlertChange;
  readonly entry: { action: string; target: { kind: string; id: string }; unitId?: string };
  readonly picking: Picking;
  readonly pickOne?: boolean;
  readonly changeId?: string;
  readonly target?: BulkInput["target"];
};

async function performChange(
  ctx: Ctx,
  doing: Performing,
  deps: AlertDeps,
): Promise<{ at: Date; outcome: ChangeOutcome }> {
  const at = ctx.now();
  const after = await resolveChange(ctx, doing.change, deps);
  const change: NewChange = {
    id: doing.changeId ?? newId("change", at.getTime()),
    at,
    actor: { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name },
    after,
    note: doing.change.note,
  };
  const detail = {
    changeId: change.id,
    after,
    ...(doing.change.note !== undefined && { hasNote: true }),
    ...targetDetail(doing.target),
  };
  const outcome = await withoutTwins(() =>
    ctx.change({ ...doing.entry, detail }, async (tx) => {
      const result = await applyChange(tx, change, doing.picking);
      if (doing.pickOne && result.conflicts > 0) throw collision();
      return result;
    }),
  );
  return { at, outcome };
}

const targetDetail = (target: BulkInput["target"] | undefined): Record<string, unknown> => {
  if (target === undefined) return {};
  return "filter" in target ? { filter: target.filter } : { alerts: target.alerts.length };
};

/** Takes a change back within ten minutes; only its author may. Alerts changed since are left alone and counted. */
export async function undoChange(ctx: Ctx, changeId: string): Promise<UndoResult> {
  const at = ctx.now();
  const id = newId("change", at.getTime());
  const actor = { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name };
  const outcome = await withoutTwins(() =>
    ctx.change({ action: "alert.undo", target: { kind: "alert-change", id: changeId } }, async (tx) => {
      const former = await lockUndoable(tx, changeId, ctx);
      const undo = { id, at, actor, undoOf: changeId, hadNote: former.note !== null };
      const result = await applyUndo(tx, undo, ctx.units("alert:write"));
      await tx.update(alertChange).set({ undoneBy: id }).where(eq(alertChange.id, changeId));
      return result;
    }),
  );
  return { changeId: id, restored: outcome.changed, conflicts: outcome.conflicts };
}

async function lockUndoable(tx: StateTx, changeId: string, ctx: Ctx) {
  const [former] = await tx.select().from(alertChange).where(eq(alertChange.id, changeId)).for("update");
  if (!former || former.actorId !== ctx.actor.id || former.actorKind !== ctx.actor.kind) {
    throw new AppError("not_found", "There is no such change of yours.");
  }
  if (former.undoneBy !== null) throw new AppError("conflict", "This change is already undone.");
  if (former.undoOf !== null) throw new AppError("conflict", "An undo cannot be undone: make the change again.");
  if (ctx.now().getTime() - former.at.getTime() > UNDO_MINUTES * 60_000) {
    throw new AppError(
      "conflict",
      `A change can be undone for ${UNDO_MINUTES} minutes. Make the opposite change instead.`,
    );
  }
  return former;
}

/** The wish of a person as column values: closing, reopening, and names of people beside their ids. */
async function resolveChange(ctx: Ctx, change: AlertChange, deps: AlertDeps): Promise<ChangeAfter> {
  const { assigneeId, expertSeverity } = change;
  return {
    ...statusAfter(change),
    ...(assigneeId === undefined ? {} : await resolveAssignee(ctx, assigneeId, deps)),
    ...(expertSeverity === undefined ? {} : { expertSeverity }),
  };
}

function statusAfter({ status, disposition, reason }: AlertChange): ChangeAfter {
  if (disposition !== undefined) return { status: "closed", disposition, reason: reason ?? "" };
  if (status !== undefined && status !== "closed") return { status, disposition: null, reason: "" };
  return {};
}

async function resolveAssignee(ctx: Ctx, wanted: string | null, deps: AlertDeps) {
  if (wanted === null) return { assigneeId: null, assigneeName: null };
  if (wanted === "me" || wanted === ctx.actor.id) return { assigneeId: ctx.actor.id, assigneeName: ctx.actor.name };
  const person = await deps.findAssignee(ctx, wanted);
  if (!person) throw new AppError("invalid", "There is no such person to give alerts to.", { assigneeId: wanted });
  return { assigneeId: person.id, assigneeName: person.name };
}

/** The audit word for the most telling part of a change. */
function actionOf(change: AlertChange): string {
  if (change.disposition !== undefined) return "alert.close";
  if (change.status !== undefined) return "alert.status";
  if (change.assigneeId !== undefined) return "alert.assign";
  if (change.expertSeverity !== undefined) return "alert.judge";
  return "alert.note";
}

/**
 * On a server, a detection may open a twin between our check and our write: the index refuses, or the two wait for each
 * other and PostgreSQL ends one (40P01). Nothing is written then, and the person tries again.
 */
async function withoutTwins<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, "alert_open") || isDeadlock(error)) throw collision();
    throw error;
  }
}

function isDeadlock(error: unknown): boolean {
  for (let link = error, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth += 1) {
    if ("code" in link && link.code === "40P01") return true;
  }
  return false;
}

const collision = (): AppError =>
  new AppError(
    "conflict",
    "The alert was changed meanwhile, or the same rule and entity has an open alert. Load it again and repeat.",
  );

const alertNotFound = (): AppError => new AppError("not_found", "There is no such alert, or it is not yours to see.");
