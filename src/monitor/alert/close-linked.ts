import { sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { applyChange } from "./change.ts";
import type { Disposition } from "./contract.ts";
import { inScope } from "./filter.ts";

type Closing = {
  readonly alertIds: readonly string[];
  /** Undefined: nothing is closed, it is only counted. */
  readonly disposition: Disposition | undefined;
  readonly reason: string;
};
export type ClosedAlerts = {
  /** Those of the alerts that are open and the person's to close; all of them are closed when there is a disposition. */
  readonly closed: number;
  /** Open ones of units where the person may not change alerts. */
  readonly left: number;
  /** The change, by which its author takes it back; null when nothing was closed. */
  readonly changeId: string | null;
};

/**
 * Closes what is still open of these alerts, as a part of something larger and inside its transaction. Those that are closed already
 * keep what was found of them.
 */
export async function closeAlertsOf(
  tx: StateTx,
  ctx: Ctx,
  { alertIds, disposition, reason }: Closing,
): Promise<ClosedAlerts> {
  const isOne = sql`a.id = ANY(${sql.param([...alertIds])}::text[]) AND a.status <> 'closed'`;
  const scope = ctx.units("alert:write");
  const { rows } = await tx.execute<{ own: string; all: string }>(sql`
    SELECT count(*) FILTER (WHERE ${inScope(scope)})::text AS own, count(*)::text AS all FROM alert a WHERE ${isOne}`);
  const own = Number(rows[0]?.own ?? 0);
  const left = Number(rows[0]?.all ?? 0) - own;
  if (own === 0 || disposition === undefined) return { closed: own, left, changeId: null };
  const at = ctx.now();
  const changeId = newId("change", at.getTime());
  const { kind, id, name } = ctx.actor;
  const outcome = await applyChange(
    tx,
    {
      id: changeId,
      at,
      actor: { kind, id, name },
      after: { status: "closed", disposition, reason },
      note: undefined,
    },
    { from: sql`alert a`, wantedVersion: sql`NULL::integer`, where: sql`${isOne} AND ${inScope(scope)}` },
  );
  return { closed: outcome.changed, left, changeId };
}
