import { sql } from "drizzle-orm";
import type { Ctx } from "../../organization/access/index.ts";
import { alert } from "./schema.ts";
import type { AlertDeps } from "./service.ts";
import { addNote } from "./triage.ts";

/** Yagura's own events about log sources. */
const DATASET = "yagura.log_source";
const MAX_ALERTS = 20;

type Recovery = {
  /** Who was silent: a source by its id, or the host that heard nobody. */
  readonly entity: { readonly kind: "source" | "host"; readonly value: string };
  readonly sinceMs: number;
  readonly untilMs: number;
};

/**
 * Marks the open alerts that say a source is silent: it speaks again. They stay open, for whoever stopped the log may have started it
 * again. False when there is none.
 */
export async function markSourceRecovered(
  ctx: Ctx,
  { entity, sinceMs, untilMs }: Recovery,
  deps: AlertDeps,
): Promise<boolean> {
  const open = await ctx.state
    .select({ id: alert.id })
    .from(alert)
    .where(
      sql`${alert.entityKind} = ${entity.kind} AND ${alert.entity} = ${entity.value} AND ${alert.status} <> 'closed'
        AND ${alert.sample} ->> 'dataset' = ${DATASET}`,
    )
    .limit(MAX_ALERTS);
  for (const { id } of open) await addNote(ctx, { id, text: `source-recovered:${sinceMs}:${untilMs}` }, deps);
  return open.length > 0;
}
