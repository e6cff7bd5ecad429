import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { type EventAccess, scopeOf, takeSnapshot } from "../../monitor/search/index.ts";
import type { AuditEntry, Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { type Cell, type CellChange, type CellInput, type CellSave, MAX_CELLS } from "./contract.ts";
import type { StoredSnapshot } from "./seeing.ts";
import { readHead, readResult, writable } from "./service.ts";
import { findCell, keepSnapshot, lockNotebook, orderOf, touchNotebook } from "./store.ts";

type Place = { readonly id: string; readonly cellId: string };
type Head = Awaited<ReturnType<typeof writable>>;

/** A query is run at once. Errors: `not_found`, `forbidden`, `over_limit`, and those of a search. */
export async function addCell(
  deps: EventAccess,
  ctx: Ctx,
  { id, cell }: CellInput & { readonly id: string },
): Promise<CellChange> {
  const head = await writable(ctx, id);
  const at = ctx.now().toISOString();
  const cellId = newId("cell", ctx.now().getTime());
  const run = cell.kind === "query" ? await runOf(deps, ctx, cell) : undefined;
  await ctx.change(entryOf("add", head, { cellId, kind: cell.kind, ...asked(run) }), async (tx) => {
    await hold(tx, ctx, head.id);
    const { rows } = await tx.execute<{ n: string; last: number | null }>(sql`
      SELECT count(*) AS n, max(position) AS last FROM notebook_cell WHERE notebook_id = ${head.id}`);
    if (Number(rows[0]?.n) >= MAX_CELLS) throw new AppError("over_limit", `A notebook takes up to ${MAX_CELLS} cells.`);
    const settings = cell.kind === "query" ? JSON.stringify(cell.settings) : null;
    await tx.execute(sql`
      INSERT INTO notebook_cell (id, notebook_id, position, kind, body, settings, created_at, created_by, changed_at, changed_by)
      VALUES (${cellId}, ${head.id}, ${(rows[0]?.last ?? 0) + 1}, ${cell.kind}, ${cell.body}, ${settings}::jsonb,
        ${at}::timestamptz, ${ctx.actor.name}, ${at}::timestamptz, ${ctx.actor.name})`);
    if (run) await keepSnapshot(tx, cellId, run);
  });
  return await changeOf(ctx, { id: head.id, cellId }, run !== undefined);
}

/**
 * Changes the text of a cell; what its query found stays until it is run again, with the question that was asked then. Errors:
 * `conflict` when somebody saved meanwhile: the facts hold their cell, and nothing is overwritten. `invalid` for no query.
 */
export async function saveCell(
  deps: EventAccess,
  ctx: Ctx,
  { version, cell, ...place }: CellSave & Place,
): Promise<CellChange> {
  const head = await writable(ctx, place.id);
  if (cell.kind === "query") await scopeOf(deps, ctx, { ...cell.settings, q: cell.body });
  await ctx.change(entryOf("edit", head, { cellId: place.cellId, kind: cell.kind }), async (tx) => {
    await hold(tx, ctx, head.id);
    const before = await cellIn(tx, place);
    if (before.kind !== cell.kind) throw new AppError("invalid", "A note stays a note, and a query a query.");
    if (before.version !== version)
      throw new AppError("conflict", "Somebody saved this meanwhile.", { current: before });
    const settings = cell.kind === "query" ? JSON.stringify(cell.settings) : null;
    await tx.execute(sql`
      UPDATE notebook_cell SET version = version + 1, body = ${cell.body}, settings = ${settings}::jsonb,
        changed_at = ${ctx.now().toISOString()}::timestamptz, changed_by = ${ctx.actor.name} WHERE id = ${place.cellId}`);
  });
  return await changeOf(ctx, place);
}

/** Asks again, with the rights of whoever asks. Errors: `invalid` for a note; `conflict` when the query changed while it ran. */
export async function runCell(deps: EventAccess, ctx: Ctx, place: Place): Promise<CellChange> {
  const head = await writable(ctx, place.id);
  const cell = await cellIn(ctx.state, place);
  if (cell.settings === null) throw new AppError("invalid", "A note cannot be run.");
  const run = await runOf(deps, ctx, { body: cell.body, settings: cell.settings });
  await ctx.change(entryOf("run", head, { cellId: place.cellId, ...asked(run) }), async (tx) => {
    await hold(tx, ctx, head.id);
    const now = await cellIn(tx, place);
    if (now.version !== cell.version)
      throw new AppError("conflict", "Somebody changed the query while it ran. Run it again.", { current: now });
    await keepSnapshot(tx, place.cellId, run);
  });
  return await changeOf(ctx, place, true);
}

/** Errors: `conflict` when somebody saved it meanwhile. */
export async function removeCell(
  ctx: Ctx,
  { version, ...place }: Place & { readonly version: number },
): Promise<CellChange> {
  const head = await writable(ctx, place.id);
  await ctx.change(entryOf("remove", head, { cellId: place.cellId }), async (tx) => {
    await hold(tx, ctx, head.id);
    const before = await cellIn(tx, place);
    if (before.version !== version)
      throw new AppError("conflict", "Somebody saved this meanwhile.", { current: before });
    await tx.execute(sql`DELETE FROM notebook_cell WHERE id = ${place.cellId}`);
  });
  return await changeOf(ctx, place);
}

/** Changes places with the one before or after it; at the end nothing happens. */
export async function moveCell(
  ctx: Ctx,
  { direction, ...place }: Place & { readonly direction: "up" | "down" },
): Promise<CellChange> {
  const head = await writable(ctx, place.id);
  await ctx.change(entryOf("move", head, { cellId: place.cellId, direction }), async (tx) => {
    await hold(tx, ctx, head.id);
    await cellIn(tx, place);
    const { rows } = await tx.execute<{ id: string }>(sql`
      SELECT id FROM notebook_cell WHERE notebook_id = ${head.id} ORDER BY position, id`);
    const ids = rows.map(({ id }) => id);
    const at = ids.indexOf(place.cellId);
    const other = ids[at + (direction === "up" ? -1 : 1)];
    if (other === undefined) return;
    ids[ids.indexOf(other)] = place.cellId;
    ids[at] = other;
    await tx.execute(sql`
      UPDATE notebook_cell c SET position = o.place::int
      FROM unnest(${sql.param(ids)}::text[]) WITH ORDINALITY AS o(id, place) WHERE c.id = o.id`);
  });
  return await changeOf(ctx, place);
}

/** The notebook after the change, of whose other cells the reader knows already. */
async function changeOf(ctx: Ctx, place: Place, wasRun = false): Promise<CellChange> {
  const cell = await findCell(ctx.state, place);
  return {
    head: await readHead(ctx, place.id),
    cells: await orderOf(ctx.state, place.id),
    cell: cell ?? null,
    result: cell && wasRun ? await readResult(ctx, place) : null,
  };
}

type Question = Pick<Extract<CellInput["cell"], { kind: "query" }>, "body" | "settings">;

async function runOf(deps: EventAccess, ctx: Ctx, { body, settings }: Question): Promise<StoredSnapshot> {
  const names = settings.columns.map((name) => name.replaceAll("\\", "\\\\").replaceAll(",", "\\,"));
  const found = await takeSnapshot(deps, ctx, { ...settings, q: body, columns: names.join(",") });
  return {
    ...found,
    counts: [...found.counts],
    rows: [...found.rows],
    q: body,
    columns: settings.columns,
    ranAt: ctx.now().toISOString(),
    ranBy: { id: ctx.actor.id, name: ctx.actor.name },
  };
}

/** What the record says of a run: who looked for what in which days. */
const asked = (run: StoredSnapshot | undefined) => (run ? { q: run.q.slice(0, 500), ...run.range } : {});

async function hold(tx: StateTx, ctx: Ctx, id: string): Promise<void> {
  if (!(await lockNotebook(tx, id))) throw new AppError("not_found", "This notebook is gone.");
  await touchNotebook(tx, ctx, id);
}

async function cellIn(db: Ctx["state"], place: Place): Promise<Cell> {
  const cell = await findCell(db, place);
  if (!cell) throw new AppError("not_found", "There is no such cell in this notebook.");
  return cell;
}

const entryOf = (
  verb: "add" | "edit" | "run" | "remove" | "move",
  head: Head,
  detail: Record<string, unknown>,
): AuditEntry => {
  const unitId = head.incidentUnitId ?? head.sharedWithUnitId;
  return {
    action: `notebook_cell.${verb}`,
    target: { kind: "notebook", id: head.id },
    ...(unitId !== null && { unitId }),
    detail: { title: head.title, ...detail },
  };
};
