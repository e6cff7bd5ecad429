import { sql } from "drizzle-orm";
import type { StateTx } from "../../platform/state/index.ts";
import type { GroupRow } from "./grouping.ts";

/**
 * Keeps when each rule was seen for the first time. What came late may be older than what is known; nothing is written when it is
 * not, so that batches rarely wait for each other here.
 */
export async function rememberFirsts(
  tx: StateTx,
  groups: readonly Pick<GroupRow, "rule_id" | "first_ms">[],
): Promise<void> {
  const firsts = new Map<string, number>();
  for (const { rule_id, first_ms } of groups) {
    firsts.set(rule_id, Math.min(first_ms, firsts.get(rule_id) ?? first_ms));
  }
  const input = JSON.stringify([...firsts].map(([rule_id, first_ms]) => ({ rule_id, first_ms })));
  await tx.execute(sql`
    UPDATE alert_rule r SET first_at = to_timestamp(g.first_ms / 1000.0)
    FROM jsonb_to_recordset(${input}::jsonb) AS g(rule_id text, first_ms bigint)
    WHERE r.rule_id = g.rule_id AND (r.first_at IS NULL OR to_timestamp(g.first_ms / 1000.0)::timestamptz(3) < r.first_at)`);
}
