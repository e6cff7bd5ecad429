import { type SQL, sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import { TOTAL_CAP } from "./contract.ts";
import { type Asking, isTallied, type ReadyFilter, whereOf } from "./filter.ts";

/**
 * Kept counts as if they were alerts: the columns that a filter may name, and `n` of them alike. Triggers add to `alert_tally_new`
 * with every change of alerts; the keeper folds. Both together are exact at any moment.
 */
export const TALLIED = sql`(
  SELECT t.rule_id, r.title AS rule_title, t.unit_id, t.entity_kind, t.status, t.level, nullif(t.expert_severity, '') AS expert_severity,
    (CASE coalesce(nullif(t.expert_severity, ''), t.level)
      WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 ELSE 1 END)::smallint AS severity,
    nullif(t.assignee_id, '') AS assignee_id, nullif(t.assignee_name, '') AS assignee_name, nullif(t.disposition, '') AS disposition,
    r.tactics, r.techniques, t.n
  FROM (SELECT * FROM alert_tally UNION ALL SELECT * FROM alert_tally_new) t LEFT JOIN alert_rule r ON r.rule_id = t.rule_id
) a`;

export type Total = { readonly total: number; readonly isTotalCapped: boolean };

/** How many match: exact from kept counts; otherwise counted, to 10,000 or to what the asker can use. */
export async function countMatching(
  db: StateDb,
  filter: ReadyFilter,
  { scope, me, cap = TOTAL_CAP }: Asking & { readonly cap?: number },
): Promise<Total> {
  const where = whereOf(filter, scope, me);
  if (isTallied(filter)) {
    const total = await numberOf(db, sql`SELECT coalesce(sum(a.n), 0)::text AS n FROM ${TALLIED} WHERE ${where}`);
    return { total, isTotalCapped: false };
  }
  const found = await countUpTo(db, where, cap + 1);
  return { total: Math.min(found, cap), isTotalCapped: found > cap };
}

/** Alerts under a condition on `a`, counted no further than `most`. */
export const countUpTo = (db: StateDb, where: SQL, most: number): Promise<number> =>
  numberOf(db, sql`SELECT count(*)::text AS n FROM (SELECT 1 FROM alert a WHERE ${where} LIMIT ${most}) few`);

async function numberOf(db: StateDb, query: SQL): Promise<number> {
  const { rows } = await db.execute<{ n: string }>(query);
  return Number(rows[0]?.n ?? 0);
}
