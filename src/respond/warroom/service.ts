import { sql } from "drizzle-orm";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { findWritable, readableIncident, touch } from "../incident/index.ts";
import type { FeedPage, FeedPosted, FeedQuery, MessageInput } from "./contract.ts";
import { readFeed, tellWarRoom } from "./feed.ts";

/** Errors: `not_found` when the incident is not there, or not yours to see. */
export async function readWarRoom(ctx: Ctx, input: FeedQuery & { readonly id: string }): Promise<FeedPage> {
  const stored = await readableIncident(ctx, input.id);
  return await readFeed(ctx.state, stored.id, input);
}

/** Says something in the war room. The same key again is the same message: its id, and nothing is written. */
export async function postMessage(ctx: Ctx, input: MessageInput & { readonly id: string }): Promise<FeedPosted> {
  const stored = await findWritable(ctx, input.id);
  const said = await messageOf(ctx.state, stored.id, input.key);
  if (said !== undefined) return { id: said };
  const entry = {
    action: "warroom.message",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number },
  };
  const id = await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const meanwhile = await messageOf(tx, stored.id, input.key);
    if (meanwhile !== undefined) return meanwhile;
    return await tellWarRoom(tx, ctx, {
      incidentId: stored.id,
      kind: "message",
      subject: "",
      text: input.text,
      key: input.key,
    });
  });
  return { id };
}

async function messageOf(db: StateDb, incidentId: string, key: string): Promise<string | undefined> {
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT id FROM case_feed WHERE incident_id = ${incidentId} AND message_key = ${key}`);
  return rows[0]?.id;
}
