import { desc, eq, sql } from "drizzle-orm";
import { integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { UnitTree } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { EFFECTS, GroupingRule } from "./grouping-rule.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

const groupingRule = pgTable("grouping_rule", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  effect: text("effect").$type<(typeof EFFECTS)[number]>().notNull(),
  ruleId: text("rule_id"),
  entityKind: text("entity_kind").$type<"host" | "account" | "address" | "hash" | "domain">(),
  pattern: text("pattern").notNull(),
  unitId: text("unit_id").notNull(),
  reason: text("reason").notNull(),
  ownerId: text("owner_id").notNull(),
  ownerName: text("owner_name").notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  endedAt: instant("ended_at"),
  endedById: text("ended_by_id"),
  endedByName: text("ended_by_name"),
  endedReason: text("ended_reason"),
});
export type StoredGroupingRule = typeof groupingRule.$inferSelect;

/** As the joining of alerts takes it. */
export const asRule = (
  row: Pick<StoredGroupingRule, "id" | "effect" | "ruleId" | "entityKind" | "pattern" | "unitId">,
  tree: UnitTree,
): GroupingRule => ({
  id: row.id,
  effect: row.effect,
  ruleId: row.ruleId,
  kind: row.entityKind,
  pattern: row.pattern,
  unitIds: tree.subtree(row.unitId),
});

/** Those in force now: an expired one stops by itself. */
export async function readGroupingRules(db: StateDb, tree: UnitTree, now: Date): Promise<GroupingRule[]> {
  const rows = await db
    .select()
    .from(groupingRule)
    .where(sql`${groupingRule.endedAt} IS NULL AND ${groupingRule.expiresAt} > ${now.toISOString()}::timestamptz`);
  return rows.map((row) => asRule(row, tree));
}

/** All of them, the newest first; at most 1,000. */
export const readAllGroupingRules = (db: StateDb): Promise<StoredGroupingRule[]> =>
  db.select().from(groupingRule).orderBy(desc(groupingRule.createdAt), desc(groupingRule.id)).limit(1_000);

export async function readGroupingRule(db: StateDb, id: string): Promise<StoredGroupingRule | undefined> {
  const [row] = await db.select().from(groupingRule).where(eq(groupingRule.id, id));
  return row;
}

export async function insertGroupingRule(tx: StateTx, row: StoredGroupingRule): Promise<void> {
  await tx.insert(groupingRule).values(row);
}

/** undefined when the version is no longer this one, or it has been ended. */
export async function updateGroupingRule(
  tx: StateTx,
  { id, version }: { readonly id: string; readonly version: number },
  changes: Partial<StoredGroupingRule>,
): Promise<StoredGroupingRule | undefined> {
  const [row] = await tx
    .update(groupingRule)
    .set({ ...changes, version: version + 1 })
    .where(sql`${groupingRule.id} = ${id} AND ${groupingRule.version} = ${version} AND ${groupingRule.endedAt} IS NULL`)
    .returning();
  return row;
}

export async function countOpenGroupingRules(tx: StateTx, now: Date): Promise<number> {
  const { rows } = await tx.execute<{ n: string }>(sql`
    SELECT count(*)::text AS n FROM grouping_rule WHERE ended_at IS NULL AND expires_at > ${now.toISOString()}::timestamptz`);
  return Number(rows[0]?.n ?? 0);
}
