import { sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../kernel/ids.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import { bundle, MAX_SENDS, WINDOW_MS } from "./bundle.ts";
import { instant } from "./rows.ts";

const RECIPIENTS = 200;
/** Of one message; what is more becomes the next one. */
const MAX_IN_ONE = 20_000;
const CALLS = 500;

const Recipient = z.object({
  toKind: z.enum(["person", "channel"]),
  toId: z.string(),
  via: z.string(),
  unitId: z.string(),
  /** What it is sent beside: the mail server, or a host. */
  lane: z.string(),
});
type Recipient = z.infer<typeof Recipient>;
const Call = Recipient.extend({ matter: z.coerce.number(), severity: z.number() });

const WHO = sql`o.to_kind AS "toKind", o.to_id AS "toId", o.via, coalesce(p.unit_id, c.unit_id) AS "unitId",
  CASE WHEN o.via = 'email' THEN 'mail' ELSE coalesce(c.shown, '') END AS lane`;
const RECIPIENT = sql`LEFT JOIN person p ON o.to_kind = 'person' AND p.id = o.to_id
  LEFT JOIN notify_channel c ON o.to_kind = 'channel' AND c.id = o.to_id`;

/** Makes messages of what is owed and due: calls first, then as many as each recipient can bear. Returns how many messages were made. */
export async function makeMessages(state: State, now: Date): Promise<number> {
  const calls = await state.transaction((tx) => makeCalls(tx, now));
  const { rows } = await state.db.execute(sql`
    SELECT ${WHO}
    FROM (SELECT to_kind, to_id, via, min(due_at) AS due FROM notify_owed WHERE send_id IS NULL AND due_at <= ${instant(now)} AND NOT is_call
      GROUP BY to_kind, to_id, via) o ${RECIPIENT}
    WHERE (SELECT count(*) FROM notify_send s WHERE s.to_kind = o.to_kind AND s.to_id = o.to_id AND s.via = o.via
      AND NOT s.is_call AND s.created_at > ${instant(now.getTime() - WINDOW_MS)}) < ${MAX_SENDS}
    ORDER BY o.due LIMIT ${RECIPIENTS}`);
  let made = calls;
  for (const row of rows) made += await state.transaction((tx) => makeFor(tx, Recipient.parse(row), now));
  return made;
}

/** A call is a message of its own, whatever else there is to tell: it neither waits for room nor drowns in a bundle. */
async function makeCalls(tx: StateTx, now: Date): Promise<number> {
  const { rows } = await tx.execute(sql`
    SELECT ${WHO}, o.matter, o.severity FROM notify_owed o ${RECIPIENT}
    WHERE o.send_id IS NULL AND o.due_at <= ${instant(now)} AND o.is_call
    ORDER BY o.severity DESC, o.matter LIMIT ${CALLS} FOR UPDATE OF o SKIP LOCKED`);
  for (const row of rows) {
    const { matter, severity, ...to } = Call.parse(row);
    await makeOne(tx, { to, matters: [matter], severity, isCall: true }, now);
  }
  return rows.length;
}

async function makeFor(tx: StateTx, to: Recipient, now: Date): Promise<number> {
  const recent = await tx.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM notify_send
    WHERE ${owedTo(to)} AND NOT is_call AND created_at > ${instant(now.getTime() - WINDOW_MS)}`);
  const { rows } = await tx.execute<{ matter: string; severity: number }>(sql`
    SELECT matter, severity FROM notify_owed WHERE ${owedTo(to)} AND send_id IS NULL AND due_at <= ${instant(now)} AND NOT is_call
    ORDER BY severity DESC, matter LIMIT ${MAX_IN_ONE} FOR UPDATE SKIP LOCKED`);
  const groups = bundle(rows, Number(recent.rows[0]?.n));
  for (const group of groups) {
    const matters = group.map(({ matter }) => Number(matter));
    await makeOne(tx, { to, matters, severity: group[0]?.severity ?? 1, isCall: false }, now);
  }
  return groups.length;
}

const owedTo = ({ toKind, toId, via }: Recipient) => sql`to_kind = ${toKind} AND to_id = ${toId} AND via = ${via}`;

type NewSend = {
  readonly to: Recipient;
  readonly matters: readonly number[];
  readonly severity: number;
  readonly isCall: boolean;
};

async function makeOne(tx: StateTx, { to, matters, severity, isCall }: NewSend, now: Date): Promise<void> {
  const id = newId("send", now.getTime());
  await tx.execute(sql`
    INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, lane, matters, severity, is_call, created_at, next_at)
    VALUES (${id}, ${to.toKind}, ${to.toId}, ${to.via}, ${to.unitId}, ${isCall ? `${to.lane} call` : to.lane}, ${matters.length}, ${severity}, ${isCall}, ${instant(now)},
      ${instant(now)})`);
  await tx.execute(sql`
    UPDATE notify_owed SET send_id = ${id} WHERE ${owedTo(to)}
      AND matter = ANY(${sql.param([...matters])}::bigint[])`);
}
