import { and, asc, eq } from "drizzle-orm";
import type { StateDb } from "../../../platform/state/index.ts";
import type { RuleText } from "../documents.ts";
import { type PackInForce, packOrigin } from "./holder.ts";
import { pack, packVersion } from "./schema.ts";
import { readFiles } from "./store.ts";

/** The packs that are switched on, in the order of precedence, lowest first: the order of their first import. */
export async function readPacksInForce(db: StateDb): Promise<readonly PackInForce[]> {
  return await db
    .select({ name: pack.name, version: pack.version, contentHash: packVersion.contentHash })
    .from(pack)
    .innerJoin(packVersion, and(eq(packVersion.pack, pack.name), eq(packVersion.version, pack.version)))
    .where(eq(pack.isEnabled, true))
    .orderBy(asc(pack.position));
}

/** The rule files of a pack. */
export async function readPackTexts(db: StateDb, { name, version }: PackInForce): Promise<readonly RuleText[]> {
  const files = await readFiles(db, { name, version, kind: "rules" });
  return files.map(({ path, text }) => ({ text, origin: packOrigin(name, path) }));
}
