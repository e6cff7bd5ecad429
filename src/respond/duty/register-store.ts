import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { selectUnits } from "../../organization/unit/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { EntryRef } from "./case.ts";
import type { UnitPlace } from "./reach.ts";
import { dutyEntry, dutyProfile, type StoredEntry, type StoredProfile } from "./schema.ts";

export const MAX_ENTRIES = 2_000;
const MAX_VERSIONS = 200;
/** Any constant will do: saves of the register go one after another, so that its bound holds. */
const REGISTER_LOCK = 7_024_481;

export async function lockRegister(tx: StateTx): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${REGISTER_LOCK})`);
}

/** The newest version of each entry, retired ones too. */
export async function currentEntries(db: StateDb): Promise<StoredEntry[]> {
  const rows = await db
    .selectDistinctOn([dutyEntry.id])
    .from(dutyEntry)
    .orderBy(dutyEntry.id, desc(dutyEntry.version))
    .limit(MAX_ENTRIES + 1);
  if (rows.length > MAX_ENTRIES) throw new AppError("over_limit", `There are more than ${MAX_ENTRIES} entries.`);
  return rows;
}

/** Newest first. */
export async function versionsOf(db: StateDb, id: string): Promise<StoredEntry[]> {
  return await db
    .select()
    .from(dutyEntry)
    .where(eq(dutyEntry.id, id))
    .orderBy(desc(dutyEntry.version))
    .limit(MAX_VERSIONS);
}

/** The entries in just these versions. */
export async function entriesAt(db: StateDb, refs: readonly EntryRef[]): Promise<StoredEntry[]> {
  if (refs.length === 0) return [];
  const rows = await db
    .select()
    .from(dutyEntry)
    .where(
      and(
        inArray(
          dutyEntry.id,
          refs.map(({ id }) => id),
        ),
        inArray(
          dutyEntry.version,
          refs.map(({ version }) => version),
        ),
      ),
    )
    .limit(MAX_ENTRIES * 4);
  return refs.flatMap((ref) => rows.filter(({ id, version }) => id === ref.id && version === ref.version));
}

/** False when somebody has written this version meanwhile. */
export async function insertEntry(tx: StateTx, row: StoredEntry): Promise<boolean> {
  const rows = await tx.insert(dutyEntry).values(row).onConflictDoNothing().returning({ id: dutyEntry.id });
  return rows.length === 1;
}

export async function profilesOf(db: StateDb, unitIds?: readonly string[]): Promise<StoredProfile[]> {
  return await db
    .selectDistinctOn([dutyProfile.unitId])
    .from(dutyProfile)
    .where(unitIds && inArray(dutyProfile.unitId, [...unitIds]))
    .orderBy(dutyProfile.unitId, desc(dutyProfile.version))
    .limit(MAX_ENTRIES);
}

export async function insertProfile(tx: StateTx, row: StoredProfile): Promise<boolean> {
  const rows = await tx.insert(dutyProfile).values(row).onConflictDoNothing().returning({ id: dutyProfile.unitId });
  return rows.length === 1;
}

/** All units, archived ones too: what they were bound by stays readable. */
export async function unitPlaces(db: StateDb): Promise<ReadonlyMap<string, UnitPlace>> {
  const rows = await selectUnits(db, { includeArchived: true });
  return new Map(rows.map(({ id, kind, path }) => [id, { id, kind, path: path.split("/").filter(Boolean) }]));
}
