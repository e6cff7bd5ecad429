import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { findIncident, findWritable, incidentNotFound } from "../incident/index.ts";
import {
  type CellResult,
  MAX_OWNED,
  type Notebook,
  type NotebookHead,
  type NotebookInput,
  type NotebookList,
  type NotebookListQuery,
  type NotebookPatch,
  type WholeNotebook,
} from "./contract.ts";
import { maySee, mayWrite } from "./seeing.ts";
import { belongingOf, cellsOf, findHead, headView, listHeads, lockNotebook, resultsOf } from "./store.ts";

/** Errors: `not_found` for an incident that is not yours to see. */
export async function listNotebooks(ctx: Ctx, { incident, contains }: NotebookListQuery): Promise<NotebookList> {
  if (incident === undefined) return { items: await listHeads(ctx, { contains }) };
  const stored = await findIncident(ctx.state, incident, ctx.units("incident:read"));
  if (!stored) throw incidentNotFound();
  return { items: await listHeads(ctx, { incidentId: stored.id, contains }) };
}

/** Without what its queries found. Errors: `not_found`, also when it is not yours to see. */
export async function readNotebook(ctx: Ctx, id: string): Promise<Notebook> {
  return { ...(await readHead(ctx, id)), cells: await cellsOf(ctx.state, id) };
}

/** With everything that its queries found. Errors: as `readNotebook`. */
export async function readWhole(ctx: Ctx, id: string): Promise<WholeNotebook> {
  const { cells, ...head } = await readNotebook(ctx, id);
  const results = await resultsOf(ctx, id);
  return { ...head, cells: cells.map((cell) => ({ ...cell, ...(results.get(cell.id) ?? NOTHING) })) };
}
const NOTHING: CellResult = { snapshot: null, isHidden: false, former: null };

/** Errors: `not_found`, also for a cell of another notebook. */
export async function readResult(ctx: Ctx, { id, cellId }: { id: string; cellId: string }): Promise<CellResult> {
  await readHead(ctx, id);
  const result = (await resultsOf(ctx, id, cellId)).get(cellId);
  if (!result) throw new AppError("not_found", "There is no such cell in this notebook.");
  return result;
}

export async function readHead(ctx: Ctx, id: string): Promise<NotebookHead> {
  const head = await findHead(ctx.state, id);
  if (!head || !maySee(ctx, belongingOf(head))) throw notebookNotFound();
  return headView(ctx, head);
}

/** The notebook to write to. Errors: `not_found` when one may not see it, `forbidden` when one may only read it. */
export async function writable(ctx: Ctx, id: string) {
  const head = await findHead(ctx.state, id);
  if (!head || !maySee(ctx, belongingOf(head))) throw notebookNotFound();
  if (!mayWrite(ctx, belongingOf(head)))
    throw new AppError("forbidden", "You may read this notebook, but not change it.");
  return head;
}

/** Errors: `not_found` (incident), `forbidden` (unit), `invalid` for both at once, `over_limit`. */
export async function createNotebook(ctx: Ctx, input: NotebookInput): Promise<Notebook> {
  const { title, sharedWithUnitId } = input;
  if (input.incidentId !== null && sharedWithUnitId !== null)
    throw new AppError("invalid", "A notebook of an incident is shared with those who see the incident.");
  const incident = input.incidentId === null ? undefined : await findWritable(ctx, input.incidentId);
  if (sharedWithUnitId !== null) ctx.require("incident:write", sharedWithUnitId);
  const at = ctx.now();
  const id = newId("notebook", at.getTime());
  const unitId = incident?.unitId ?? sharedWithUnitId;
  const entry = {
    action: "notebook.create",
    target: { kind: "notebook", id },
    ...(unitId !== null && { unitId }),
    detail: { title, ...(incident && { incident: incident.number }) },
  };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute<{ n: string }>(
      sql`SELECT count(*) AS n FROM notebook WHERE owner_id = ${ctx.actor.id}`,
    );
    if (Number(rows[0]?.n) >= MAX_OWNED) throw new AppError("over_limit", `You can keep ${MAX_OWNED} notebooks.`);
    await tx.execute(sql`
      INSERT INTO notebook (id, title, incident_id, shared_with_unit_id, owner_id, owner_name, created_at, updated_at, updated_by)
      VALUES (${id}, ${title}, ${incident?.id ?? null}, ${sharedWithUnitId}, ${ctx.actor.id}, ${ctx.actor.name},
        ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz, ${ctx.actor.name})`);
  });
  return await readNotebook(ctx, id);
}

/** Errors: `conflict` when somebody changed it meanwhile; `forbidden` for another's free notebook; `invalid` to move it between incidents. */
export async function changeNotebook(ctx: Ctx, input: NotebookPatch & { readonly id: string }): Promise<Notebook> {
  const head = await writable(ctx, input.id);
  const { change, version } = input;
  const isMoving = change.sharedWithUnitId !== undefined || change.incidentId !== undefined;
  if (isMoving && head.owner.id !== ctx.actor.id)
    throw new AppError("forbidden", "Only its owner says who sees a notebook.");
  if (isMoving && head.incident !== null) throw new AppError("invalid", "A notebook of an incident stays with it.");
  if (typeof change.sharedWithUnitId === "string") ctx.require("incident:write", change.sharedWithUnitId);
  const incident = change.incidentId === undefined ? undefined : await findWritable(ctx, change.incidentId);
  const shared = incident
    ? null
    : change.sharedWithUnitId === undefined
      ? head.sharedWithUnitId
      : change.sharedWithUnitId;
  const title = change.title ?? head.title;
  const unitId = incident?.unitId ?? shared ?? head.incidentUnitId;
  const entry = {
    action: "notebook.update",
    target: { kind: "notebook", id: head.id },
    ...(unitId !== null && { unitId }),
    detail: { title, sharedWithUnitId: shared, ...(incident && { incident: incident.number }) },
  };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE notebook SET version = version + 1, title = ${title}, shared_with_unit_id = ${shared},
        incident_id = coalesce(${incident?.id ?? null}, incident_id), updated_by = ${ctx.actor.name},
        updated_at = ${ctx.now().toISOString()}::timestamptz
      WHERE id = ${head.id} AND version = ${version} RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "Somebody changed this notebook meanwhile. Load it again.");
  });
  return await readNotebook(ctx, head.id);
}

/** Errors: `forbidden` for another's; `invalid` for one that belongs to an incident, whose record it is part of. */
export async function deleteNotebook(ctx: Ctx, id: string): Promise<void> {
  const head = await writable(ctx, id);
  if (head.incident !== null) throw new AppError("invalid", "A notebook of an incident is kept with it.");
  if (head.owner.id !== ctx.actor.id) throw new AppError("forbidden", "Only its owner deletes a notebook.");
  const entry = {
    action: "notebook.delete",
    target: { kind: "notebook", id },
    ...(head.sharedWithUnitId !== null && { unitId: head.sharedWithUnitId }),
    detail: { title: head.title, cells: head.cells },
  };
  await ctx.change(entry, async (tx) => {
    // It may have become part of an incident since it was read.
    if (!(await lockNotebook(tx, id))) throw notebookNotFound();
    const { rows } = await tx.execute(sql`DELETE FROM notebook WHERE id = ${id} AND incident_id IS NULL RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "This notebook has become part of an incident meanwhile.");
  });
}

export const notebookNotFound = (): AppError =>
  new AppError("not_found", "There is no such notebook, or it is not yours to see.");
