import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { PackCounts, PackSource } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Texts by the SHA-256 of their bytes, whatever packs and versions have them. */
export const packBlob = pgTable("rule_pack_blob", {
  hash: text("hash").primaryKey(),
  text: text("text").notNull(),
  sizeBytes: integer("size_bytes").notNull(),
});

export const pack = pgTable("rule_pack", {
  name: text("name").primaryKey(),
  version: integer("version").notNull(),
  lastVersion: integer("last_version").notNull(),
  isEnabled: boolean("is_enabled").notNull(),
  position: bigint("position", { mode: "number" }).generatedAlwaysAsIdentity(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  byId: text("by_id").notNull(),
  byName: text("by_name").notNull(),
  reason: text("reason").notNull(),
});

export const packVersion = pgTable(
  "rule_pack_version",
  {
    pack: text("pack").notNull(),
    version: integer("version").notNull(),
    at: instant("at").notNull(),
    byId: text("by_id").notNull(),
    byName: text("by_name").notNull(),
    comment: text("comment").notNull(),
    source: jsonb("source").$type<PackSource>().notNull(),
    contentHash: text("content_hash").notNull(),
    counts: jsonb("counts").$type<PackCounts>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.pack, table.version] })],
);

/** A path's content from version `since` to `through`; null = to the newest version. */
export const packFile = pgTable(
  "rule_pack_file",
  {
    pack: text("pack").notNull(),
    path: text("path").notNull(),
    since: integer("since").notNull(),
    through: integer("through"),
    kind: text("kind", { enum: ["rules", "license"] }).notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pack, table.path, table.since] })],
);
