import { z } from "zod";
import type { Ctx } from "../../organization/access/index.ts";
import { eventQuery } from "../../platform/events/index.ts";
import type { Funnel, FunnelQuery } from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { clockOf, rangeOf, rangeParams, rangeView, unitsOf } from "./scope.ts";

const countBoth = eventQuery(import.meta.url, "./queries/funnel.sql", {
  params: z.object({
    from: z.string(),
    to: z.string(),
    fromKey: z.string(),
    toKey: z.string(),
    allUnits: z.boolean(),
    units: z.array(z.string()),
  }),
  row: z.object({ events: z.coerce.number(), detections: z.coerce.number() }),
});

/** Events → detections → alerts → incidents, true counts of one range. Errors: as `searchEvents`. */
export async function readFunnel(
  deps: SearchDeps,
  ctx: Ctx,
  input: FunnelQuery & { readonly signal?: AbortSignal },
): Promise<Funnel> {
  const range = rangeOf(input, clockOf(ctx, "UTC"));
  const units = await unitsOf(deps, ctx, input.unit);
  const [counts, alerts, incidents] = await Promise.all([
    countBoth(
      deps.events,
      { ...rangeParams(range), allUnits: units.all, units: units.all ? [] : [...units.ids] },
      { maxRows: 1, maxSeconds: 20, ...(input.signal && { signal: input.signal }) },
    ),
    deps.funnel.alerts(ctx, range, units),
    deps.funnel.incidents(ctx, range, units),
  ]);
  const [row] = counts;
  if (row === undefined) throw new Error("a query of two counts answers one row");
  return { range: rangeView(range), ...row, alerts, incidents };
}
