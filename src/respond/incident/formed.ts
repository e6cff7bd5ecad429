import { eq, sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import type { IncidentRow, IncidentStatus } from "./contract.ts";
import { highestOf } from "./facts.ts";
import { searchTextOf, textArray } from "./filter.ts";
import { addEntry } from "./history.ts";
import { joinAlerts } from "./linking.ts";
import { endLink, isTouchedNow } from "./links.ts";
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
  readonly titleJa: string | null;
  readonly severity: Level;
  readonly unitId: string;
  readonly alertIds: readonly string[];
};

/** Holds these incidents until the transaction ends, lowest id first, as people do who hold two. */
export async function holdInOrder(tx: StateTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`SELECT id FROM incident WHERE id = ANY(${textArray(ids)}) ORDER BY id FOR UPDATE`);
}

/** Nobody owns it until a person takes it. */
export async function openFormed(tx: StateTx, ctx: Ctx, formed: FormedIncident): Promise<string> {
  const at = ctx.now();
  const id = newId("incident", at.getTime());
  const number = await takeNumber(tx);
  const { title, titleJa, severity, unitId, alertIds } = formed;
  await tx.insert(incident).values({
    id,
    number,
    title,
    titleJa,
    severity,
    unitId,
    openedAt: at,
    updatedAt: at,
    searchText: searchTextOf(number, { title, titleJa, summary: "" }),
  });
  await joinAlerts(tx, ctx, { incidentId: id, alertIds, kind: "opened" });
  return id;
}

type Adding = {
  readonly id: string;
  readonly alertIds: readonly string[];
  readonly severity: Level;
  /** The lowest unit above the incident's and all of its alerts'; what a person has touched stays where it is. */
  readonly unitAbove: (unitId: string) => string;
};

/** Severity and unit only ever rise by themselves. */
export async function addFormed(tx: StateTx, ctx: Ctx, { id, alertIds, severity, unitAbove }: Adding): Promise<void> {
  const stored = await holdIncident(tx, ctx, id);
  if (stored.status === "closed") throw changedMeanwhile();
  const isTouched = await isTouchedNow(tx, id);
  await joinAlerts(tx, ctx, { incidentId: stored.id, alertIds, kind: "alerts-added" });
  await rewriteIncident(tx, ctx, stored, {
    severity: highestOf([stored.severity, severity]),
    unitId: isTouched ? stored.unitId : unitAbove(stored.unitId),
  });
}

/** Nobody may have put a hand to it since it was read: what a person does stands. */
async function holdUntouched(tx: StateTx, ctx: Ctx, id: string) {
  const stored = await holdIncident(tx, ctx, id);
  if (await isTouchedNow(tx, id)) throw changedMeanwhile();
  return stored;
}

export async function takeOutFormed(
  tx: StateTx,
  ctx: Ctx,
  taking: { readonly id: string; readonly alertIds: readonly string[] },
): Promise<void> {
  const stored = await holdUntouched(tx, ctx, taking.id);
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
  const stored = await holdUntouched(tx, ctx, change.id);
  await rewriteIncident(tx, ctx, stored, {
    status: change.status,
    closingReason: change.status === "closed" ? change.reason : "",
  });
}
