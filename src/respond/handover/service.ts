import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { buildUnitTree, isInScope } from "../../organization/access/index.ts";
import { selectUnits } from "../../organization/unit/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { type IncidentDeps, inScope, iso, resolveOwner } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import {
  Handover,
  type HandoverAnswer,
  type HandoverInput,
  HandoverItem,
  type HandoverPage,
  type HandoverQuery,
  MAX_HANDOVER_ITEMS,
  type ShiftSummary,
} from "./contract.ts";

const ItemRow = z.object({ item: HandoverItem, total: z.coerce.number() });

/**
 * Incidents that are not closed and that the giver answers for, the most severe first: of the unit and what stands below it,
 * or of all. Errors: `forbidden` in a foreign unit.
 */
export async function shiftSummary(ctx: Ctx, unitId?: string): Promise<ShiftSummary> {
  if (unitId !== undefined) ctx.require("incident:write", unitId);
  return await openIncidents(ctx.state, await shiftScope(ctx, unitId), ctx.now());
}

/** What a shift of the unit answers for, as far as the giver does. */
async function shiftScope(ctx: Ctx, unitId: string | undefined): Promise<UnitScope> {
  const own = ctx.units("incident:write");
  if (unitId === undefined) return own;
  const tree = buildUnitTree(await selectUnits(ctx.state, { includeArchived: true }));
  return { all: false, ids: [unitId, ...tree.subtree(unitId)].filter((id) => isInScope(own, id)) };
}

async function openIncidents(db: StateDb, scope: UnitScope, now: Date): Promise<ShiftSummary> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('incidentId', i.id, 'number', i.number, 'title', i.title, 'titleJa', i.title_ja, 'unitId', i.unit_id,
      'severity', i.severity, 'phase', s.phase, 'openTasks', t.open, 'overdueTasks', t.overdue) AS item,
      count(*) OVER () AS total
    FROM incident i
    LEFT JOIN crisis_state s ON s.incident_id = i.id
    CROSS JOIN LATERAL (SELECT count(*) AS open, count(*) FILTER (WHERE due_at < ${now.toISOString()}::timestamptz) AS overdue
      FROM case_task WHERE incident_id = i.id AND state IN ('todo', 'doing')) t
    WHERE i.status <> 'closed' AND ${inScope(sql`i.unit_id`, scope)}
    ORDER BY i.severity_rank DESC, i.number DESC LIMIT ${MAX_HANDOVER_ITEMS}`);
  const found = rows.map((row) => ItemRow.parse(row));
  return { items: found.map(({ item }) => item), more: Math.max(0, (found[0]?.total ?? 0) - found.length) };
}

/**
 * Hands the shift of a unit over. Errors: `forbidden` in a foreign unit; `invalid` when there is no such person, it is oneself,
 * or one who could not acknowledge it.
 */
export async function handOver(ctx: Ctx, input: HandoverInput, deps: IncidentDeps): Promise<Handover> {
  ctx.require("incident:write", input.unitId);
  const receiver = await resolveOwner(ctx, input.receiverId, deps, input.unitId);
  if (!receiver || receiver.id === ctx.actor.id) {
    throw new AppError("invalid", "A shift is handed over to another person.");
  }
  const at = ctx.now();
  const scope = await shiftScope(ctx, input.unitId);
  const id = newId("handover", at.getTime());
  const entry = {
    action: "handover.give",
    target: { kind: "handover", id },
    unitId: input.unitId,
    detail: { receiverId: receiver.id },
  };
  await ctx.change(entry, async (tx) => {
    const { items, more } = await openIncidents(tx, scope, at);
    await tx.execute(sql`
      INSERT INTO case_handover (id, unit_id, at, giver_id, giver_name, receiver_id, receiver_name, note, items, more)
      VALUES (${id}, ${input.unitId}, ${at.toISOString()}::timestamptz, ${ctx.actor.id}, ${ctx.actor.name}, ${receiver.id},
        ${receiver.name}, ${input.note}, ${JSON.stringify(items)}::jsonb, ${more})`);
    // The note may speak of other incidents: a war room hears only that the shift went over, and to whom.
    for (const { incidentId } of items) {
      await tellWarRoom(tx, ctx, { incidentId, kind: "shift-handed-over", subject: receiver.name });
    }
  });
  return await readOne(ctx, id);
}

const Stored = Handover.omit({ hidden: true, isMine: true, mayWithdraw: true });
const Row = z.object({ handover: Stored });

const COLUMNS = sql`jsonb_build_object('id', id, 'unitId', unit_id, 'at', ${iso("at")}, 'giver',
  jsonb_build_object('id', giver_id, 'name', giver_name), 'receiver', jsonb_build_object('id', receiver_id, 'name', receiver_name),
  'note', note, 'items', items, 'more', more, 'acknowledgedAt', ${iso("acknowledged_at")}, 'answer', answer,
  'withdrawnAt', ${iso("withdrawn_at")}) AS handover`;

/** Ids sort by creation: the newest first, and a page ends with the last id. */
export async function listHandovers(ctx: Ctx, { cursor, limit }: HandoverQuery): Promise<HandoverPage> {
  const before = cursor === undefined ? sql`true` : sql`id < ${cursor.replaceAll("\0", "")}`;
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM case_handover WHERE ${inScope(sql`unit_id`, ctx.units("incident:read"))} AND ${before}
    ORDER BY id DESC LIMIT ${limit + 1}`);
  const found = rows.map((row) => asSeen(ctx, Row.parse(row).handover));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { nextCursor: last.id }) };
}

