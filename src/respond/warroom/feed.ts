import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { textArray } from "../incident/index.ts";
import { ENTRY_KINDS, FeedItem, type FeedPage, type FeedQuery, type WorkKind } from "./contract.ts";

type NewItem = {
  readonly incidentId: string;
  readonly kind: WorkKind;
  readonly subject: string;
  readonly text?: string;
  readonly key?: string;
};

/** Writes down in the war room what a person did or said, in the transaction that does it. Returns the item's id. */
export async function tellWarRoom(tx: StateTx, ctx: Ctx, item: NewItem): Promise<string> {
  const at = ctx.now();
  const id = newId("feed", at.getTime());
  const { kind, id: actorId, name } = ctx.actor;
  await tx.execute(sql`
    INSERT INTO case_feed (id, incident_id, message_key, kind, at, actor_kind, actor_id, actor_name, subject, text)
    VALUES (${id}, ${item.incidentId}, ${item.key ?? null}, ${item.kind}, ${at.toISOString()}::timestamptz,
      ${kind}, ${actorId}, ${name}, ${item.subject}, ${item.text ?? ""})`);
  return id;
}

const iso = sql.raw(`to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
const Row = z.object({ item: FeedItem });

/**
 * One page, newest first. Each half is cut by its own index before they are put together. Titles of alerts, and of
 * anything outside this incident, are not read at all: what a reader may not see cannot be told.
 */
export async function readFeed(db: StateDb, incidentId: string, { cursor, limit }: FeedQuery): Promise<FeedPage> {
  const place = cursor === undefined ? undefined : decodeCursor(cursor);
  const after = place ? sql`AND (at, id) < (to_timestamp(${place.atMs}::bigint / 1000.0), ${place.id})` : sql`AND true`;
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', f.id, 'at', ${iso},
      'actor', jsonb_build_object('kind', f.actor_kind, 'id', f.actor_id, 'name', f.actor_name),
      'kind', f.kind, 'subject', f.subject, 'text', f.text,
      'changes', (SELECT coalesce(jsonb_agg(jsonb_build_object('field', c ->> 'field', 'after',
        CASE WHEN c ->> 'field' = 'summary' THEN NULL ELSE c ->> 'after' END)), '[]') FROM jsonb_array_elements(f.changes) c),
      'alerts', (SELECT count(*) FROM incident_alert l WHERE l.incident_id = ${incidentId}
        AND (l.added_entry = f.id OR l.removed_entry = f.id))) AS item
    FROM (
      (SELECT id COLLATE "C" AS id, at, actor_kind, actor_id, actor_name, kind, '' AS subject, coalesce(note, '') AS text, changes
        FROM incident_entry WHERE incident_id = ${incidentId} AND kind = ANY(${textArray(ENTRY_KINDS)}) ${after}
        ORDER BY at DESC, id COLLATE "C" DESC LIMIT ${limit + 1})
      UNION ALL
      (SELECT id, at, actor_kind, actor_id, actor_name, kind, subject, text, '[]'::jsonb
        FROM case_feed WHERE incident_id = ${incidentId} ${after} ORDER BY at DESC, id DESC LIMIT ${limit + 1})
    ) f ORDER BY f.at DESC, f.id DESC LIMIT ${limit + 1}`);
  const found = rows.map((row) => Row.parse(row).item);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { nextCursor: encodeCursor(last) }) };
}

const encodeCursor = ({ at, id }: FeedItem): string =>
  Buffer.from(JSON.stringify([Date.parse(at), id])).toString("base64url");

const Cursor = z.tuple([z.number().int().min(0).max(8_640_000_000_000_000), z.string().max(100)]);

function decodeCursor(text: string): { atMs: number; id: string } {
  try {
    const [atMs, id] = Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return { atMs, id: id.replaceAll("\0", "") };
  } catch (cause) {
    throw new AppError(
      "invalid",
      "This page link belongs to another list. Start again from the first page.",
      {},
      cause,
    );
  }
}
