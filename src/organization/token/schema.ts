import { jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { Grant } from "../access/index.ts";
import type { TokenKind } from "./contract.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const accessToken = pgTable("access_token", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  kind: text("kind").$type<TokenKind>().notNull(),
  unitId: text("unit_id").notNull(),
  prefix: text("prefix").notNull(),
  secretHash: text("secret_hash").notNull(),
  grants: jsonb("grants").$type<Grant[]>().notNull(),
  sourceId: text("source_id"),
  createdBy: jsonb("created_by").$type<{ kind: string; id: string; name: string }>().notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
  lastUsedAt: at("last_used_at"),
  expiresAt: at("expires_at"),
  revokedAt: at("revoked_at"),
});
export type TokenRow = typeof accessToken.$inferSelect;
