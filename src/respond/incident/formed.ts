import { eq } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import type { IncidentRow, IncidentStatus } from "./contract.ts";
import { highestOf } from "./facts.ts";
import { searchTextOf } from "./filter.ts";
import { addEntry } from "./history.ts";
import { joinAlerts } from "./linking.ts";
import { endLink } from "./links.ts";
import { changedMeanwhile, holdIncident, rewriteIncident } from "./rewrite.ts";
import { incident } from "./schema.ts";
import { takeNumber } from "./store.ts";

/**
 * What the joining of alerts does to incidents, each inside its caller's transaction, which also writes the audit row. Errors:
 * `conflict` when an incident is no longer what it was taken for; the caller looks again.
 */

type Level = IncidentRow["severity"];
export type FormedIncident = {
  readonly title: string;
  readonly severity: Level;
  readonly unitId: string;
  readonly alertIds: readonly string[];
};

/** Nobody owns it until a person takes it. */
export async function openFormed(tx: StateTx, ctx: Ctx, formed: FormedIncident): Promise<string> {
  const at = ctx.now();
  const id = newId("incident", at.getTime());
  const number = await takeNumber(tx);
  const { title, severity, unitId, alertIds } = formed;
  await tx.insert(incident).values({
    id,
    number,
    title,
    severity,
    unitId,
    openedAt: at,
    updatedAt: at,
    searchText: searchTextOf(number, title, ""),
  });
  await joinAlerts(tx, ctx, { incidentId: id, alertIds, kind: "opened" });
  return id;
}

/** Severity only ever rises by itself. */
export async function addFormed(
  tx: StateTx,
  ctx: Ctx,
  adding: { readonly id: string; readonly alertIds: readonly string[]; readonly severity: Level | undefined },
): Promise<void> {
  const stored = await holdIncident(tx, ctx, adding.id);
  if (stored.status === "closed") throw changedMeanwhile();
  await joinAlerts(tx, ctx, { incidentId: stored.id, alertIds: adding.alertIds, kind: "alerts-added" });
  const severity = highestOf([stored.severity, adding.severity ?? stored.severity]);
  await rewriteIncident(tx, ctx, stored, { severity });
}

export async function takeOutFormed(
  tx: StateTx,
  ctx: Ctx,
  taking: { readonly id: string; readonly alertIds: readonly string[] },
): Promise<void> {
  const stored = await holdIncident(tx, ctx, taking.id);
  refuseClaimed(ctx, stored);
  const entryId = await addEntry(tx, ctx, { incidentId: stored.id, kind: "alerts-removed" });
  for (const alertId of taking.alertIds) {
    if (!(await endLink(tx, { incidentId: stored.id, entryId, alertId }))) throw changedMeanwhile();
  }
  await tx.update(incident).set({ updatedAt: ctx.now() }).where(eq(incident.id, stored.id));
}

export async function setFormedStatus(
  tx: StateTx,
  ctx: Ctx,
  change: { readonly id: string; readonly status: IncidentStatus; readonly reason: string },
): Promise<void> {
  const stored = await holdIncident(tx, ctx, change.id);
  if (change.status === "closed") refuseClaimed(ctx, stored);
  await rewriteIncident(tx, ctx, stored, {
    status: change.status,
    closingReason: change.status === "closed" ? change.reason : "",
  });
}

/** A person may have taken it up since the plan was made. */
function refuseClaimed(ctx: Ctx, { claimedAt }: { readonly claimedAt: Date | null }): void {
  if (ctx.actor.kind === "system" && claimedAt !== null) throw changedMeanwhile();
}
