import { sql } from "drizzle-orm";
import { AppError } from "../../../kernel/errors.ts";
import type { StateTx } from "../../../platform/state/index.ts";

type Named =
  | { readonly kind: "rota"; readonly rotaId: string }
  | { readonly kind: "policy"; readonly policyId: string }
  | { readonly kind: "channel"; readonly channelId: string };

/**
 * What somebody counts on does not go unseen. Errors: `conflict` while a policy in use tells it, or a rule. A rule without one of its
 * channels is marked in the list; a policy without it would be found out at night.
 */
export async function refuseWhileNamed(tx: StateTx, target: Named): Promise<void> {
  const inRule = JSON.stringify({ targets: [target] });
  const inPolicy = JSON.stringify({ steps: [{ targets: [target] }] });
  const { rows } = await tx.execute<{ name: string }>(sql`
    SELECT content ->> 'name' AS name FROM notify_rule WHERE ${target.kind !== "channel"} AND content @> ${inRule}::jsonb
    UNION ALL SELECT content ->> 'name' FROM on_call_policy WHERE retired_at IS NULL AND content @> ${inPolicy}::jsonb LIMIT 1`);
  if (rows[0]) throw new AppError("conflict", `“${rows[0].name}” still counts on it.`, { name: rows[0].name });
}
