import { and, eq, sql } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { AutomaticSource } from "./automatic.ts";
import { MAX_AUTOMATIC_SOURCES, MAX_SOURCES } from "./contract.ts";
import { type StoredSource, source } from "./schema.ts";

/** All sources, archived ones included: they are what old events name. */
export async function readSources(db: StateDb): Promise<StoredSource[]> {
  return await db
    .select()
    .from(source)
    .orderBy(source.id)
    .limit(MAX_SOURCES + MAX_AUTOMATIC_SOURCES * 2);
}

export async function findSource(db: StateDb, id: string): Promise<StoredSource | undefined> {
  const [row] = await db.select().from(source).where(eq(source.id, id));
  return row;
}

export async function countRegistered(tx: StateTx): Promise<number> {
  return await tx.$count(source, and(eq(source.isAutomatic, false)));
}

export async function insertSource(tx: StateTx, row: StoredSource): Promise<void> {
  await tx.insert(source).values(row);
}

/** Adds sources that Yagura made itself; the ones that are there already stay as they are. */
export async function insertAutomatic(tx: StateTx, made: readonly AutomaticSource[], now: Date): Promise<void> {
  const rows = made.map((row) => ({
    ...row,
    version: 1,
    format: "auto",
    timeZone: "",
    encoding: "auto" as const,
    isEnabled: true,
    isAutomatic: true,
    createdAt: now,
    updatedAt: now,
  }));
  await tx.insert(source).values(rows).onConflictDoNothing();
}

/** Writes the row when its version is still the given one. False = someone changed it meanwhile. */
export async function updateSource(
  tx: StateTx,
  { id, version }: { id: string; version: number },
  values: Partial<StoredSource>,
): Promise<boolean> {
  const rows = await tx
    .update(source)
    .set({ ...values, version: version + 1 })
    .where(and(eq(source.id, id), sql`${source.version} = ${version}`))
    .returning({ id: source.id });
  return rows.length === 1;
}
