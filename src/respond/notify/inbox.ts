import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { textArray } from "../incident/index.ts";
import type { Inbox, InboxQuery, MarkRead, Message, MyPreferences, Preferences, Unread } from "./contract.ts";
import { levelOf, Matter } from "./matter.ts";
import { instant, iso, isReadable, MATTER, preferencesOf } from "./rows.ts";
import { bothTitles, pathOf } from "./words/words.ts";

const MAX_COUNTED = 1_000;
const Row = z.object({ id: z.string(), readAt: z.string().nullable(), matter: Matter });

/** One's own messages about what one may read by now, newest first. Tokens have none. */
export async function listInbox(ctx: Ctx, { unread, cursor, limit }: InboxQuery): Promise<Inbox> {
  const { rows } = await ctx.state.execute(sql`
    SELECT n.id, ${iso("n.read_at")} AS "readAt", ${MATTER} AS matter
    FROM notify_message n JOIN notify_matter m ON m.position = n.matter
    WHERE n.person_id = ${ctx.actor.id} AND ${cursor === undefined ? sql`true` : sql`n.id < ${cursor.replaceAll("\0", "")}`}
      AND (${unread === "no"} OR n.read_at IS NULL) AND ${isReadable(ctx.units)}
    ORDER BY n.id DESC LIMIT ${limit + 1}`);
  const found = rows.map((row) => messageOf(Row.parse(row)));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { nextCursor: last.id }) };
}

function messageOf({ id, readAt, matter }: z.infer<typeof Row>): Message {
  return {
    id,
    kind: matter.kind,
    at: matter.at.toISOString(),
    severity: levelOf(matter.severity),
    unitId: matter.unitId,
    title: bothTitles(matter),
    path: pathOf(matter),
    readAt,
  };
}

export async function countUnread(ctx: Ctx): Promise<Unread> {
  const { rows } = await ctx.state.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM (SELECT FROM notify_message n JOIN notify_matter m ON m.position = n.matter
      WHERE n.person_id = ${ctx.actor.id} AND n.read_at IS NULL AND ${isReadable(ctx.units)} LIMIT ${MAX_COUNTED}) u`);
  return { unread: Number(rows[0]?.n) };
}

/** Marks one's own messages as read; others' ids change nothing. */
export async function markRead(ctx: Ctx, input: MarkRead): Promise<Unread> {
  const which = "ids" in input ? sql`id = ANY(${textArray(input.ids)})` : sql`id <= ${input.allUpTo}`;
  const entry = {
    action: "notification.read",
    target: { kind: "person", id: ctx.actor.id },
    detail: "ids" in input ? { messages: input.ids.length } : { all: true },
  };
  await ctx.change(entry, async (tx) => {
    await tx.execute(sql`
      UPDATE notify_message SET read_at = ${instant(ctx.now())}
      WHERE person_id = ${ctx.actor.id} AND read_at IS NULL AND ${which}`);
  });
  return await countUnread(ctx);
}

const PreferenceRow = z.object({
  email: z.string(),
  zone: z.string(),
  content: z.unknown(),
  unitId: z.string(),
});

/** Errors: `invalid` for a token. */
export async function readPreferences(ctx: Ctx, hasMail: boolean): Promise<MyPreferences> {
  const { email, zone, content } = await mine(ctx);
  return { preferences: preferencesOf(content, zone), email, hasMail };
}

async function mine(ctx: Ctx): Promise<z.infer<typeof PreferenceRow>> {
  const { rows } = await ctx.state.execute(sql`
    SELECT p.email, p.unit_id AS "unitId", u.time_zone AS zone, f.content FROM person p JOIN unit u ON u.id = p.unit_id
    LEFT JOIN notify_preference f ON f.person_id = p.id WHERE p.id = ${ctx.actor.id}`);
  if (rows[0] === undefined) throw new AppError("invalid", "Only a person has notification settings.");
  return PreferenceRow.parse(rows[0]);
}

export async function savePreferences(ctx: Ctx, preferences: Preferences, hasMail: boolean): Promise<MyPreferences> {
  const { unitId } = await mine(ctx);
  const target = { kind: "person", id: ctx.actor.id };
  await ctx.change({ action: "notification.settings", target, unitId, detail: preferences }, async (tx) => {
    await tx.execute(sql`
      INSERT INTO notify_preference (person_id, content, changed_at)
      VALUES (${ctx.actor.id}, ${JSON.stringify(preferences)}::jsonb, ${instant(ctx.now())})
      ON CONFLICT (person_id) DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at`);
  });
  return await readPreferences(ctx, hasMail);
}

/** The address and language of whoever asks. Errors: `invalid` for a token. */
export async function ownAddress(ctx: Ctx): Promise<{ email: string; locale: "ja" | "en"; unitId: string }> {
  const { email, unitId } = await mine(ctx);
  const { rows } = await ctx.state.execute<{ locale: "ja" | "en" }>(
    sql`SELECT locale FROM person WHERE id = ${ctx.actor.id}`,
  );
  return { email, unitId, locale: rows[0]?.locale === "en" ? "en" : "ja" };
}
