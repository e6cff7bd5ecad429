import { boolean, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { EncodingChoice } from "../../kernel/encoding/contract.ts";
import type { SourceKind, Transport } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const source = pgTable("source", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  name: text("name").notNull(),
  kind: text("kind").$type<SourceKind>().notNull(),
  tokenId: text("token_id"),
  matchTransport: text("match_transport").$type<Transport>(),
  matchPeer: text("match_peer"),
  matchHostName: text("match_host_name"),
  unitId: text("unit_id").notNull(),
  format: text("format").notNull(),
  timeZone: text("time_zone").notNull(),
  encoding: text("encoding").$type<EncodingChoice>().notNull(),
  isEnabled: boolean("is_enabled").notNull(),
  isAutomatic: boolean("is_automatic").notNull(),
  createdById: text("created_by_id"),
  createdByName: text("created_by_name"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  archivedAt: instant("archived_at"),
  silenceMinutes: integer("silence_minutes"),
});

export type StoredSource = typeof source.$inferSelect;
