import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { AuditEntry, Ctx } from "../../organization/access/index.ts";
import { inScope } from "../incident/index.ts";
import { type LogQuery, type ReplayAll, type Replayed, Send, type SendLog } from "./contract.ts";
import { instant, iso } from "./rows.ts";

const SHOWN_ATTEMPTS = 10;
const Row = z.object({ send: Send });

/** Attempts of a message, the newest first. */
const ATTEMPTS = sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('at', ${iso("a.at")}, 'latencyMs', a.latency_ms, 'isOk', a.is_ok,
  'answer', a.answer) ORDER BY a.number DESC), '[]')
  FROM (SELECT * FROM notify_attempt WHERE send_id = s.id ORDER BY number DESC LIMIT ${SHOWN_ATTEMPTS}) a)`;
const SEND = sql`jsonb_build_object('id', s.id, 'to', jsonb_build_object('kind', s.to_kind, 'id', s.to_id, 'name',
    coalesce(p.name, c.name, '')), 'via', s.via, 'unitId', s.unit_id, 'matters', s.matters, 'state', s.state,
  'createdAt', ${iso("s.created_at")}, 'nextAt', ${iso("s.next_at")}, 'sentAt', ${iso("s.sent_at")}, 'attempts', ${ATTEMPTS},
  'attemptCount', s.attempts) AS send`;
const FROM = sql`notify_send s LEFT JOIN person p ON s.to_kind = 'person' AND p.id = s.to_id
  LEFT JOIN notify_channel c ON s.to_kind = 'channel' AND c.id = s.to_id`;

/** What was sent to people and channels of the actor's units, newest first. What it was about is not in it. */
export async function readLog(ctx: Ctx, { state, via, unit, cursor, limit }: LogQuery): Promise<SendLog> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${SEND} FROM ${FROM} WHERE ${inScope(sql`s.unit_id`, ctx.units("notify:read"))}
      AND ${state === undefined ? sql`true` : sql`s.state = ${state}`} AND ${via === undefined ? sql`true` : sql`s.via = ${via}`}
      AND ${unit === undefined ? sql`true` : sql`s.unit_id = ${unit}`}
      AND ${cursor === undefined ? sql`true` : sql`s.id < ${cursor.replaceAll("\0", "")}`}
    ORDER BY s.id DESC LIMIT ${limit + 1}`);
  const found = rows.map((row) => Row.parse(row).send);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { nextCursor: last.id }) };
}

const asNew = (ctx: Ctx): SQL =>
  sql`state = 'waiting', next_at = ${instant(ctx.now())}, leased_until = NULL, series = attempts`;

/** What was given up of late by that way, in units where the actor may send it again. */
const givenUp = (ctx: Ctx, { via, withinDays }: ReplayAll): SQL => sql`state = 'dead'
  AND ${inScope(sql`unit_id`, ctx.units("notify:write"))} AND created_at > ${instant(ctx.now().getTime() - withinDays * 86_400_000)}
  AND ${via === undefined ? sql`true` : sql`via = ${via}`}`;

export async function countReplayable(ctx: Ctx, which: ReplayAll): Promise<Replayed> {
  const { rows } = await ctx.state.execute<{ n: string }>(
    sql`SELECT count(*) AS n FROM notify_send WHERE ${givenUp(ctx, which)}`,
  );
  return { count: Number(rows[0]?.n) };
}

const UnitCount = z.object({ unitId: z.string(), count: z.coerce.number() });
type UnitCount = z.infer<typeof UnitCount>;

/** Lets everything that was given up of late wait again, by that way, in units where the actor may. Says how many that are. */
export async function replayAll(ctx: Ctx, which: ReplayAll): Promise<Replayed> {
  ctx.require("notify:write");
  const counts = await ctx.change(
    (done: readonly UnitCount[]) => entriesOf(which, done),
    async (tx) => {
      const { rows } = await tx.execute(sql`
        WITH again AS (UPDATE notify_send SET ${asNew(ctx)} WHERE ${givenUp(ctx, which)} RETURNING unit_id)
        SELECT unit_id AS "unitId", count(*) AS count FROM again GROUP BY unit_id ORDER BY count(*) DESC, unit_id`);
      return rows.map((row) => UnitCount.parse(row));
    },
  );
  return { count: counts.reduce((sum, { count }) => sum + count, 0) };
}

/** A row for each unit, so that whoever audits one alone sees how many went out again there. */
function entriesOf(
  { via, withinDays }: ReplayAll,
  counts: readonly UnitCount[],
): readonly [AuditEntry, ...AuditEntry[]] {
  const entry = (count: number) => ({
    action: "notification.replay-all",
    target: { kind: "notification", id: via ?? "all" },
    detail: { via: via ?? null, withinDays, count },
  });
  const [first, ...others] = counts.map(({ unitId, count }) => ({ ...entry(count), unitId }));
  return first === undefined ? [entry(0)] : [first, ...others];
}

/** Lets a message that was given up wait again, with as many attempts as a new one. Errors: `not_found`; `conflict` when it was not given up. */
export async function replay(ctx: Ctx, id: string): Promise<SendLog> {
  const { rows } = await ctx.state.execute<{ unit_id: string }>(sql`
    SELECT unit_id FROM notify_send WHERE id = ${id} AND ${inScope(sql`unit_id`, ctx.units("notify:write"))}`);
  const [stored] = rows;
  if (stored === undefined) throw new AppError("not_found", "There is no such message, or it is not yours to send.");
  const entry = { action: "notification.replay", target: { kind: "notification", id }, unitId: stored.unit_id };
  await ctx.change(entry, async (tx) => {
    const changed = await tx.execute(sql`
      UPDATE notify_send SET ${asNew(ctx)}
      WHERE id = ${id} AND state = 'dead' RETURNING id`);
    if (changed.rows.length === 0)
      throw new AppError("conflict", "Only a message that was given up can be sent again.");
  });
  const again = await ctx.state.execute(sql`SELECT ${SEND} FROM ${FROM} WHERE s.id = ${id}`);
  return { items: again.rows.map((row) => Row.parse(row).send) };
}
