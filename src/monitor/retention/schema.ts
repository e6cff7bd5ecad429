import { bigint, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { Keep, ScopeKind } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const count = (name: string) => bigint(name, { mode: "number" }).notNull();

export const retentionPolicy = pgTable(
  "retention_policy",
  {
    kind: text("scope_kind").$type<ScopeKind>().notNull(),
    scopeId: text("scope_id").notNull(),
    version: integer("version").notNull(),
    /** Of a unit's policy the unit; of a source's the unit for whose events it was set. Versions are one series for all of them. */
    unitId: text("unit_id").notNull(),
    keep: text("keep").$type<Keep>().notNull(),
    days: integer("days"),
    holdReason: text("hold_reason").notNull(),
    setById: text("set_by_id").notNull(),
    setByName: text("set_by_name").notNull(),
    setAt: instant("set_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.scopeId, table.version] })],
);
export type StoredPolicy = typeof retentionPolicy.$inferSelect;

export const retentionDeletion = pgTable("retention_deletion", {
  id: text("id").primaryKey(),
  /** yyyymmdd, UTC. */
  day: integer("day").notNull(),
  unitId: text("unit_id").notNull(),
  sourceId: text("source_id").notNull(),
  sourceName: text("source_name").notNull(),
  policyKind: text("policy_kind").$type<ScopeKind>().notNull(),
  policyScopeId: text("policy_scope_id").notNull(),
  policyVersion: integer("policy_version").notNull(),
  policyDays: integer("policy_days").notNull(),
  policySetBy: text("policy_set_by").notNull(),
  policySetAt: instant("policy_set_at").notNull(),
  events: count("events"),
  rawBytes: count("raw_bytes"),
  diskBytes: count("disk_bytes"),
  receivedFrom: instant("received_from").notNull(),
  receivedTo: instant("received_to").notNull(),
  timeFrom: instant("time_from").notNull(),
  timeTo: instant("time_to").notNull(),
  firstEvent: text("first_event").notNull(),
  lastEvent: text("last_event").notNull(),
  plannedAt: instant("planned_at").notNull(),
  doneAt: instant("done_at"),
});
export type StoredDeletion = typeof retentionDeletion.$inferSelect;
