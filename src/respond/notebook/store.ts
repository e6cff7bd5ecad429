import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { EventRow } from "../../monitor/search/contract.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { textArray } from "../incident/index.ts";
import { Cell, type CellChange, type CellResult, Notebook, type NotebookHead } from "./contract.ts";
import { type Belonging, mayWrite, resultFor, type StoredSnapshot } from "./seeing.ts";

const iso = (column: string): SQL => sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
const MAX_LISTED = 500;

const HeadRow = z.object({
  head: Notebook.omit({ cells: true, isOwn: true, mayWrite: true }).extend({
    cells: z.number(),
    incidentUnitId: z.string().nullable(),
  }),
});
type StoredHead = z.infer<typeof HeadRow>["head"];

const HEAD = sql`jsonb_build_object('id', n.id, 'version', n.version, 'title', n.title,
  'incident', CASE WHEN i.id IS NULL THEN NULL ELSE jsonb_build_object('id', i.id, 'number', i.number, 'title', i.title, 'titleJa', i.title_ja) END,
  'incidentUnitId', i.unit_id, 'sharedWithUnitId', n.shared_with_unit_id,
  'owner', jsonb_build_object('id', n.owner_id, 'name', n.owner_name), 'createdAt', ${iso("n.created_at")},
  'updatedAt', ${iso("n.updated_at")}, 'updatedBy', n.updated_by,
  'cells', (SELECT count(*) FROM notebook_cell c WHERE c.notebook_id = n.id)) AS head`;
const FROM = sql`FROM notebook n LEFT JOIN incident i ON i.id = n.incident_id`;

export const belongingOf = ({ owner, incidentUnitId, sharedWithUnitId }: StoredHead): Belonging => ({
  ownerId: owner.id,
  incidentUnitId,
  sharedWithUnitId,
});

export function headView(ctx: Ctx, stored: StoredHead): NotebookHead {
  const { incidentUnitId: _, ...head } = stored;
  return { ...head, isOwn: stored.owner.id === ctx.actor.id, mayWrite: mayWrite(ctx, belongingOf(stored)) };
}

/** Those that the person may see, cut in the database: a notebook of somebody else must not take up a place in the list. */
export async function listHeads(
  ctx: Ctx,
  { incidentId, contains }: { readonly incidentId?: string; readonly contains: string },
): Promise<NotebookHead[]> {
  const scope = ctx.units("incident:read");
  const within = (column: SQL) =>
    scope.all ? sql`${column} IS NOT NULL` : sql`${column} = ANY(${textArray(scope.ids)})`;
  const { rows } = await ctx.state.execute(sql`
    SELECT ${HEAD} ${FROM}
    WHERE ${incidentId === undefined ? sql`true` : sql`n.incident_id = ${incidentId}`}
      AND (${within(sql`i.unit_id`)} OR n.incident_id IS NULL AND (n.owner_id = ${ctx.actor.id} OR ${within(sql`n.shared_with_unit_id`)}))
      AND ${contains.trim() === "" ? sql`true` : containing(contains.trim())}
    ORDER BY n.updated_at DESC, n.id DESC LIMIT ${MAX_LISTED}`);
  return rows.map((row) => headView(ctx, HeadRow.parse(row).head));
}

function containing(text: string): SQL {
  const pattern = `%${text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\\%_]/g, "\\$&")}%`;
  const has = (column: SQL) => sql`lower(normalize(${column}, NFKC)) LIKE ${pattern}`;
  return sql`(${has(sql`n.title`)} OR ${has(sql`n.owner_name`)} OR ${has(sql`concat('INC-', i.number, ' ', i.title)`)}
    OR EXISTS (SELECT 1 FROM notebook_cell c WHERE c.notebook_id = n.id AND ${has(sql`c.body`)}))`;
}

export async function findHead(db: StateDb, id: string): Promise<StoredHead | undefined> {
  const { rows } = await db.execute(sql`SELECT ${HEAD} ${FROM} WHERE n.id = ${id}`);
  return rows[0] === undefined ? undefined : HeadRow.parse(rows[0]).head;
}

/** Holds the notebook until the transaction ends: two people who add a cell wait for each other. */
export async function lockNotebook(tx: StateTx, id: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`SELECT id FROM notebook WHERE id = ${id} FOR UPDATE`);
  return rows.length > 0;
}

const StoredFormer = z.object({
  q: z.string(),
  columns: z.array(z.string()),
  range: z.object({ from: z.string(), to: z.string() }),
  ranAt: z.string(),
  ranBy: z.object({ id: z.string(), name: z.string() }),
  counts: z.array(z.object({ unitId: z.string(), events: z.number() })),
});
const StoredRun = StoredFormer.extend({ rows: z.array(EventRow) });
const CellRow = z.object({ cell: Cell });
const ResultRow = z.object({ id: z.string(), snapshot: StoredRun.nullable(), former: StoredFormer.nullable() });

const CELL = sql`jsonb_build_object('id', id, 'version', version, 'kind', kind, 'body', body, 'settings', settings,
  'ranAt', snapshot->>'ranAt', 'changedAt', ${iso("changed_at")}, 'changedBy', changed_by) AS cell`;

/** In their order. */
export async function cellsOf(db: StateDb, notebookId: string): Promise<Cell[]> {
  const { rows } = await db.execute(sql`
    SELECT ${CELL} FROM notebook_cell WHERE notebook_id = ${notebookId} ORDER BY position, id`);
  return rows.map((row) => CellRow.parse(row).cell);
}

export async function orderOf(db: StateDb, notebookId: string): Promise<CellChange["cells"]> {
  const { rows } = await db.execute<{ id: string; version: number }>(sql`
    SELECT id, version FROM notebook_cell WHERE notebook_id = ${notebookId} ORDER BY position, id`);
  return rows.map(({ id, version }) => ({ id, version }));
}

type Place = { readonly id: string; readonly cellId: string };

export async function findCell(db: StateDb, { id, cellId }: Place): Promise<Cell | undefined> {
  const { rows } = await db.execute(sql`
    SELECT ${CELL} FROM notebook_cell WHERE notebook_id = ${id} AND id = ${cellId}`);
  return rows[0] === undefined ? undefined : CellRow.parse(rows[0]).cell;
}

/** What each cell found, or that one, as far as the person may read events; by the id of the cell. */
export async function resultsOf(ctx: Ctx, id: string, cellId?: string): Promise<ReadonlyMap<string, CellResult>> {
  const { rows } = await ctx.state.execute(sql`
    SELECT id, snapshot, former FROM notebook_cell
    WHERE notebook_id = ${id} AND ${cellId === undefined ? sql`true` : sql`id = ${cellId}`}`);
  const scope = ctx.units("event:read");
  return new Map(
    rows.map((row) => {
      const { id: cell, ...stored } = ResultRow.parse(row);
      return [cell, resultFor(scope, stored)];
    }),
  );
}

export async function touchNotebook(tx: StateTx, ctx: Ctx, id: string): Promise<void> {
  await tx.execute(sql`
    UPDATE notebook SET updated_at = ${ctx.now().toISOString()}::timestamptz, updated_by = ${ctx.actor.name} WHERE id = ${id}`);
}

/** The run that it replaces stays as the former one, without its events. */
export async function keepSnapshot(tx: StateTx, cellId: string, run: StoredSnapshot): Promise<void> {
  await tx.execute(sql`
    UPDATE notebook_cell SET former = snapshot - 'rows', snapshot = ${JSON.stringify(run)}::jsonb WHERE id = ${cellId}`);
}
