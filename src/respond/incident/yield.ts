import type { Ctx } from "../../organization/access/index.ts";
import { isInScope } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { CLOSED_BY_ITSELF } from "./closing.ts";
import { addEntry } from "./history.ts";
import { countLinks, endLink, type Holder } from "./links.ts";
import { holdIncident, rewriteIncident } from "./rewrite.ts";

/** An incident that formed by itself and that nobody has touched gives its alerts to whoever asks for them. */
export const mayYield = (ctx: Ctx, holder: Holder): boolean =>
  ctx.actor.kind !== "system" && !holder.isTouched && isInScope(ctx.units("incident:write"), holder.unitId);

/** Takes the alerts out of the incidents that hold them; one that has none left is closed and says why. `into`: such as `INC-12`. */
export async function yieldAlerts(tx: StateTx, ctx: Ctx, holders: readonly Holder[], into: string): Promise<void> {
  for (const [incidentId, held] of Map.groupBy(holders, (holder) => holder.incidentId)) {
    const stored = await holdIncident(tx, ctx, incidentId);
    const entryId = await addEntry(tx, ctx, { incidentId, kind: "alerts-removed" });
    for (const { alertId } of held) await endLink(tx, { incidentId, entryId, alertId });
    if ((await countLinks(tx, incidentId)) > 0) continue;
    const closingReason = CLOSED_BY_ITSELF.yielded(into);
    await rewriteIncident(tx, ctx, stored, { status: "closed", closingReason });
  }
}
