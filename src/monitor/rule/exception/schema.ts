import { integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { ExceptionMatch } from "../../detect/index.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const ruleException = pgTable("rule_exception", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  ruleIds: text("rule_ids").array().notNull(),
  unitId: text("unit_id").notNull(),
  match: jsonb("match").$type<ExceptionMatch>().notNull(),
  reason: text("reason").notNull(),
  ownerId: text("owner_id").notNull(),
  ownerName: text("owner_name").notNull(),
  startsAt: instant("starts_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  expiredAt: instant("expired_at"),
  endedAt: instant("ended_at"),
  endedById: text("ended_by_id"),
  endedByName: text("ended_by_name"),
  endedReason: text("ended_reason"),
});
