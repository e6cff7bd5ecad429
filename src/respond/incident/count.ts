import { sql } from "drizzle-orm";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { inScope, isWithdrawn } from "./filter.ts";

/**
 * Incidents opened in [fromMs, toMs), UTC milliseconds, within the units: the funnel's fourth step. What was withdrawn or merged into
 * another one is not counted.
 */
export async function countIncidents(
  db: StateDb,
  range: { fromMs: number; toMs: number },
  scope: UnitScope,
): Promise<number> {
  const from = new Date(range.fromMs).toISOString();
  const to = new Date(range.toMs).toISOString();
  const { rows } = await db.execute<{ n: string }>(sql`
    SELECT count(*)::text AS n FROM incident i
    WHERE ${isWithdrawn} IS NOT TRUE AND i.opened_at >= ${from}::timestamptz AND i.opened_at < ${to}::timestamptz AND ${inScope(sql`i.unit_id`, scope)}`);
  return Number(rows[0]?.n ?? 0);
}
