import { and, asc, desc, eq, isNull } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { isUpTo, reread, type StoredReread } from "./schema.ts";

const MAX_LISTED = 20;
const MAX_OPEN = 1_000;

export async function findReread(db: StateDb, id: string): Promise<StoredReread | undefined> {
  const [row] = await db.select().from(reread).where(eq(reread.id, id));
  return row;
}

/** The row, kept from others until the transaction ends. */
export async function lockReread(tx: StateTx, id: string): Promise<StoredReread | undefined> {
  const [row] = await tx.select().from(reread).where(eq(reread.id, id)).for("update");
  return row;
}

export async function listRereads(db: StateDb, sourceId: string): Promise<StoredReread[]> {
  return await db
    .select()
    .from(reread)
    .where(eq(reread.sourceId, sourceId))
    .orderBy(desc(reread.createdAt))
    .limit(MAX_LISTED);
}

/** Those that are not ended, the oldest first. */
export async function openRereads(db: StateDb): Promise<StoredReread[]> {
  return await db.select().from(reread).where(isNull(reread.finishedAt)).orderBy(asc(reread.createdAt)).limit(MAX_OPEN);
}

/** False when the source has one that is not ended. */
export async function insertReread(tx: StateTx, row: StoredReread): Promise<boolean> {
  const rows = await tx.insert(reread).values(row).onConflictDoNothing().returning({ id: reread.id });
  return rows.length === 1;
}

/** Only one that is not ended moves. */
export async function moveReread(tx: StateTx, id: string, to: Partial<StoredReread>): Promise<void> {
  await tx
    .update(reread)
    .set(to)
    .where(and(eq(reread.id, id), isNull(reread.finishedAt)));
}

/** Whether a job was cut off between storing events of a day anew and deleting the rows of before. */
export async function isInHand(db: StateDb, day: number): Promise<boolean> {
  return (await openRereads(db)).some(({ counted, place }) => counted.day === day && !isUpTo(counted, place));
}
