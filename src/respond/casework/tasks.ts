import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { findWritable, type IncidentDeps, iso, readableIncident, resolveOwner, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import { MAX_TASKS, Task, type TaskInput, type TaskList, type TaskMove, type TaskPatch } from "./contract.ts";

const Row = z.object({ task: Task });

async function tasksOf(db: StateDb, incidentId: string): Promise<Task[]> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', id, 'version', version, 'title', title, 'state', state,
      'owner', CASE WHEN owner_id IS NULL THEN NULL ELSE jsonb_build_object('id', owner_id, 'name', owner_name) END,
      'dueAt', ${iso("due_at")}, 'createdAt', ${iso("created_at")}, 'doneAt', ${iso("done_at")}) AS task
    FROM case_task WHERE incident_id = ${incidentId} ORDER BY place, id`);
  return rows.map((row) => Row.parse(row).task);
}

export async function listTasks(ctx: Ctx, ref: string): Promise<TaskList> {
  const { id } = await readableIncident(ctx, ref);
  return { items: await tasksOf(ctx.state, id) };
}

/** Errors: `not_found`, `invalid` (no such person), `over_limit`. */
export async function addTask(
  ctx: Ctx,
  input: TaskInput & { readonly id: string },
  deps: IncidentDeps,
): Promise<TaskList> {
  const stored = await findWritable(ctx, input.id);
  const owner = await resolveOwner(ctx, input.ownerId, deps, stored.unitId);
  const entry = {
    action: "case.task",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, title: input.title },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    if ((await tasksOf(tx, stored.id)).length >= MAX_TASKS) {
      throw new AppError("over_limit", `An incident takes up to ${MAX_TASKS} tasks.`);
    }
    const at = ctx.now();
    await tx.execute(sql`
      INSERT INTO case_task (id, incident_id, title, state, owner_id, owner_name, due_at, place, created_at)
      VALUES (${newId("task", at.getTime())}, ${stored.id}, ${input.title}, 'todo', ${owner?.id ?? null},
        ${owner?.name ?? null}, ${input.dueAt}::timestamptz,
        (SELECT coalesce(max(place), 0) + 1 FROM case_task WHERE incident_id = ${stored.id}), ${at.toISOString()}::timestamptz)`);
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "task-added", subject: input.title });
  });
  return await listTasks(ctx, stored.id);
}

type Place = { readonly id: string; readonly taskId: string };

/** Errors: `conflict` when the version is old: the facts hold the task as the other person left it. */
export async function changeTask(ctx: Ctx, input: TaskPatch & Place, deps: IncidentDeps): Promise<TaskList> {
  const stored = await findWritable(ctx, input.id);
  const { change } = input;
  const wished = await ownerWished(ctx, stored.id, input);
  const owner = wished === undefined ? undefined : await resolveOwner(ctx, wished, deps, stored.unitId);
  const entry = {
    action: "case.task",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, taskId: input.taskId, change },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const before = (await tasksOf(tx, stored.id)).find(({ id }) => id === input.taskId);
    if (!before) throw taskNotFound();
    if (before.version !== input.version) {
      throw new AppError("conflict", "Somebody changed this task meanwhile.", { current: before });
    }
    await update(tx, ctx, { before, change, owner: owner === undefined ? before.owner : owner });
    const said = change.state !== undefined && change.state !== before.state ? change.state : "";
    await tellWarRoom(tx, ctx, {
      incidentId: stored.id,
      kind: "task-changed",
      subject: change.title ?? before.title,
      text: said,
    });
  });
  return await listTasks(ctx, stored.id);
}

/** Another owner than before; who has it already keeps it, whatever they may do by now. */
async function ownerWished(ctx: Ctx, incidentId: string, { taskId, change }: TaskPatch & Place) {
  const before = (await tasksOf(ctx.state, incidentId)).find(({ id }) => id === taskId);
  return change.ownerId === before?.owner?.id ? undefined : change.ownerId;
}

type Update = { readonly before: Task; readonly change: TaskPatch["change"]; readonly owner: Task["owner"] };

async function update(tx: StateTx, ctx: Ctx, { before, change, owner }: Update): Promise<void> {
  const state = change.state ?? before.state;
  const dueAt = change.dueAt === undefined ? before.dueAt : change.dueAt;
  const doneAt: SQL =
    state !== "done"
      ? sql`NULL`
      : sql`coalesce(${before.doneAt}::timestamptz, ${ctx.now().toISOString()}::timestamptz)`;
  await tx.execute(sql`
    UPDATE case_task SET version = version + 1, title = ${change.title ?? before.title}, state = ${state},
      owner_id = ${owner?.id ?? null}, owner_name = ${owner?.name ?? null}, due_at = ${dueAt}::timestamptz, done_at = ${doneAt}
    WHERE id = ${before.id}`);
}

/** One place up or down. At an end nothing happens. */
export async function moveTask(ctx: Ctx, input: TaskMove & Place): Promise<TaskList> {
  const stored = await findWritable(ctx, input.id);
  const entry = {
    action: "case.task",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, taskId: input.taskId, direction: input.direction },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const ids = (await tasksOf(tx, stored.id)).map(({ id }) => id);
    const from = ids.indexOf(input.taskId);
    if (from < 0) throw taskNotFound();
    const to = from + (input.direction === "up" ? -1 : 1);
    const [moved, other] = [ids[from], ids[to]];
    if (moved === undefined || other === undefined) return;
    // The other takes this place; equal places cannot be: whoever adds one holds the incident.
    await tx.execute(sql`
      UPDATE case_task t SET place = o.place FROM case_task o
      WHERE (t.id = ${moved} AND o.id = ${other}) OR (t.id = ${other} AND o.id = ${moved})`);
  });
  return await listTasks(ctx, stored.id);
}

const taskNotFound = (): AppError => new AppError("not_found", "There is no such task in this incident.");
