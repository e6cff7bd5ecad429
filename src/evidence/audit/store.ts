import { and, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { AuditRecord, UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { AuditQuery } from "./contract.ts";
import { audit } from "./schema.ts";

const MAX_DETAIL_CHARS = 8_000;

/** Writes one row, in the transaction of the change it tells of. */
export async function writeAudit(tx: StateTx, record: AuditRecord): Promise<void> {
  await tx.insert(audit).values({
    id: newId("audit", record.at.getTime()),
    at: record.at,
    actorKind: record.actor.kind,
    actorId: record.actor.id,
    actorName: record.actor.name,
    action: record.action,
    targetKind: record.target.kind,
    targetId: record.target.id,
    unitId: record.unitId ?? null,
    detail: boundDetail(record.detail ?? {}),
    requestId: record.requestId ?? null,
    ip: record.ip ?? null,
  });
}

/** A row must stay small and must never fail its change: PostgreSQL's jsonb refuses NUL and lone surrogates. */
function boundDetail(detail: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(detail, (_key, value: unknown) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\u0000", "\uFFFD") : value,
  );
  if (text.length <= MAX_DETAIL_CHARS) return JSON.parse(text);
  return { cut: true, chars: text.length, keys: Object.keys(detail).slice(0, 50).join(", ").slice(0, 1_000) };
}

export type AuditSelection = AuditQuery & { readonly scope: UnitScope };

/** Rows newest first; rows of no unit only for who may see all. */
export async function selectAudit(db: StateDb, query: AuditSelection) {
  return await db
    .select()
    .from(audit)
    .where(and(...conditions(query)))
    .orderBy(desc(audit.id))
    .limit(query.limit + 1);
}

function conditions(query: AuditSelection): (SQL | undefined)[] {
  const { scope } = query;
  return [
    scope.all ? undefined : inArray(audit.unitId, [...scope.ids]),
    query.from ? gte(audit.at, new Date(query.from)) : undefined,
    query.to ? lt(audit.at, new Date(query.to)) : undefined,
    query.actorId ? eq(audit.actorId, query.actorId) : undefined,
    query.action ? actionCondition(query.action) : undefined,
    query.targetKind ? eq(audit.targetKind, query.targetKind) : undefined,
    query.targetId ? eq(audit.targetId, query.targetId) : undefined,
    query.unitId ? eq(audit.unitId, query.unitId) : undefined,
    query.cursor ? lt(audit.id, query.cursor) : undefined,
  ];
}

function actionCondition(action: string): SQL {
  if (!action.endsWith("*")) return eq(audit.action, action);
  return sql`starts_with(${audit.action}, ${action.slice(0, -1)})`;
}
