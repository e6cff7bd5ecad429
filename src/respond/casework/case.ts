import type { Ctx } from "../../organization/access/index.ts";
import { findIncident, incidentNotFound } from "../incident/index.ts";

/** The incident to read from. Errors: `not_found`, also when it is not yours to see. */
export async function readable(ctx: Ctx, ref: string) {
  const stored = await findIncident(ctx.state, ref, ctx.units("incident:read"));
  if (!stored) throw incidentNotFound();
  return stored;
}
