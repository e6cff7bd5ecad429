import { asc, count, eq, inArray, isNull, sql } from "drizzle-orm";
import type { State, StateDb, StateTx } from "../../platform/state/index.ts";
import { buildUnitTree, type UnitTree, type UnitTreeSource } from "../access/index.ts";
import type { Unit } from "./contract.ts";
import { idsOf } from "./path.ts";
import { type UnitRow, unit } from "./schema.ts";

export const MAX_UNITS = 10_000;
/** How long another process of the same installation may go on with the old tree. */
const TREE_TTL_MS = 5_000;
/** Any constant will do; changes of the tree and of who holds which role go one after another. */
const ORGANIZATION_LOCK = 7_024_402;

/** Makes changes of the organization wait for each other, so that checks such as "not the last one" hold. */
export async function lockOrganization(tx: StateTx): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${ORGANIZATION_LOCK})`);
}

export async function selectUnits(db: StateDb, options: { includeArchived: boolean }): Promise<UnitRow[]> {
  return await db
    .select()
    .from(unit)
    .where(options.includeArchived ? undefined : isNull(unit.archivedAt))
    .orderBy(asc(unit.path))
    .limit(MAX_UNITS);
}

export async function selectUnit(db: StateDb, id: string): Promise<UnitRow | undefined> {
  return (await db.select().from(unit).where(eq(unit.id, id)))[0];
}

export async function selectRoot(db: StateDb): Promise<UnitRow | undefined> {
  return (await db.select().from(unit).where(isNull(unit.parentId)))[0];
}

/** One name for both languages, until somebody gives it two. */
export async function renameUnit(tx: StateTx, id: string, name: string): Promise<void> {
  await updateUnitRow(tx, id, { nameJa: name, nameEn: name });
}

export async function countUnits(db: StateDb): Promise<number> {
  return (await db.select({ units: count() }).from(unit))[0]?.units ?? 0;
}

/** The unit and all below it. */
export async function selectSubtree(db: StateDb, path: string): Promise<UnitRow[]> {
  return await db.select().from(unit).where(sql`starts_with(${unit.path}, ${path})`).limit(MAX_UNITS);
}

export async function insertUnit(tx: StateTx, row: typeof unit.$inferInsert): Promise<void> {
  await tx.insert(unit).values(row);
}

export async function updateUnitRow(tx: StateTx, id: string, change: Partial<UnitRow>): Promise<void> {
  await tx.update(unit).set(change).where(eq(unit.id, id));
}

export async function archiveUnits(tx: StateTx, ids: readonly string[], archivedAt: Date | null): Promise<void> {
  await tx
    .update(unit)
    .set({ archivedAt })
    .where(inArray(unit.id, [...ids]));
}

export function viewOf(row: UnitRow): Unit {
  return {
    id: row.id,
    kind: row.kind,
    name: { ja: row.nameJa, en: row.nameEn },
    parentId: row.parentId,
    path: idsOf(row.path),
    country: row.country,
    timeZone: row.timeZone,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The tree for access decisions: read once, then again after a change here, or after five seconds for changes elsewhere. */
export function createUnitTreeSource(state: State, nowMs: () => number = Date.now): UnitTreeSource {
  let held: { tree: Promise<UnitTree>; untilMs: number } | undefined;
  async function read(): Promise<UnitTree> {
    const rows = await state.db.select({ id: unit.id, parentId: unit.parentId }).from(unit).limit(MAX_UNITS);
    return buildUnitTree(rows);
  }
  return {
    current() {
      if (held && held.untilMs > nowMs()) return held.tree;
      const tree = read();
      const mine = { tree, untilMs: nowMs() + TREE_TTL_MS };
      held = mine;
      // A failed read is not kept: the next caller tries again.
      tree.catch(() => {
        if (held === mine) held = undefined;
      });
      return tree;
    },
    invalidate() {
      held = undefined;
    },
  };
}
