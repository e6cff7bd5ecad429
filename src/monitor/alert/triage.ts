import { eq } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { AuditEntry, Ctx } from "../../organization/access/index.ts";
import { isUniqueViolation, type StateTx } from "../../platform/state/index.ts";
import {
  applyChange,
  applyUndo,
  type ChangeOutcome,
  type NewChange,
  type Picking,
  pickByFilter,
  pickByIds,
  unitsPicked,
  unitsTouched,
} from "./change.ts";
import { describeConflicts } from "./conflicts.ts";
import {
  type AlertChange,
  type AlertDetail,
  type AlertFilter,
  type AlertPatch,
  type BulkInput,
  type BulkResult,
  MAX_BULK_MATCHES,
  UNDO_MINUTES,
  type UndoResult,
} from "./contract.ts";
import { whereOf } from "./filter.ts";
import { readyFilter } from "./ready.ts";
import { alertChange, type ChangeAfter } from "./schema.ts";
import { type AlertDeps, alertNotFound, readAlert } from "./service.ts";
import { findAlert } from "./store.ts";
import { countUpTo } from "./tally.ts";
import { toldByUnit } from "./told.ts";

/** Changes one alert. Errors: `not_found`; `conflict` when someone changed it meanwhile or an open twin exists. */
export async function changeAlert(ctx: Ctx, input: AlertPatch & { id: string }, deps: AlertDeps): Promise<AlertDetail> {
  const { id, version, change } = input;
  const stored = await findAlert(ctx.state, id, ctx.units("alert:write"));
  if (!stored) throw alertNotFound();
  const entry = { action: actionOf(change), target: { kind: "alert", id }, unitId: stored.alert.unitId };
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
  const entry = { action: "alert.note", target: { kind: "alert", id: input.id }, unitId: stored.alert.unitId };
  await performChange(
    ctx,
    { change: { note: input.text }, entry, pickOne: true, picking: pickByIds([{ id: input.id }], scope) },
    deps,
  );
  return await readAlert(ctx, input.id, deps);
}

/**
 * One change to many alerts in one transaction. What is closed is re-opened and judged again one by one only: of many it counts as
 * unchanged. Errors: `over_limit` when the filter matches more than 50,000.
 */
export async function changeAlerts(ctx: Ctx, input: BulkInput, deps: AlertDeps): Promise<BulkResult> {
  const scope = ctx.units("alert:write");
  const { target } = input;
  const byIds = "alerts" in target;
  const picking = byIds ? pickByIds(target.alerts, scope) : await pickMatches(ctx, target.filter);
  const asked = byIds ? new Set(target.alerts.map(({ id }) => id)).size : undefined;
  const changeId = newId("change", ctx.now().getTime());
  const entry = { action: actionOf(input.change), target: { kind: "alert-change", id: changeId } };
  const keepsClosed = asked !== 1 && (input.change.status === "in-progress" || input.change.disposition !== undefined);
  const doing = { change: input.change, entry, picking, changeId, target, keepsClosed };
  const { at, outcome } = await performChange(ctx, doing, deps);
  const { conflicting, ...counts } = outcome;
  const met = outcome.changed + outcome.unchanged + outcome.conflicts;
  return {
    changeId,
    ...counts,
    conflictIds: conflicting.map(({ id }) => id),
    conflictAlerts: await describeConflicts(ctx.state, conflicting),
    missing: asked === undefined ? 0 : asked - met,
    undoUntil: new Date(at.getTime() + UNDO_MINUTES * 60_000).toISOString(),
  };
}

/** Past this a filter is refused whatever the number: it is said as far as it was counted. */
const MAX_COUNTED = 1_000_000;

async function pickMatches(ctx: Ctx, filter: AlertFilter): Promise<Picking> {
  const where = whereOf(await readyFilter(ctx.state, filter), ctx.units("alert:write"), ctx.actor.id);
  const found = await countUpTo(ctx.state, where, MAX_COUNTED + 1);
  if (found > MAX_BULK_MATCHES) throw tooMany(found);
  return pickByFilter(where);
}

export function tooMany(found: number): AppError {
  const isMore = found > MAX_COUNTED;
  const matches = Math.min(found, MAX_COUNTED);
  const counted = matches.toLocaleString("en-US");
  const limit = MAX_BULK_MATCHES.toLocaleString("en-US");
  const detail = { matches, isMore, limit: MAX_BULK_MATCHES };
  if (isMore)
    return new AppError(
      "over_limit",
      `The filter matches more than ${counted} alerts; one action may change ${limit}.`,
      detail,
    );
  return new AppError("over_limit", `The filter matches ${counted} alerts; one action may change ${limit}.`, detail);
}

