import { boolean, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { Locale, Preferences, RoleName } from "../access/contract.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const person = pgTable("person", {
  id: text("id").primaryKey(),
  authUserId: text("auth_user_id").notNull(),
  name: text("name").notNull(),
  kana: text("kana"),
  romaji: text("romaji"),
  email: text("email").notNull(),
  unitId: text("unit_id").notNull(),
  locale: text("locale").$type<Locale>().notNull(),
  preferences: jsonb("preferences").$type<Partial<Preferences>>().notNull(),
  isActive: boolean("is_active").notNull().default(true),
  lastSignInAt: at("last_sign_in_at"),
  createdAt: at("created_at").notNull().defaultNow(),
});
export type PersonRow = typeof person.$inferSelect;

export const roleGrant = pgTable("role_grant", {
  personId: text("person_id").notNull(),
  role: text("role").$type<RoleName>().notNull(),
  unitId: text("unit_id").notNull(),
  grantedAt: at("granted_at").notNull().defaultNow(),
});

export const invitation = pgTable("invitation", {
  tokenHash: text("token_hash").primaryKey(),
  personId: text("person_id").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
  expiresAt: at("expires_at").notNull(),
});
