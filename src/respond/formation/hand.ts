import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { IncidentStatus } from "../incident/contract.ts";
import { findPair, findWritable, mergeInto, moveBack, readIncident, splitOff } from "../incident/index.ts";
import type { MergeInput, Moved, SplitInput } from "./contract.ts";
import { relate } from "./relate.ts";

type Of<T> = T & { readonly id: string };

/** Puts all alerts into another incident and closes this one. Errors: `not_found`, `conflict`, `over_limit`. */
export async function mergeIncidents(ctx: Ctx, { id, intoId, reason }: Of<MergeInput>): Promise<Moved> {
  const { from, into } = await findPair(ctx, id, intoId);
  const entry = {
    action: "incident.merge",
    target: { kind: "incident", id: from.id },
    unitId: from.unitId,
    detail: { number: from.number, into: into.number, reason },
  };
  await ctx.change(entry, async (tx) => {
    const detail = await mergeInto(tx, ctx, { fromId: from.id, intoId: into.id, reason });
    await relate(tx, ctx, { kind: "merged-into", incidentId: from.id, otherId: into.id, reason, detail });
  });
  return { id: into.id, number: into.number };
}

/** Opens an incident with some of the alerts. Errors: `not_found`, `conflict`, `invalid`. */
export async function splitIncident(ctx: Ctx, { id, alertIds, title, reason }: Of<SplitInput>): Promise<Moved> {
  const from = await findWritable(ctx, id);
  const entry = {
    action: "incident.split",
    target: { kind: "incident", id: from.id },
    unitId: from.unitId,
    detail: { number: from.number, alerts: alertIds.length, reason },
  };
  const newId = await ctx.change(entry, async (tx) => {
    const incidentId = await splitOff(tx, ctx, { fromId: from.id, alertIds, title });
    const detail = { alertIds, statusBefore: from.status };
    await relate(tx, ctx, { kind: "split-from", incidentId, otherId: from.id, reason, detail });
    return incidentId;
  });
  const { number } = await readIncident(ctx, newId);
  return { id: newId, number };
}

const Stored = z.object({
  kind: z.enum(["merged-into", "split-from"]),
  incidentId: z.string(),
  otherId: z.string(),
  detail: z.object({ alertIds: z.array(z.string()), statusBefore: IncidentStatus }),
});

/** Takes a merge or a split by a person back: the alerts that are still there return. Errors: `not_found`, `conflict`. */
export async function undoRelation(ctx: Ctx, { id, relationId }: { id: string; relationId: string }): Promise<Moved> {
  const asked = await findWritable(ctx, id);
  const entry = {
    action: "incident.move-back",
    target: { kind: "incident", id: asked.id },
    unitId: asked.unitId,
    detail: { number: asked.number, relationId },
  };
  const otherId = await ctx.change(entry, async (tx) => {
    const {
      kind,
      incidentId,
      otherId: other,
      detail,
    } = await holdRelation(tx, ctx, { incidentId: asked.id, relationId });
    const isMerge = kind === "merged-into";
    const [fromId, intoId] = isMerge ? [other, incidentId] : [incidentId, other];
    await moveBack(tx, ctx, { fromId, intoId, moved: detail, closes: !isMerge });
    return intoId;
  });
  const { number } = await readIncident(ctx, otherId);
  return { id: otherId, number };
}

async function holdRelation(
  tx: StateTx,
  ctx: Ctx,
  { incidentId, relationId }: { incidentId: string; relationId: string },
) {
  const { rows } = await tx.execute(sql`
    UPDATE incident_relation SET undone_at = ${ctx.now().toISOString()}::timestamptz
    WHERE id = ${relationId} AND undone_at IS NULL AND actor_kind <> 'system' AND kind <> 'continues'
      AND (incident_id = ${incidentId} OR other_id = ${incidentId})
    RETURNING kind, incident_id AS "incidentId", other_id AS "otherId", detail`);
  const [row] = rows;
  if (row === undefined)
    throw new AppError("not_found", "There is nothing of this kind to undo, or it is undone already.");
  return Stored.parse(row);
}
