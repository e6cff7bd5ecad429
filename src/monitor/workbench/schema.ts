import { integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Parsers that people wrote; a deleted one keeps its row and its versions. */
export const parserDocument = pgTable("parser_document", {
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  draft: text("draft").notNull(),
  revision: integer("revision").notNull(),
  publishedVersion: integer("published_version"),
  updatedById: text("updated_by_id").notNull(),
  updatedByName: text("updated_by_name").notNull(),
  updatedAt: instant("updated_at").notNull(),
  deletedAt: instant("deleted_at"),
});

export const parserVersion = pgTable(
  "parser_version",
  {
    parserId: text("parser_id").notNull(),
    version: integer("version").notNull(),
    text: text("text").notNull(),
    comment: text("comment").notNull(),
    byId: text("by_id").notNull(),
    byName: text("by_name").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.parserId, table.version] })],
);

export type StoredParser = typeof parserDocument.$inferSelect;
