import { AppError } from "../../../kernel/errors.ts";
import type { StateDb } from "../../../platform/state/index.ts";
import type { PackRow, PackVersionRow } from "./contract.ts";
import { inventoryOf, type PackDocument } from "./inventory.ts";
import { readFiles, readPack, readPacks, readVersions, type StoredPack, type StoredVersion } from "./store.ts";

export const versionRow = ({ version, at, byId, byName, comment, source, contentHash, counts }: StoredVersion) =>
  ({
    version,
    at: at.toISOString(),
    by: { id: byId, name: byName },
    ...{ comment, source, contentHash, counts },
  }) satisfies PackVersionRow;

export function rowOf(stored: StoredPack, versions: readonly StoredVersion[]): PackRow {
  const current = versions.find((one) => one.pack === stored.name && one.version === stored.version);
  if (!current) throw new Error(`the pack ${stored.name} has no version ${stored.version}`);
  return {
    name: stored.name,
    isEnabled: stored.isEnabled,
    current: versionRow(current),
    lastVersion: stored.lastVersion,
    changed: {
      at: stored.updatedAt.toISOString(),
      by: { id: stored.byId, name: stored.byName },
      reason: stored.reason,
    },
  };
}

export async function packOrNotFound(db: StateDb, name: string): Promise<StoredPack> {
  const stored = await readPack(db, name);
  if (!stored) throw new AppError("not_found", "There is no pack of this name.");
  return stored;
}

type Place = { readonly name: string; readonly version: number };

export async function versionOf(db: StateDb, { name, version }: Place): Promise<StoredVersion | undefined> {
  return (await readVersions(db, [name])).find((one) => one.version === version);
}

export async function versionOrNotFound(db: StateDb, place: Place): Promise<StoredVersion> {
  const found = await versionOf(db, place);
  if (!found) throw new AppError("not_found", "There is no such version of this pack, or it is not kept any more.");
  return found;
}

/** The documents of a version. */
export async function documentsOf(db: StateDb, name: string, version: number): Promise<PackDocument[]> {
  return inventoryOf(await readFiles(db, { name, version, kind: "rules" }));
}

/** Files, and bytes of their texts, of all packs that are switched on. */
export async function amountInForce(db: StateDb): Promise<{ files: number; bytes: number }> {
  const on = (await readPacks(db)).filter(({ isEnabled }) => isEnabled);
  const versions = await readVersions(
    db,
    on.map(({ name }) => name),
  );
  const isCurrent = ({ pack, version }: StoredVersion) =>
    on.some((one) => one.name === pack && one.version === version);
  const current = versions.filter(isCurrent);
  return {
    files: current.reduce((sum, { counts }) => sum + counts.files, 0),
    bytes: current.reduce((sum, { counts }) => sum + counts.bytes, 0),
  };
}
