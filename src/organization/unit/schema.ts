import { pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { UnitKind } from "./contract.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const unit = pgTable("unit", {
  id: text("id").primaryKey(),
  kind: text("kind").$type<UnitKind>().notNull(),
  nameJa: text("name_ja").notNull(),
  nameEn: text("name_en").notNull(),
  parentId: text("parent_id"),
  /** Ids from the root to this unit, each followed by a slash. */
  path: text("path").notNull(),
  country: text("country").notNull(),
  timeZone: text("time_zone").notNull(),
  archivedAt: at("archived_at"),
  createdAt: at("created_at").notNull().defaultNow(),
});
export type UnitRow = typeof unit.$inferSelect;
