import type { Ctx } from "../../organization/access/index.ts";
import type { AuditQuery, AuditRow } from "./contract.ts";
import { selectAudit } from "./store.ts";

/** One page of the audit record, as far as the actor may read it. Errors: `forbidden` without audit:read. */
export async function listAudit(ctx: Ctx, query: AuditQuery): Promise<{ items: AuditRow[]; nextCursor?: string }> {
  ctx.require("audit:read", query.unitId);
  const scope = ctx.units("audit:read");
  const rows = await selectAudit(ctx.state, { ...query, scope });
  const items = rows.slice(0, query.limit).map(viewOf);
  const last = items.at(-1);
  return rows.length > query.limit && last ? { items, nextCursor: last.id } : { items };
}

function viewOf(row: Awaited<ReturnType<typeof selectAudit>>[number]): AuditRow {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    target: { kind: row.targetKind, id: row.targetId },
    unitId: row.unitId,
    detail: row.detail,
    requestId: row.requestId,
    ip: row.ip,
  };
}
