import { boolean, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Rules written in the browser; a deleted one keeps its row and its versions. */
export const ruleDocument = pgTable("rule_document", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  text: text("text").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  deletedAt: instant("deleted_at"),
});

export const ruleVersion = pgTable(
  "rule_version",
  {
    ruleId: text("rule_id").notNull(),
    version: integer("version").notNull(),
    text: text("text").notNull(),
    comment: text("comment").notNull(),
    byId: text("by_id").notNull(),
    byName: text("by_name").notNull(),
    at: instant("at").notNull(),
    isDeleted: boolean("is_deleted").notNull(),
  },
  (table) => [primaryKey({ columns: [table.ruleId, table.version] })],
);

/** Events that an own rule must fire on, or must not. */
export const ruleSample = pgTable("rule_sample", {
  id: text("id").primaryKey(),
  ruleId: text("rule_id").notNull(),
  expected: text("expected", { enum: ["hit", "miss"] }).notNull(),
  text: text("text").notNull(),
  note: text("note").notNull(),
  byId: text("by_id").notNull(),
  byName: text("by_name").notNull(),
  at: instant("at").notNull(),
});

/** The switch of any rule, own or from a directory. No row = on. */
export const ruleOverride = pgTable("rule_override", {
  ruleId: text("rule_id").primaryKey(),
  isEnabled: boolean("is_enabled").notNull(),
  isTrial: boolean("is_trial").notNull(),
  trialUntil: instant("trial_until"),
  reason: text("reason").notNull(),
  byId: text("by_id").notNull(),
  byName: text("by_name").notNull(),
  at: instant("at").notNull(),
});
