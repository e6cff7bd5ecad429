import { sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import { inScope, type Scope } from "./filter.ts";

/** Alerts last seen in [fromMs, toMs), UTC milliseconds, within the units: the funnel's third step. */
export async function countAlerts(db: StateDb, range: { fromMs: number; toMs: number }, scope: Scope): Promise<number> {
  const from = new Date(range.fromMs).toISOString();
  const to = new Date(range.toMs).toISOString();
  const { rows } = await db.execute<{ n: string }>(sql`
    SELECT count(*)::text AS n FROM alert a
    WHERE a.last_at >= ${from}::timestamptz AND a.last_at < ${to}::timestamptz AND ${inScope(scope)}`);
  return Number(rows[0]?.n ?? 0);
}
