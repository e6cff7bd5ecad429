import { sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";

type Relation = {
  readonly kind: "continues" | "merged-into" | "split-from";
  readonly incidentId: string;
  readonly otherId: string;
  readonly reason: string;
  readonly detail: object;
};

/** Keeps how two incidents hang together, who said so and why. */
export async function relate(
  tx: StateTx,
  ctx: Ctx,
  { kind, incidentId, otherId, reason, detail }: Relation,
): Promise<void> {
  const at = ctx.now();
  const id = newId("relation", at.getTime());
  const { kind: actorKind, id: actorId, name } = ctx.actor;
  await tx.execute(sql`
    INSERT INTO incident_relation (id, kind, incident_id, other_id, at, actor_kind, actor_id, actor_name, reason, detail)
    VALUES (${id}, ${kind}, ${incidentId}, ${otherId}, ${at.toISOString()}::timestamptz, ${actorKind}, ${actorId}, ${name},
      ${reason}, ${JSON.stringify(detail)}::jsonb)`);
}
