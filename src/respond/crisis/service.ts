import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { readableIncident } from "../incident/index.ts";
import type { Crisis } from "./contract.ts";
import { declarationsOf, firstEventOf, impactsOf, servicesOf, stepsOf } from "./store.ts";
import { beganOf, crisisOf } from "./view.ts";

/** The course of an incident. Errors: `not_found` when it is not there, or not yours to see. */
export async function readCrisis(ctx: Ctx, ref: string): Promise<Crisis> {
  const stored = await readableIncident(ctx, ref);
  const { id } = stored;
  const [declarations, services, impacts, steps, firstEventMs] = await Promise.all([
    declarationsOf(ctx.state, id),
    servicesOf(ctx.state, id),
    impactsOf(ctx.state, id),
    stepsOf(ctx.state, id),
    firstEventOf(ctx.state, id),
  ]);
  return crisisOf({
    incidentId: id,
    openedMs: stored.openedAt.getTime(),
    claimedMs: stored.claimedAt?.getTime(),
    closedMs: stored.closedAt?.getTime(),
    nowMs: ctx.now().getTime(),
    firstEventMs,
    declarations,
    services,
    impacts,
    steps,
  });
}

/** When an incident began: no phase of its crisis lies before. */
export async function beganMsOf(
  db: StateDb,
  stored: { readonly id: string; readonly openedAt: Date },
): Promise<number> {
  return beganOf(await firstEventOf(db, stored.id), stored.openedAt.getTime());
}
