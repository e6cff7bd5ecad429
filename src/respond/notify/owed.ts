import { sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../kernel/ids.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import { bundle, MAX_SENDS, WINDOW_MS } from "./bundle.ts";
import { instant } from "./rows.ts";

const RECIPIENTS = 200;
/** Of one message; what is more becomes the next one. */
const MAX_IN_ONE = 20_000;

const Recipient = z.object({
  toKind: z.enum(["person", "channel"]),
  toId: z.string(),
  via: z.string(),
  unitId: z.string(),
});
type Recipient = z.infer<typeof Recipient>;

/** Makes messages of what is owed and due, as many as each recipient can bear. Returns how many messages were made. */
export async function makeMessages(state: State, now: Date): Promise<number> {
  const { rows } = await state.db.execute(sql`
    SELECT o.to_kind AS "toKind", o.to_id AS "toId", o.via, coalesce(p.unit_id, c.unit_id) AS "unitId"
    FROM (SELECT to_kind, to_id, via, min(due_at) AS due FROM notify_owed WHERE send_id IS NULL AND due_at <= ${instant(now)}
      GROUP BY to_kind, to_id, via) o
    LEFT JOIN person p ON o.to_kind = 'person' AND p.id = o.to_id
    LEFT JOIN notify_channel c ON o.to_kind = 'channel' AND c.id = o.to_id
    WHERE (SELECT count(*) FROM notify_send s WHERE s.to_kind = o.to_kind AND s.to_id = o.to_id AND s.via = o.via
      AND s.created_at > ${instant(now.getTime() - WINDOW_MS)}) < ${MAX_SENDS}
    ORDER BY o.due LIMIT ${RECIPIENTS}`);
  let made = 0;
  for (const row of rows) made += await state.transaction((tx) => makeFor(tx, Recipient.parse(row), now));
  return made;
}

async function makeFor(tx: StateTx, to: Recipient, now: Date): Promise<number> {
  const mine = sql`to_kind = ${to.toKind} AND to_id = ${to.toId} AND via = ${to.via}`;
  const recent = await tx.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM notify_send WHERE ${mine} AND created_at > ${instant(now.getTime() - WINDOW_MS)}`);
  const { rows } = await tx.execute<{ matter: string }>(sql`
    SELECT matter FROM notify_owed WHERE ${mine} AND send_id IS NULL AND due_at <= ${instant(now)}
    ORDER BY severity DESC, matter LIMIT ${MAX_IN_ONE} FOR UPDATE SKIP LOCKED`);
  const groups = bundle(
    rows.map(({ matter }) => Number(matter)),
    Number(recent.rows[0]?.n),
  );
  for (const matters of groups) {
    const id = newId("send", now.getTime());
    await tx.execute(sql`
      INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, matters, created_at, next_at)
      VALUES (${id}, ${to.toKind}, ${to.toId}, ${to.via}, ${to.unitId}, ${matters.length}, ${instant(now)}, ${instant(now)})`);
    await tx.execute(sql`
      UPDATE notify_owed SET send_id = ${id} WHERE ${mine}
        AND matter IN (SELECT (jsonb_array_elements_text(${JSON.stringify(matters)}::jsonb))::bigint)`);
  }
  return groups.length;
}
