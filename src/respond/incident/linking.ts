import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { isInScope } from "../../organization/access/index.ts";
import { isUniqueViolation, type StateTx } from "../../platform/state/index.ts";
import { MAX_INCIDENT_ALERTS } from "./contract.ts";
import { both, keyOf } from "./filter.ts";
import { addEntry } from "./history.ts";
import { alertsWithin, countLinks, type Holder, holdersOf, insertLinks, type Linkable } from "./links.ts";
import { numberOfIncident } from "./store.ts";
import { mayYield, yieldAlerts } from "./yield.ts";

/**
 * The alerts to link, each once. An incident claims an alert for itself, so linking needs `incident:write` in the alert's
 * unit beside the right to read it. Errors: `not_found` when one of them is not there or not yours.
 */
export async function pickAlerts(ctx: Ctx, alertIds: readonly string[]): Promise<Linkable[]> {
  const wanted = [...new Set(alertIds)];
  const found = await alertsWithin(ctx.state, wanted, both(ctx.units("alert:read"), ctx.units("incident:write")));
  if (found.length === wanted.length) return found;
  const known = new Set(found.map(({ id }) => id));
  throw new AppError("not_found", "Some of the alerts are not there, or not yours to put into an incident.", {
    alertIds: wanted.filter((id) => !known.has(id)).slice(0, 20),
  });
}

type Joining = {
  readonly incidentId: string;
  readonly alertIds: readonly string[];
  readonly kind: "opened" | "alerts-added";
};

/**
 * Links alerts inside the transaction; those already in this incident are left as they are, and incidents that formed by themselves
 * give theirs to a person. Errors: `conflict`, `over_limit`.
 */
export async function joinAlerts(tx: StateTx, ctx: Ctx, { incidentId, alertIds, kind }: Joining): Promise<void> {
  const holders = await holdersOf(tx, alertIds);
  const others = holders.filter((holder) => holder.incidentId !== incidentId);
  const foreign = others.filter((holder) => !mayYield(ctx, holder));
  if (foreign.length > 0) throw taken(ctx, foreign);
  const own = new Set(holders.filter((holder) => holder.incidentId === incidentId).map(({ alertId }) => alertId));
  const fresh = alertIds.filter((id) => !own.has(id));
  if (fresh.length === 0) return;
  const total = (await countLinks(tx, incidentId)) + fresh.length;
  if (total > MAX_INCIDENT_ALERTS) {
    throw new AppError(
      "over_limit",
      `An incident holds up to ${MAX_INCIDENT_ALERTS} alerts; this would make ${total}.`,
      {
        limit: MAX_INCIDENT_ALERTS,
        total,
      },
    );
  }
  if (others.length > 0) await yieldAlerts(tx, ctx, others, keyOf(await numberOfIncident(tx, incidentId)));
  const entryId = await addEntry(tx, ctx, { incidentId, kind });
  await insertLinks(tx, { incidentId, entryId, alertIds: fresh });
}

/** Names the other incidents as far as the person may see them. */
function taken(ctx: Ctx, holders: readonly Holder[]): AppError {
  const visible = holders.filter(({ unitId }) => isInScope(ctx.units("incident:read"), unitId));
  const names = [...new Set(visible.map(({ number }) => keyOf(number)))];
  const where = names.length > 0 ? names.join(", ") : "another incident";
  const verb = holders.length === 1 ? "belongs" : "belong";
  return new AppError("conflict", `${holders.length} of the alerts already ${verb} to ${where}.`, {
    alertIds: holders.map(({ alertId }) => alertId).slice(0, 20),
    incidents: names.slice(0, 20),
  });
}

/** Two people link one alert at the same moment: the index lets the first do it and the second hear of it. */
export async function oneLinkEach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, "incident_alert_live")) throw error;
    throw new AppError("conflict", "One of the alerts was put into another incident just now. Load them again.");
  }
}
