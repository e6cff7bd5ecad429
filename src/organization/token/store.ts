import { and, count, desc, eq, gt, inArray, isNull, lt, or, type SQL } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { UnitScope } from "../access/index.ts";
import type { Token, TokenQuery } from "./contract.ts";
import { accessToken, type TokenRow } from "./schema.ts";

export async function selectTokens(db: StateDb, query: TokenQuery & { scope: UnitScope }): Promise<TokenRow[]> {
  const conditions: (SQL | undefined)[] = [
    query.scope.all ? undefined : inArray(accessToken.unitId, [...query.scope.ids]),
    query.kind ? eq(accessToken.kind, query.kind) : undefined,
    query.revoked === "include" ? undefined : isNull(accessToken.revokedAt),
    query.cursor ? lt(accessToken.id, query.cursor) : undefined,
  ];
  return await db
    .select()
    .from(accessToken)
    .where(and(...conditions))
    .orderBy(desc(accessToken.id))
    .limit(query.limit + 1);
}

export async function selectToken(db: StateDb, id: string): Promise<TokenRow | undefined> {
  return (await db.select().from(accessToken).where(eq(accessToken.id, id)))[0];
}

/** By hash; revoked and expired ones are the caller's to refuse. */
export async function selectTokenByHash(db: StateDb, secretHash: string): Promise<TokenRow | undefined> {
  return (await db.select().from(accessToken).where(eq(accessToken.secretHash, secretHash)))[0];
}

export async function insertToken(tx: StateTx, row: typeof accessToken.$inferInsert): Promise<void> {
  await tx.insert(accessToken).values(row);
}

export async function markRevoked(tx: StateTx, id: string, revokedAt: Date): Promise<void> {
  await tx
    .update(accessToken)
    .set({ revokedAt })
    .where(and(eq(accessToken.id, id), isNull(accessToken.revokedAt)));
}

/** Not a decision of anybody, so no audit row: when each token was last seen. */
export async function markUsed(tx: StateTx, used: ReadonlyMap<string, Date>): Promise<void> {
  for (const [id, lastUsedAt] of used) await tx.update(accessToken).set({ lastUsedAt }).where(eq(accessToken.id, id));
}

/** Tokens that still work and belong to one of the units. */
export async function countLiveIn(db: StateDb, unitIds: readonly string[], now: Date): Promise<number> {
  const rows = await db
    .select({ tokens: count() })
    .from(accessToken)
    .where(
      and(
        inArray(accessToken.unitId, [...unitIds]),
        isNull(accessToken.revokedAt),
        or(isNull(accessToken.expiresAt), gt(accessToken.expiresAt, now)),
      ),
    );
  return rows[0]?.tokens ?? 0;
}

export function viewOf(row: TokenRow): Token {
  const { id, name, kind, unitId, prefix, grants, sourceId, createdBy } = row;
  return {
    id,
    name,
    kind,
    unitId,
    prefix,
    grants,
    sourceId,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
