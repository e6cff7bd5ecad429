import { and, desc, eq, isNull } from "drizzle-orm";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { RuleState } from "./catalog.ts";
import { MAX_UI_RULES, type RuleDetail } from "./contract.ts";
import type { Switch } from "./entry.ts";
import { readPacksInForce } from "./pack/in-force.ts";
import { ruleDocument, ruleOverride, ruleVersion } from "./schema.ts";

type Author = { readonly id: string; readonly name: string };
export type StoredDocument = typeof ruleDocument.$inferSelect;

/** Own rules (not deleted), packs that are on, and all switches. */
export async function readRuleState(db: StateDb): Promise<RuleState> {
  const own = await db
    .select({ id: ruleDocument.id, text: ruleDocument.text, version: ruleDocument.version })
    .from(ruleDocument)
    .where(isNull(ruleDocument.deletedAt))
    .orderBy(ruleDocument.id)
    .limit(MAX_UI_RULES);
  const switches = await db.select().from(ruleOverride);
  const packs = await readPacksInForce(db);
  return { own, packs, switches: new Map(switches.map((row): [string, Switch] => [row.ruleId, switchOf(row)])) };
}

const switchOf = (row: typeof ruleOverride.$inferSelect): Switch => ({
  isEnabled: row.isEnabled,
  trial: row.isTrial ? { until: row.trialUntil } : undefined,
  reason: row.reason,
  by: { id: row.byId, name: row.byName },
  at: row.at,
});

/** The document of an own rule, deleted ones included, locked until the transaction ends. */
export async function lockDocument(tx: StateTx, id: string): Promise<StoredDocument | undefined> {
  const [row] = await tx.select().from(ruleDocument).where(eq(ruleDocument.id, id)).for("update");
  return row;
}

export async function countOwnRules(tx: StateTx): Promise<number> {
  return await tx.$count(ruleDocument, isNull(ruleDocument.deletedAt));
}

type Written = {
  readonly id: string;
  readonly version: number;
  readonly text: string;
  readonly comment: string;
  readonly by: Author;
  readonly at: Date;
  readonly isDeleted: boolean;
};

/** The document as it is from now on, and the version that says who made it so. */
export async function writeVersion(tx: StateTx, written: Written): Promise<void> {
  const { id, version, text, comment, by, at, isDeleted } = written;
  const now = { version, text, updatedAt: at, deletedAt: isDeleted ? at : null };
  await tx
    .insert(ruleDocument)
    .values({ id, createdAt: at, ...now })
    .onConflictDoUpdate({ target: ruleDocument.id, set: now });
  await tx
    .insert(ruleVersion)
    .values({ ruleId: id, version, text, comment, byId: by.id, byName: by.name, at, isDeleted });
}

export async function writeSwitch(tx: StateTx, ruleId: string, to: Switch): Promise<void> {
  const { isEnabled, trial, reason, by, at } = to;
  const staged = { isEnabled, isTrial: trial !== undefined, trialUntil: trial?.until ?? null };
  const values = { ...staged, reason, byId: by.id, byName: by.name, at };
  await tx
    .insert(ruleOverride)
    .values({ ruleId, ...values })
    .onConflictDoUpdate({ target: ruleOverride.ruleId, set: values });
}

export async function clearSwitch(tx: StateTx, ruleId: string): Promise<void> {
  await tx.delete(ruleOverride).where(eq(ruleOverride.ruleId, ruleId));
}

/** The newest 100 versions, newest first. */
export async function readVersions(db: StateDb, id: string): Promise<RuleDetail["versions"]> {
  const rows = await db
    .select({
      version: ruleVersion.version,
      at: ruleVersion.at,
      byId: ruleVersion.byId,
      byName: ruleVersion.byName,
      comment: ruleVersion.comment,
      isDeleted: ruleVersion.isDeleted,
    })
    .from(ruleVersion)
    .where(eq(ruleVersion.ruleId, id))
    .orderBy(desc(ruleVersion.version))
    .limit(100);
  return rows.map(({ version, at, byId, byName, comment, isDeleted }) => ({
    version,
    at: at.toISOString(),
    by: { id: byId, name: byName },
    comment,
    isDeleted,
  }));
}

export async function readVersionText(db: StateDb, id: string, version: number): Promise<string | undefined> {
  const [row] = await db
    .select({ text: ruleVersion.text })
    .from(ruleVersion)
    .where(and(eq(ruleVersion.ruleId, id), eq(ruleVersion.version, version)));
  return row?.text;
}
