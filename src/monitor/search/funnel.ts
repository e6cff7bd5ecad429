import { z } from "zod";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { Funnel, FunnelQuery } from "./contract.ts";
import type { SearchDeps, TimeRange } from "./deps.ts";
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
    countDetected(deps.events, { range, units, signal: input.signal }),
    deps.funnel.alerts(ctx, range, units),
    deps.funnel.incidents(ctx, range, units),
  ]);
  return { range: rangeView(range), ...counts, alerts, incidents };
}

type Counting = { readonly range: TimeRange; readonly units: UnitScope; readonly signal?: AbortSignal | undefined };

/** How many events of a range there are in these units, and how many of them were detected. The caller holds the right to know. */
export async function countDetected(events: EventsDb, { range, units, signal }: Counting) {
  const [row] = await countBoth(
    events,
    { ...rangeParams(range), allUnits: units.all, units: units.all ? [] : [...units.ids] },
    { maxRows: 1, maxSeconds: 20, ...(signal && { signal }) },
  );
  if (row === undefined) throw new Error("a query of two counts answers one row");
  return row;
}
