import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

export const network = pgTable("network", {
  id: text("id").primaryKey(),
  cidr: text("cidr").notNull(),
  name: text("name").notNull(),
  unitId: text("unit_id").notNull(),
  createdByName: text("created_by_name").notNull(),
  createdAt: timestamp("created_at", { withTimezone: true, precision: 3, mode: "date" }).notNull(),
});

export type StoredNetwork = typeof network.$inferSelect;
