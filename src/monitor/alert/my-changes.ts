import { desc, sql } from "drizzle-orm";
import type { Ctx } from "../../organization/access/index.ts";
import { type MyChange, UNDO_MINUTES } from "./contract.ts";
import { alertChange, type ChangeAfter } from "./schema.ts";

const LATEST = 20;

/** The asking person's latest acts on alerts, undos left out: what may still be taken back, and what was. */
export async function readMyChanges(ctx: Ctx): Promise<MyChange[]> {
  const rows = await ctx.state
    .select()
    .from(alertChange)
    .where(
      sql`${alertChange.actorId} = ${ctx.actor.id} AND ${alertChange.actorKind} = ${ctx.actor.kind}
        AND ${alertChange.undoOf} IS NULL AND ${alertChange.alerts} > 0`,
    )
    .orderBy(desc(alertChange.at), desc(alertChange.id))
    .limit(LATEST);
  return rows.map((row) => {
    const untilMs = row.at.getTime() + UNDO_MINUTES * 60_000;
    const isUndone = row.undoneBy !== null;
    return {
      id: row.id,
      at: row.at.toISOString(),
      alerts: row.alerts,
      what: whatOf(row.after),
      disposition: row.after.disposition ?? null,
      expertSeverity: row.after.expertSeverity ?? null,
      isUndone,
      undoUntil: isUndone || untilMs < ctx.now().getTime() ? null : new Date(untilMs).toISOString(),
    };
  });
}

function whatOf(after: ChangeAfter): MyChange["what"] {
  if (after.disposition) return "close";
  if (after.status !== undefined) return "status";
  if (after.assigneeId !== undefined) return "assign";
  return after.expertSeverity === undefined ? "note" : "judge";
}
