import { eq } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { CLOSED_BY_ITSELF } from "./closing.ts";
import { findWritable } from "./conduct.ts";
import type { IncidentStatus } from "./contract.ts";
import { highestOf } from "./facts.ts";
import { keyOf } from "./filter.ts";
import { openFormed } from "./formed.ts";
import { addEntry } from "./history.ts";
import { joinAlerts, pickAlerts } from "./linking.ts";
import { endLink, holdersOf, liveAlertIds } from "./links.ts";
import { changedMeanwhile, holdIncident, rewriteIncident } from "./rewrite.ts";
import { incident } from "./schema.ts";

/** Moving alerts between incidents by hand. Each runs in its caller's transaction, which also keeps the relation. */

export type Moved = { readonly alertIds: readonly string[]; readonly statusBefore: IncidentStatus };

/** Errors: `not_found`; `conflict` when both are one, or the other one is closed. */
export async function findPair(ctx: Ctx, ref: string, intoRef: string) {
  const [from, into] = [await findWritable(ctx, ref), await findWritable(ctx, intoRef)];
  if (from.id === into.id) throw new AppError("conflict", "An incident cannot be merged into itself.");
  if (into.status === "closed") throw new AppError("conflict", `${keyOf(into.number)} is closed. Reopen it first.`);
  return { from, into };
}

type Pair = { readonly fromId: string; readonly intoId: string; readonly reason: string };

/** All alerts of one incident go to the other, and it is closed. Errors: `conflict`, `over_limit` when they are too many. */
export async function mergeInto(tx: StateTx, ctx: Ctx, { fromId, intoId, reason }: Pair): Promise<Moved> {
  const { from, into } = await holdBoth(tx, ctx, fromId, intoId);
  if (into.status === "closed") throw changedMeanwhile();
  const alertIds = await liveAlertIds(tx, fromId);
  await move(tx, ctx, { fromId, intoId, alertIds });
  const closingReason = CLOSED_BY_ITSELF.merged(keyOf(into.number), reason);
  await rewriteIncident(tx, ctx, from, { status: "closed", closingReason });
  return { alertIds, statusBefore: from.status };
}

type Splitting = { readonly fromId: string; readonly alertIds: readonly string[]; readonly title: string };

/** A new incident with some of the alerts, owned by whoever splits. Errors: `invalid` when one is not in it, or none would be left. */
export async function splitOff(tx: StateTx, ctx: Ctx, { fromId, alertIds, title }: Splitting): Promise<string> {
  const from = await holdIncident(tx, ctx, fromId);
  if (from.status === "closed") throw new AppError("conflict", "The incident is closed. Reopen it to split it.");
  const live = new Set(await liveAlertIds(tx, fromId));
  const wanted = [...new Set(alertIds)];
  if (wanted.some((id) => !live.has(id))) throw new AppError("invalid", "Some of the alerts are not in the incident.");
  if (wanted.length === live.size) throw new AppError("invalid", "Leave at least one alert in the incident.");
  const alerts = await pickAlerts({ ...ctx, state: tx }, wanted);
  await takeOut(tx, ctx, fromId, wanted);
  const severity = highestOf(alerts.map((alert) => alert.severity));
  const id = await openFormed(tx, ctx, { title, titleJa: null, severity, unitId: from.unitId, alertIds: wanted });
  await tx.update(incident).set({ ownerId: ctx.actor.id, ownerName: ctx.actor.name }).where(eq(incident.id, id));
  return id;
}

type Back = { readonly fromId: string; readonly intoId: string; readonly moved: Moved; readonly closes: boolean };

/**
 * Puts back those alerts that are still where a merge or split has put them. What people have done to the incident since then stands: one
 * that was closed for another reason takes nothing back. Errors: `conflict`.
 */
export async function moveBack(tx: StateTx, ctx: Ctx, { fromId, intoId, moved, closes }: Back): Promise<void> {
  const { from, into } = await holdBoth(tx, ctx, fromId, intoId);
  const still = (await holdersOf(tx, moved.alertIds)).filter(({ incidentId }) => incidentId === fromId);
  const isClosedByMerge = !closes && into.closingReason.startsWith(CLOSED_BY_ITSELF.merged(keyOf(from.number), ""));
  if (into.status === "closed" && !isClosedByMerge)
    throw new AppError("conflict", `${keyOf(into.number)} has been closed since. Reopen it first.`);
  if (isClosedByMerge && moved.statusBefore !== "closed")
    await rewriteIncident(tx, ctx, into, { status: moved.statusBefore, closingReason: "" });
  await move(tx, ctx, { fromId, intoId, alertIds: still.map(({ alertId }) => alertId) });
  if (!closes || (await liveAlertIds(tx, fromId)).length > 0) return;
  await rewriteIncident(tx, ctx, from, {
    status: "closed",
    closingReason: CLOSED_BY_ITSELF.movedBack(keyOf(into.number)),
  });
}

/** In the order of ids, so that two people wait for each other in one direction only. */
async function holdBoth(tx: StateTx, ctx: Ctx, fromId: string, intoId: string) {
  const [first, second] = [fromId, intoId].sort();
  const held = [await holdIncident(tx, ctx, first ?? ""), await holdIncident(tx, ctx, second ?? "")];
  const from = held.find(({ id }) => id === fromId);
  const into = held.find(({ id }) => id === intoId);
  if (!from || !into) throw changedMeanwhile();
  return { from, into };
}

type Moving = { readonly fromId: string; readonly intoId: string; readonly alertIds: readonly string[] };

async function move(tx: StateTx, ctx: Ctx, { fromId, intoId, alertIds }: Moving): Promise<void> {
  if (alertIds.length === 0) return;
  await takeOut(tx, ctx, fromId, alertIds);
  await joinAlerts(tx, ctx, { incidentId: intoId, alertIds, kind: "alerts-added" });
  await tx.update(incident).set({ updatedAt: ctx.now() }).where(eq(incident.id, intoId));
}

async function takeOut(tx: StateTx, ctx: Ctx, incidentId: string, alertIds: readonly string[]): Promise<void> {
  const entryId = await addEntry(tx, ctx, { incidentId, kind: "alerts-removed" });
  for (const alertId of alertIds) {
    if (!(await endLink(tx, { incidentId, entryId, alertId }))) throw changedMeanwhile();
  }
  await tx.update(incident).set({ updatedAt: ctx.now() }).where(eq(incident.id, incidentId));
}
