import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" }).notNull();

export const savedSearch = pgTable("saved_search", {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  ownerName: text("owner_name").notNull(),
  name: text("name").notNull(),
  q: text("q").notNull(),
  columns: text("columns").array().notNull(),
  from: text("from_text"),
  sharedWithUnitId: text("shared_with_unit_id"),
  createdAt: instant("created_at"),
  updatedAt: instant("updated_at"),
  lastUsedAt: timestamp("last_used_at", { withTimezone: true, precision: 3, mode: "date" }),
});
