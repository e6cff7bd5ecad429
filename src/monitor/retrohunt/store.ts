import { and, desc, eq } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import { retroHunt, type StoredHunt } from "./schema.ts";

const MAX_LISTED = 50;

export async function readHunt(db: StateDb, id: string, ownerId: string): Promise<StoredHunt | undefined> {
  const [row] = await db
    .select()
    .from(retroHunt)
    .where(and(eq(retroHunt.id, id), eq(retroHunt.ownerId, ownerId)));
  return row;
}

export async function listHunts(db: StateDb, ownerId: string, ruleId: string | undefined): Promise<StoredHunt[]> {
  const ofRule = ruleId === undefined ? undefined : eq(retroHunt.ruleId, ruleId);
  return db
    .select()
    .from(retroHunt)
    .where(and(eq(retroHunt.ownerId, ownerId), ofRule))
    .orderBy(desc(retroHunt.createdAt))
    .limit(MAX_LISTED);
}

export async function insertHunt(db: StateDb, row: StoredHunt): Promise<void> {
  await db.insert(retroHunt).values(row);
}

/** Only a hunt that still runs moves on; a cancelled one stays as it was. */
export async function moveHunt(db: StateDb, id: string, to: Partial<StoredHunt>): Promise<void> {
  await db
    .update(retroHunt)
    .set(to)
    .where(and(eq(retroHunt.id, id), eq(retroHunt.status, "running")));
}

/** Hunts that a former process left running: they will not go on. */
export async function endInterrupted(db: StateDb, at: Date): Promise<void> {
  await db
    .update(retroHunt)
    .set({ status: "failed", problem: "interrupted", finishedAt: at })
    .where(eq(retroHunt.status, "running"));
}
