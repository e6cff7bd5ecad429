import { and, asc, desc, eq, gte, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { StateDb, StateTx } from "../../../platform/state/index.ts";
import { MAX_PACK_VERSIONS } from "./contract.ts";
import type { PackFile } from "./gather.ts";
import { pack, packBlob, packFile, packVersion } from "./schema.ts";

export type StoredPack = typeof pack.$inferSelect;
export type StoredVersion = typeof packVersion.$inferSelect;
export type StoredFile = Pick<PackFile, "path" | "text">;

/** Rows and hashes of one statement. */
const CHUNK = 500;

export async function readPacks(db: StateDb): Promise<readonly StoredPack[]> {
  return await db.select().from(pack).orderBy(asc(pack.position));
}

export async function readPack(db: StateDb, name: string): Promise<StoredPack | undefined> {
  const [row] = await db.select().from(pack).where(eq(pack.name, name));
  return row;
}

/** Writers of packs go one after another: they share texts, and the last one to need a text removes it. */
export async function lockPacks(tx: StateTx): Promise<void> {
  await tx.execute(sql`LOCK TABLE rule_pack IN SHARE ROW EXCLUSIVE MODE`);
}

/** Newest first. */
export async function readVersions(db: StateDb, names: readonly string[]): Promise<readonly StoredVersion[]> {
  if (names.length === 0) return [];
  return await db
    .select()
    .from(packVersion)
    .where(inArray(packVersion.pack, [...names]))
    .orderBy(asc(packVersion.pack), desc(packVersion.version));
}

const isIn = (name: string, version: number) =>
  and(
    eq(packFile.pack, name),
    lte(packFile.since, version),
    or(isNull(packFile.through), gte(packFile.through, version)),
  );

type Files = {
  readonly name: string;
  readonly version: number;
  readonly kind: PackFile["kind"];
  readonly most?: number;
};

/** The files of a version that are of one kind, by path. */
export async function readFiles(db: StateDb, { name, version, kind, most }: Files): Promise<readonly StoredFile[]> {
  const query = db
    .select({ path: packFile.path, text: packBlob.text })
    .from(packFile)
    .innerJoin(packBlob, eq(packBlob.hash, packFile.hash))
    .where(and(isIn(name, version), eq(packFile.kind, kind)))
    .orderBy(sql`${packFile.path} COLLATE "C"`);
  return await (most === undefined ? query : query.limit(most));
}

/** Bytes of all texts, each counted once. */
export async function storedBytes(db: StateDb): Promise<number> {
  const [row] = await db.select({ bytes: sql<string>`coalesce(sum(${packBlob.sizeBytes}), 0)` }).from(packBlob);
  return Number(row?.bytes ?? 0);
}

type Written = StoredVersion & { readonly files: readonly PackFile[] };

/** Adds a version after `before`, the highest so far (0 = none), and puts it in force. */
export async function writeVersion(tx: StateTx, written: Written, before: number): Promise<void> {
  const { files, ...row } = written;
  const changed = { version: row.version, lastVersion: row.version, updatedAt: row.at, reason: row.comment };
  const by = { byId: row.byId, byName: row.byName };
  await tx
    .insert(pack)
    .values({ name: row.pack, isEnabled: true, createdAt: row.at, ...changed, ...by })
    .onConflictDoUpdate({ target: pack.name, set: { ...changed, ...by } });
  await tx.insert(packVersion).values(row);
  const open = await tx
    .select({ path: packFile.path, hash: packFile.hash })
    .from(packFile)
    .where(and(eq(packFile.pack, row.pack), isNull(packFile.through)));
  const known = new Map(open.map(({ path, hash }) => [path, hash]));
  const added = files.filter(({ path, hash }) => known.get(path) !== hash);
  const stays = new Set(files.filter(({ path, hash }) => known.get(path) === hash).map(({ path }) => path));
  const gone = open.filter(({ path }) => !stays.has(path)).map(({ path }) => path);
  for (const paths of chunksOf(gone)) {
    await tx
      .update(packFile)
      .set({ through: before })
      .where(and(eq(packFile.pack, row.pack), isNull(packFile.through), inArray(packFile.path, paths)));
  }
  await writeTexts(tx, added);
  for (const rows of chunksOf(added)) {
    const values = rows.map(({ path, kind, hash }) => ({ pack: row.pack, path, kind, hash, since: row.version }));
    await tx.insert(packFile).values(values);
  }
}

async function writeTexts(tx: StateTx, files: readonly PackFile[]): Promise<void> {
  const texts = [...new Map(files.map((file) => [file.hash, file])).values()];
  for (const some of chunksOf(texts)) {
    const hashes = some.map(({ hash }) => hash);
    const there = await tx.select({ hash: packBlob.hash }).from(packBlob).where(inArray(packBlob.hash, hashes));
    const known = new Set(there.map(({ hash }) => hash));
    const rows = some
      .filter(({ hash }) => !known.has(hash))
      .map(({ hash, text, bytes }) => ({ hash, text, sizeBytes: bytes }));
    if (rows.length > 0) await tx.insert(packBlob).values(rows);
  }
}

type Changed = Partial<Pick<StoredPack, "version" | "isEnabled">> &
  Pick<StoredPack, "reason" | "byId" | "byName" | "updatedAt">;

export async function changePack(tx: StateTx, name: string, to: Changed): Promise<void> {
  await tx.update(pack).set(to).where(eq(pack.name, name));
}

export async function deletePack(tx: StateTx, name: string): Promise<void> {
  await tx.delete(pack).where(eq(pack.name, name));
  await deleteUnusedTexts(tx);
}

/** Keeps the newest 30 versions and the one in force; then the files and texts that no version has any more go. */
export async function pruneVersions(tx: StateTx, name: string, inForce: number): Promise<readonly number[]> {
  const versions = await readVersions(tx, [name]);
  const old = versions
    .slice(MAX_PACK_VERSIONS)
    .map(({ version }) => version)
    .filter((version) => version !== inForce);
  if (old.length === 0) return [];
  await tx.delete(packVersion).where(and(eq(packVersion.pack, name), inArray(packVersion.version, old)));
  await tx.execute(sql`
    DELETE FROM rule_pack_file AS file
    WHERE file.pack = ${name} AND NOT EXISTS (
      SELECT 1 FROM rule_pack_version AS kept
      WHERE kept.pack = file.pack AND kept.version >= file.since AND (file.through IS NULL OR kept.version <= file.through)
    )`);
  await deleteUnusedTexts(tx);
  return old;
}

async function deleteUnusedTexts(tx: StateTx): Promise<void> {
  await tx.execute(sql`
    DELETE FROM rule_pack_blob AS blob
    WHERE NOT EXISTS (SELECT 1 FROM rule_pack_file AS file WHERE file.hash = blob.hash)`);
}

function* chunksOf<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK);
}
