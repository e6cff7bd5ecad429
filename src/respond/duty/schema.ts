import { customType, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { EventKind } from "./case.ts";
import type { Answer, Category, EntryContent, ProfileContent } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

export const dutyEntry = pgTable(
  "duty_entry",
  {
    id: text("id").notNull(),
    version: integer("version").notNull(),
    unitId: text("unit_id").notNull(),
    category: text("category").$type<Category>().notNull(),
    content: jsonb("content").$type<EntryContent>().notNull(),
    retiredReason: text("retired_reason").notNull().default(""),
    setById: text("set_by_id").notNull(),
    setByName: text("set_by_name").notNull(),
    setAt: instant("set_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.version] })],
);
export type StoredEntry = typeof dutyEntry.$inferSelect;

export const dutyProfile = pgTable(
  "duty_profile",
  {
    unitId: text("unit_id").notNull(),
    version: integer("version").notNull(),
    content: jsonb("content").$type<ProfileContent>().notNull(),
    setById: text("set_by_id").notNull(),
    setByName: text("set_by_name").notNull(),
    setAt: instant("set_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.unitId, table.version] })],
);
export type StoredProfile = typeof dutyProfile.$inferSelect;

export const dutyEvent = pgTable(
  "duty_event",
  {
    incidentId: text("incident_id").notNull(),
    seq: integer("seq").notNull(),
    at: instant("at").notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    kind: text("kind").$type<EventKind>().notNull(),
    body: jsonb("body").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.seq] })],
);

export const dutyDocument = pgTable("duty_document", {
  id: text("id").primaryKey(),
  incidentId: text("incident_id").notNull(),
  name: text("name").notNull(),
  mediaType: text("media_type").notNull(),
  sha256: text("sha256").notNull(),
  bytes: bytea("bytes").notNull(),
});

export const dutyWarning = pgTable(
  "duty_warning",
  {
    incidentId: text("incident_id").notNull(),
    clock: text("clock").notNull(),
    dueAt: instant("due_at").notNull(),
    percent: smallint("percent").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.clock, table.dueAt, table.percent] })],
);

export const dutyClock = pgTable(
  "duty_clock",
  {
    incidentId: text("incident_id").notNull(),
    clock: text("clock").notNull(),
    entryNameJa: text("entry_name_ja").notNull(),
    entryNameEn: text("entry_name_en").notNull(),
    stageNameJa: text("stage_name_ja").notNull(),
    stageNameEn: text("stage_name_en").notNull(),
    zone: text("zone").notNull(),
    applies: text("applies").$type<Answer>().notNull(),
    startsAt: instant("starts_at").notNull(),
    dueAt: instant("due_at").notNull(),
    lastDay: text("last_day"),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.clock] })],
);
