import { and, desc, eq, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { ScopeKind } from "./contract.ts";
import { retentionDeletion, retentionPolicy, type StoredDeletion, type StoredPolicy } from "./schema.ts";

/** Any constant will do: saving a policy and planning a deletion go one after another, so that a hold is seen or comes later. */
const RETENTION_LOCK = 7_024_471;
const MAX_POLICIES = 50_000;
const ROWS_PER_STATEMENT = 500;

export async function lockRetention(tx: StateTx): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${RETENTION_LOCK})`);
}

/** Errors: `over_limit` when there are more than can be read: what was cut could be a hold. */
function complete(policies: StoredPolicy[]): StoredPolicy[] {
  if (policies.length <= MAX_POLICIES) return policies;
  throw new AppError("over_limit", `There are more than ${MAX_POLICIES} retention policies: nothing is deleted.`);
}

/** The newest version of each unit, and of each source for each unit in which it was set: one unit never takes away another's word. Errors: `over_limit`. */
export async function policiesInForce(db: StateDb): Promise<StoredPolicy[]> {
  const policies = await db
    .selectDistinctOn([retentionPolicy.kind, retentionPolicy.scopeId, retentionPolicy.unitId])
    .from(retentionPolicy)
    .orderBy(retentionPolicy.kind, retentionPolicy.scopeId, retentionPolicy.unitId, desc(retentionPolicy.version))
    .limit(MAX_POLICIES + 1);
  return complete(policies);
}

/** False when somebody has written this version meanwhile. */
export async function insertPolicy(tx: StateTx, row: StoredPolicy): Promise<boolean> {
  const rows = await tx
    .insert(retentionPolicy)
    .values(row)
    .onConflictDoNothing()
    .returning({ version: retentionPolicy.version });
  return rows.length === 1;
}

export async function insertPlanned(tx: StateTx, rows: readonly StoredDeletion[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    await tx.insert(retentionDeletion).values(rows.slice(from, from + ROWS_PER_STATEMENT));
}

/** Deletions that were begun and not finished, oldest first. */
export async function openDeletions(db: StateDb): Promise<StoredDeletion[]> {
  return await db
    .select()
    .from(retentionDeletion)
    .where(isNull(retentionDeletion.doneAt))
    .orderBy(retentionDeletion.id)
    .limit(MAX_POLICIES);
}

/** Everything that ever went of one day. */
export async function deletionsOfDay(db: StateDb, day: number): Promise<StoredDeletion[]> {
  return await db.select().from(retentionDeletion).where(eq(retentionDeletion.day, day)).limit(MAX_POLICIES);
}

export async function finishDeletions(tx: StateTx, ids: readonly string[], doneAt: Date): Promise<void> {
  for (let from = 0; from < ids.length; from += ROWS_PER_STATEMENT)
    await tx
      .update(retentionDeletion)
      .set({ doneAt })
      .where(
        and(
          inArray(retentionDeletion.id, ids.slice(from, from + ROWS_PER_STATEMENT)),
          isNull(retentionDeletion.doneAt),
        ),
      );
}

export async function countUnderWay(tx: StateTx, kind: ScopeKind, ids: readonly string[]): Promise<number> {
  const column = kind === "source" ? retentionDeletion.sourceId : retentionDeletion.unitId;
  return await tx.$count(retentionDeletion, and(isNull(retentionDeletion.doneAt), inArray(column, [...ids])));
}

const inUnits = (units: UnitScope): SQL | undefined =>
  units.all ? undefined : units.ids.length === 0 ? sql`false` : inArray(retentionDeletion.unitId, [...units.ids]);

/** Newest first, after the row with the id `cursor`. */
export async function listDeletions(
  db: StateDb,
  { units, cursor, limit }: { readonly units: UnitScope; readonly cursor?: string | undefined; readonly limit: number },
): Promise<StoredDeletion[]> {
  return await db
    .select()
    .from(retentionDeletion)
    .where(and(inUnits(units), cursor === undefined ? undefined : lt(retentionDeletion.id, cursor)))
    .orderBy(desc(retentionDeletion.id))
    .limit(limit);
}

/** How many events of a time range were deleted by policy, and the newest time among them; undefined = none. */
export async function deletedWithin(
  db: StateDb,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  units: UnitScope,
): Promise<{ readonly events: number; readonly until: string } | undefined> {
  const [row] = await db
    .select({
      events: sql<string | null>`sum(${retentionDeletion.events})`,
      untilMs: sql<string | null>`floor(extract(epoch FROM max(${retentionDeletion.timeTo})) * 1000)`,
    })
    .from(retentionDeletion)
    .where(
      and(
        inUnits(units),
        sql`${retentionDeletion.timeTo} >= to_timestamp(${fromMs / 1000})`,
        sql`${retentionDeletion.timeFrom} < to_timestamp(${toMs / 1000})`,
      ),
    );
  if (!row?.events || row.untilMs === null) return undefined;
  return { events: Number(row.events), until: new Date(Number(row.untilMs)).toISOString() };
}
