import { jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { RetroHunt, RetroHuntFound } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const retroHunt = pgTable("retro_hunt", {
  id: text("id").primaryKey(),
  ruleId: text("rule_id").notNull(),
  ruleTitle: text("rule_title").notNull(),
  ruleLevel: text("rule_level").notNull(),
  ruleText: text("rule_text").notNull(),
  fromAt: instant("from_at").notNull(),
  toAt: instant("to_at").notNull(),
  unitIds: text("unit_ids").array(),
  status: text("status").$type<RetroHunt["status"]>().notNull(),
  searchedFrom: instant("searched_from").notNull(),
  found: jsonb("found").$type<RetroHuntFound>().notNull(),
  problem: text("problem").notNull(),
  ownerId: text("owner_id").notNull(),
  ownerName: text("owner_name").notNull(),
  createdAt: instant("created_at").notNull(),
  finishedAt: instant("finished_at"),
});

export type StoredHunt = typeof retroHunt.$inferSelect;
