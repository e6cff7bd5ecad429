import { bigint, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { IncidentEntry, IncidentRow, IncidentStatus } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
type Level = IncidentRow["severity"];

export const incident = pgTable("incident", {
  id: text("id").primaryKey(),
  number: integer("number").notNull(),
  version: integer("version").notNull().default(1),
  title: text("title").notNull(),
  titleJa: text("title_ja"),
  severity: text("severity").$type<Level>().notNull(),
  severityRank: smallint("severity_rank").notNull().generatedAlwaysAs(0),
  status: text("status").$type<IncidentStatus>().notNull().default("open"),
  ownerId: text("owner_id"),
  ownerName: text("owner_name"),
  unitId: text("unit_id").notNull(),
  summary: text("summary").notNull().default(""),
  closingReason: text("closing_reason").notNull().default(""),
  openedAt: instant("opened_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  closedAt: instant("closed_at"),
  /** When a person first worked on it; null = it formed by itself and nobody did. */
  claimedAt: instant("claimed_at"),
  searchText: text("search_text").notNull(),
});

export const incidentEntry = pgTable("incident_entry", {
  id: text("id").primaryKey(),
  position: bigint("position", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
  incidentId: text("incident_id").notNull(),
  at: instant("at").notNull(),
  actorKind: text("actor_kind").notNull(),
  actorId: text("actor_id").notNull(),
  actorName: text("actor_name").notNull(),
  kind: text("kind").$type<IncidentEntry["kind"]>().notNull(),
  changes: jsonb("changes").$type<IncidentEntry["changes"]>().notNull().default([]),
  note: text("note"),
});

export const incidentAlert = pgTable(
  "incident_alert",
  {
    incidentId: text("incident_id").notNull(),
    alertId: text("alert_id").notNull(),
    addedEntry: text("added_entry").notNull(),
    removedEntry: text("removed_entry"),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.alertId, table.addedEntry] })],
);
