import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

export const setupLink = pgTable("setup_link", {
  tokenHash: text("token_hash").primaryKey(),
  createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
});
