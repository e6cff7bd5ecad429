import { and, desc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { StateDb, StateTx } from "../../../platform/state/index.ts";
import { ruleException } from "./schema.ts";

export type StoredException = typeof ruleException.$inferSelect;

/** Kept for ever, and shown newest first up to this many. */
export const MAX_LISTED = 2_000;
/** Each is asked of every hit of its rules. */
export const MAX_OPEN = 2_000;

export async function readExceptions(db: StateDb): Promise<StoredException[]> {
  return await db.select().from(ruleException).orderBy(desc(ruleException.createdAt)).limit(MAX_LISTED);
}

/** How long after it was received an event may still be detected: a backlog, or a replay after a crash. */
const BACKLOG_MS = 7 * 86_400_000;

/** Not ended, oldest first: those that the detector needs, coming ones included, and those that events of the backlog fall under. */
export async function readDetectorExceptions(db: StateDb, now: Date): Promise<StoredException[]> {
  const since = new Date(now.getTime() - BACKLOG_MS);
  const rows = await db
    .select()
    .from(ruleException)
    .where(and(isNull(ruleException.endedAt), gt(ruleException.expiresAt, since)))
    // Of too many, expired ones are left out: open ones are MAX_OPEN at most.
    .orderBy(desc(ruleException.expiresAt))
    .limit(MAX_OPEN);
  return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}

export async function countOpenExceptions(tx: StateTx, now: Date): Promise<number> {
  return await tx.$count(ruleException, and(isNull(ruleException.endedAt), gt(ruleException.expiresAt, now)));
}

/** Expired, and not yet recorded as such. */
export async function readJustExpired(db: StateDb, now: Date): Promise<StoredException[]> {
  return await db
    .select()
    .from(ruleException)
    .where(and(isNull(ruleException.endedAt), isNull(ruleException.expiredAt), lte(ruleException.expiresAt, now)))
    .limit(MAX_OPEN);
}

/** False when another node was first. */
export async function markExpired(tx: StateTx, id: string, at: Date): Promise<boolean> {
  const marked = await tx
    .update(ruleException)
    .set({ expiredAt: at })
    .where(and(eq(ruleException.id, id), isNull(ruleException.expiredAt), isNull(ruleException.endedAt)))
    .returning({ id: ruleException.id });
  return marked.length > 0;
}

export async function readException(db: StateDb, id: string): Promise<StoredException | undefined> {
  const [row] = await db.select().from(ruleException).where(eq(ruleException.id, id));
  return row;
}

export async function insertException(tx: StateTx, row: StoredException): Promise<void> {
  await tx.insert(ruleException).values(row);
}

/** Changes the row if nobody has meanwhile; undefined when somebody has. */
export async function updateException(
  tx: StateTx,
  place: { readonly id: string; readonly version: number },
  changes: Partial<StoredException>,
): Promise<StoredException | undefined> {
  const [row] = await tx
    .update(ruleException)
    .set({ ...changes, version: sql`${ruleException.version} + 1` })
    .where(and(eq(ruleException.id, place.id), eq(ruleException.version, place.version)))
    .returning();
  return row;
}
