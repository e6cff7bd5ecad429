import { eq } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { differences, type Fields } from "./changes.ts";
import { addEntry } from "./history.ts";
import { incident } from "./schema.ts";
import { lockIncident } from "./store.ts";

/** Changes of fields as a part of something larger, inside its transaction, with their line in the history. */

type Stored = NonNullable<Awaited<ReturnType<typeof lockIncident>>>;

/** Errors: `conflict` when it is not there any more, or not the actor's to change. */
export async function holdIncident(tx: StateTx, ctx: Ctx, id: string): Promise<Stored> {
  const stored = await lockIncident(tx, id, ctx.units("incident:write"));
  if (!stored) throw changedMeanwhile();
  return stored;
}

export async function rewriteIncident(tx: StateTx, ctx: Ctx, before: Stored, wish: Partial<Fields>): Promise<void> {
  const changes = differences(before, { ...before, ...wish });
  const at = ctx.now();
  const status = wish.status ?? before.status;
  await tx
    .update(incident)
    .set({
      ...wish,
      updatedAt: at,
      closedAt: status === "closed" ? (before.closedAt ?? at) : null,
      ...(changes.length > 0 && { version: before.version + 1 }),
    })
    .where(eq(incident.id, before.id));
  if (changes.length > 0) await addEntry(tx, ctx, { incidentId: before.id, kind: "changed", changes });
}

export const changedMeanwhile = (): AppError => new AppError("conflict", "The incident was changed meanwhile.");
