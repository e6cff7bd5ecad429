import { and, desc, eq, getTableColumns, isNotNull, isNull, max, sql } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { MAX_DOCUMENTS, type ParserDetail } from "./contract.ts";
import { parserDocument, parserVersion, type StoredParser } from "./schema.ts";

type Db = StateDb | StateTx;

/** Texts of the versions in force, by id. */
export async function readPublished(db: Db): Promise<{ id: string; title: string; text: string }[]> {
  return await db
    .select({ id: parserDocument.id, title: parserDocument.title, text: parserVersion.text })
    .from(parserDocument)
    .innerJoin(
      parserVersion,
      and(eq(parserVersion.parserId, parserDocument.id), eq(parserVersion.version, parserDocument.publishedVersion)),
    )
    .where(and(isNull(parserDocument.deletedAt), isNotNull(parserDocument.publishedVersion)))
    .orderBy(parserDocument.id)
    .limit(MAX_DOCUMENTS);
}

/** A parser without its texts: a thousand of them are megabytes. */
export type ListedParser = Omit<StoredParser, "draft"> & { readonly isChanged: boolean };

export async function readParsers(db: Db): Promise<ListedParser[]> {
  return await listed(db).limit(MAX_DOCUMENTS);
}

/** A parser that is not deleted, with its draft. */
export async function findParser(db: Db, id: string): Promise<(ListedParser & { draft: string }) | undefined> {
  const [row] = await listed(db, id);
  if (!row) return undefined;
  const [text] = await db.select({ draft: parserDocument.draft }).from(parserDocument).where(eq(parserDocument.id, id));
  return text && { ...row, draft: text.draft };
}

function listed(db: Db, id?: string) {
  const { draft, ...columns } = getTableColumns(parserDocument);
  const isChanged = sql<boolean>`${parserVersion.text} IS NOT NULL AND ${draft} <> ${parserVersion.text}`;
  return db
    .select({ ...columns, isChanged })
    .from(parserDocument)
    .leftJoin(
      parserVersion,
      and(eq(parserVersion.parserId, parserDocument.id), eq(parserVersion.version, parserDocument.publishedVersion)),
    )
    .where(and(isNull(parserDocument.deletedAt), id === undefined ? undefined : eq(parserDocument.id, id)))
    .orderBy(parserDocument.id);
}

/** Deleted ones included, locked until the transaction ends. */
export async function lockParser(tx: StateTx, id: string): Promise<StoredParser | undefined> {
  const [row] = await tx.select().from(parserDocument).where(eq(parserDocument.id, id)).for("update");
  return row;
}

export const countParsers = (tx: StateTx): Promise<number> =>
  tx.$count(parserDocument, isNull(parserDocument.deletedAt));

export async function writeParser(tx: StateTx, row: StoredParser): Promise<void> {
  const { id, ...values } = row;
  await tx.insert(parserDocument).values(row).onConflictDoUpdate({ target: parserDocument.id, set: values });
}

export async function addVersion(tx: StateTx, row: typeof parserVersion.$inferInsert): Promise<void> {
  await tx.insert(parserVersion).values(row);
}

export async function latestVersion(db: Db, id: string): Promise<number> {
  const [row] = await db
    .select({ latest: max(parserVersion.version) })
    .from(parserVersion)
    .where(eq(parserVersion.parserId, id));
  return row?.latest ?? 0;
}

/** The newest 100, newest first. */
export async function readVersions(db: Db, id: string): Promise<ParserDetail["versions"]> {
  const rows = await db
    .select()
    .from(parserVersion)
    .where(eq(parserVersion.parserId, id))
    .orderBy(desc(parserVersion.version))
    .limit(100);
  return rows.map(({ version, at, byId, byName, comment }) => ({
    version,
    at: at.toISOString(),
    by: { id: byId, name: byName },
    comment,
  }));
}

export async function readVersionText(db: Db, id: string, version: number): Promise<string | undefined> {
  const [row] = await db
    .select({ text: parserVersion.text })
    .from(parserVersion)
    .where(and(eq(parserVersion.parserId, id), eq(parserVersion.version, version)));
  return row?.text;
}
