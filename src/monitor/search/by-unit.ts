import type { UnitPart } from "../../organization/access/index.ts";
import type { EventAccess } from "./deps.ts";
import { narrowed } from "./grams/index.ts";
import { IN_RANGE, rangeParams, type Scope } from "./scope.ts";

/** Of which units the matching events are, and how many of each; the largest part first. */
export async function eventsByUnit(
  { events }: Pick<EventAccess, "events">,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<UnitPart[]> {
  const { condition, params } = await narrowed(events, scope, signal);
  const rows = await events.select<{ unitId: string; rows: string }>(
    `SELECT unit_id AS unitId, count() AS rows FROM events WHERE ${IN_RANGE} AND ${condition}
     GROUP BY unitId ORDER BY rows DESC, unitId`,
    { ...params, ...rangeParams(scope) },
    { maxSeconds: 30, ...(signal && { signal }) },
  );
  return rows.map(({ unitId, rows: count }) => ({ unitId, count: Number(count) }));
}
