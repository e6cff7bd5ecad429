import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { QueryHistory, type QueryHistoryInput, type QueryHistoryQuery } from "./contract.ts";
import { parseQuery } from "./language/parse.ts";

/** What one person asked, and nobody else ever sees: neither the list nor the record of changes tells another person the words. */

const MAX_KEPT = 500;
const TARGET = { kind: "query_history", id: "own" };

/** Newest first. */
export async function listHistory(ctx: Ctx, { contains, limit }: QueryHistoryQuery): Promise<QueryHistory> {
  const pattern = `%${contains
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object('id', id, 'q', q, 'from', from_text, 'to', to_text, 'columns', to_jsonb(columns), 'runs', runs,
      'ranAt', to_char(ran_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS item
    FROM query_history WHERE owner_id = ${ctx.actor.id} AND lower(normalize(q, NFKC)) LIKE ${pattern}
    ORDER BY ran_at DESC, id DESC LIMIT ${limit}`);
  return QueryHistory.parse({ items: rows.map(({ item }) => item) });
}

/** The same query again moves up; beyond 500 the oldest go. Errors: `invalid` for a text that is no query. */
export async function rememberQuery(ctx: Ctx, input: QueryHistoryInput): Promise<void> {
  const q = input.q.replaceAll("\0", "\uFFFD").toWellFormed().trim();
  if (q === "" || !parseQuery(q).ok) throw new AppError("invalid", "Only a query can be remembered.");
  const at = ctx.now();
  const hash = createHash("sha256").update(q).digest("hex");
  const columns = sql`${sql.param([...input.columns])}::text[]`;
  await ctx.change({ action: "query_history.add", target: TARGET }, async (tx) => {
    await tx.execute(sql`
      INSERT INTO query_history (id, owner_id, q, q_hash, from_text, to_text, columns, ran_at)
      VALUES (${newId("asked", at.getTime())}, ${ctx.actor.id}, ${q}, ${hash}, ${input.from}, ${input.to}, ${columns},
        ${at.toISOString()}::timestamptz)
      ON CONFLICT (owner_id, q_hash) DO UPDATE SET from_text = excluded.from_text, to_text = excluded.to_text,
        columns = excluded.columns, runs = query_history.runs + 1, ran_at = excluded.ran_at`);
    await tx.execute(sql`
      DELETE FROM query_history WHERE id IN (
        SELECT id FROM query_history WHERE owner_id = ${ctx.actor.id} ORDER BY ran_at DESC, id DESC OFFSET ${MAX_KEPT})`);
  });
}

/** One, or with no id all of them. An id of another person's is passed over like one that is not there. */
export async function forgetQueries(ctx: Ctx, entry?: string): Promise<void> {
  const which = entry === undefined ? sql`true` : sql`id = ${entry}`;
  await ctx.change({ action: "query_history.clear", target: TARGET }, async (tx) => {
    await tx.execute(sql`DELETE FROM query_history WHERE owner_id = ${ctx.actor.id} AND ${which}`);
  });
}