type Done = { readonly result: ChangeOutcome; readonly touched: Awaited<ReturnType<typeof unitsTouched>> };

type Performing = {
  readonly change: AlertChange;
  readonly entry: AuditEntry;
  readonly picking: Picking;
  readonly pickOne?: boolean;
  readonly keepsClosed?: boolean;
  readonly changeId?: string;
  readonly target?: BulkInput["target"];
};

async function performChange(
  ctx: Ctx,
  doing: Performing,
  deps: AlertDeps,
): Promise<{ at: Date; outcome: ChangeOutcome }> {
  const at = ctx.now();
  const after = await resolveChange(ctx, doing, deps);
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
    ctx.change(
      (done: Done) => toldByUnit({ ...doing.entry, detail }, done),
      async (tx) => {
        const result = await applyChange(tx, change, doing.picking, { keepsClosed: doing.keepsClosed === true });
        if (doing.pickOne && result.conflicts > 0) throw collision();
        return { result, touched: await unitsTouched(tx, change.id) };
      },
    ),
  );
  return { at, outcome: outcome.result };
}

const targetDetail = (target: BulkInput["target"] | undefined): Record<string, unknown> => {
  if (target === undefined) return {};
  return "filter" in target ? { filter: target.filter } : { asked: target.alerts.length };
};

/** Takes a change back within the hour; only its author may. Alerts changed since are left alone and counted. */
export async function undoChange(ctx: Ctx, changeId: string): Promise<UndoResult> {
  const at = ctx.now();
  const id = newId("change", at.getTime());
  const actor = { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name };
  const entry = { action: "alert.undo", target: { kind: "alert-change", id: changeId }, detail: { changeId: id } };
  const { result: outcome } = await withoutTwins(() =>
    ctx.change(
      (done: Done) => toldByUnit(entry, done),
      async (tx) => {
        const former = await lockUndoable(tx, changeId, ctx);
        const undo = { id, at, actor, undoOf: changeId, hadNote: former.note !== null };
        const result = await applyUndo(tx, undo, ctx.units("alert:write"));
        // Of which nothing could be taken back stands as it was, and may be tried again.
        if (result.changed > 0) await tx.update(alertChange).set({ undoneBy: id }).where(eq(alertChange.id, changeId));
        return { result, touched: await unitsTouched(tx, id) };
      },
    ),
  );
  return {
    changeId: id,
    restored: outcome.changed,
    restoredIds: outcome.previous.map(({ id }) => id),
    conflicts: outcome.conflicts,
    conflictAlerts: await describeConflicts(ctx.state, outcome.conflicting),
  };
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
async function resolveChange(ctx: Ctx, { change, picking }: Performing, deps: AlertDeps): Promise<ChangeAfter> {
  const { assigneeId, expertSeverity } = change;
  return {
    ...statusAfter(change),
    ...(assigneeId === undefined ? {} : await resolveAssignee(ctx, { wanted: assigneeId, picking }, deps)),
    ...(expertSeverity === undefined ? {} : { expertSeverity }),
  };
}

function statusAfter({ status, disposition, reason }: AlertChange): ChangeAfter {
  if (disposition !== undefined) return { status: "closed", disposition, reason: reason ?? "" };
  if (status !== undefined && status !== "closed") return { status, disposition: null, reason: "" };
  return {};
}

type Assigning = { readonly wanted: string | null; readonly picking: Picking };

/** Alerts are given to who can see them and work on them. */
async function resolveAssignee(ctx: Ctx, { wanted, picking }: Assigning, deps: AlertDeps) {
  if (wanted === null) return { assigneeId: null, assigneeName: null };
  if (wanted === "me" || wanted === ctx.actor.id) return { assigneeId: ctx.actor.id, assigneeName: ctx.actor.name };
  const person = await deps.findAssignee(ctx, wanted);
  if (!person) throw new AppError("invalid", "There is no such person to give alerts to.", { assigneeId: wanted });
  if (!(await deps.mayWork(ctx, wanted, await unitsPicked(ctx.state, picking)))) {
    throw new AppError("invalid", `${person.name} may not work on alerts of all these units.`, { assigneeId: wanted });
  }
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