async function readOne(ctx: Ctx, id: string): Promise<Handover> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM case_handover WHERE id = ${id} AND ${inScope(sql`unit_id`, ctx.units("incident:read"))}`);
  const [row] = rows;
  if (row === undefined) throw notFound();
  return asSeen(ctx, Row.parse(row).handover);
}

/** Less the incidents of units that the reader may not see: they are counted. */
function asSeen(ctx: Ctx, stored: z.infer<typeof Stored>): Handover {
  const scope = ctx.units("incident:read");
  const items = stored.items.filter(({ unitId }) => isInScope(scope, unitId));
  const isWaiting = stored.acknowledgedAt === null && stored.withdrawnAt === null;
  return {
    ...stored,
    items,
    hidden: stored.items.length - items.length,
    isMine: isWaiting && stored.receiver.id === ctx.actor.id,
    mayWithdraw: isWaiting && stored.giver.id === ctx.actor.id,
  };
}

/** Errors: `not_found`; `conflict` when it waits for somebody else, or was acknowledged already. */
export async function acknowledge(ctx: Ctx, input: HandoverAnswer & { readonly id: string }): Promise<Handover> {
  const stored = await writable(ctx, input.id);
  if (stored.receiver_id !== ctx.actor.id) {
    throw new AppError("conflict", "A handover is acknowledged by the person it was given to.");
  }
  const target = { kind: "handover", id: input.id };
  await ctx.change({ action: "handover.acknowledge", target, unitId: stored.unit_id, detail: {} }, async (tx) => {
    const { rows: done } = await tx.execute(sql`
      UPDATE case_handover SET acknowledged_at = ${ctx.now().toISOString()}::timestamptz, answer = ${input.answer}
      WHERE id = ${input.id} AND acknowledged_at IS NULL AND withdrawn_at IS NULL RETURNING id`);
    if (done.length === 0) throw over();
  });
  return await readOne(ctx, input.id);
}

/** Takes a handover back that nobody has acknowledged. Errors: `not_found`; `conflict` when another gave it, or it is over. */
export async function withdraw(ctx: Ctx, id: string): Promise<Handover> {
  const stored = await writable(ctx, id);
  if (stored.giver_id !== ctx.actor.id) {
    throw new AppError("conflict", "A handover is taken back by the person who gave it.");
  }
  const target = { kind: "handover", id };
  await ctx.change({ action: "handover.withdraw", target, unitId: stored.unit_id, detail: {} }, async (tx) => {
    const { rows: done } = await tx.execute(sql`
      UPDATE case_handover SET withdrawn_at = ${ctx.now().toISOString()}::timestamptz
      WHERE id = ${id} AND acknowledged_at IS NULL AND withdrawn_at IS NULL RETURNING items, receiver_name AS receiver`);
    if (done.length === 0) throw over();
    const { items, receiver } = Told.parse(done[0]);
    for (const { incidentId } of items) {
      await tellWarRoom(tx, ctx, { incidentId, kind: "shift-taken-back", subject: receiver });
    }
  });
  return await readOne(ctx, id);
}

const Told = z.object({ items: z.array(z.object({ incidentId: z.string() })), receiver: z.string() });
type Ends = { unit_id: string; giver_id: string; receiver_id: string };

async function writable(ctx: Ctx, id: string): Promise<Ends> {
  const { rows } = await ctx.state.execute<Ends>(sql`
    SELECT unit_id, giver_id, receiver_id FROM case_handover
    WHERE id = ${id} AND ${inScope(sql`unit_id`, ctx.units("incident:write"))}`);
  const [stored] = rows;
  if (stored === undefined) throw notFound();
  return stored;
}

const over = (): AppError => new AppError("conflict", "This handover was acknowledged or taken back already.");

const notFound = (): AppError => new AppError("not_found", "There is no such handover, or it is not yours to see.");
