import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { findWritable, touch } from "./conduct.ts";
import type { IncidentDetail } from "./contract.ts";
import { addEntry } from "./history.ts";
import { joinAlerts, oneLinkEach, pickAlerts } from "./linking.ts";
import { alertsWithin, endLink } from "./links.ts";
import { readIncident } from "./service.ts";

/** Adds alerts to an incident that is not closed. Errors: `not_found`, `conflict`, `over_limit` as `openIncident`. */
export async function addAlerts(
  ctx: Ctx,
  input: { readonly id: string; readonly alertIds: readonly string[] },
): Promise<IncidentDetail> {
  const stored = await findWritable(ctx, input.id);
  if (stored.status === "closed") throw new AppError("conflict", "The incident is closed. Reopen it to add alerts.");
  const alertIds = (await pickAlerts(ctx, input.alertIds)).map(({ id }) => id);
  const entry = {
    action: "incident.link",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, alerts: alertIds.length, alertIds: alertIds.slice(0, 20) },
  };
  await oneLinkEach(() =>
    ctx.change(entry, async (tx) => {
      await touch(tx, ctx, stored.id);
      await joinAlerts(tx, ctx, { incidentId: stored.id, alertIds, kind: "alerts-added" });
    }),
  );
  return await readIncident(ctx, stored.id);
}

/** Takes an alert out; that it was in stays in the history. Errors: `not_found` when it is not in, or not yours to see. */
export async function removeAlert(
  ctx: Ctx,
  input: { readonly id: string; readonly alertId: string },
): Promise<IncidentDetail> {
  const { alertId } = input;
  const stored = await findWritable(ctx, input.id);
  const [visible] = await alertsWithin(ctx.state, [alertId], ctx.units("alert:read"));
  if (!visible) throw notIn();
  const entry = {
    action: "incident.unlink",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, alertId },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const entryId = await addEntry(tx, ctx, { incidentId: stored.id, kind: "alerts-removed" });
    if (!(await endLink(tx, { incidentId: stored.id, entryId, alertId }))) throw notIn();
  });
  return await readIncident(ctx, stored.id);
}

const notIn = (): AppError => new AppError("not_found", "This alert is not in the incident.");
