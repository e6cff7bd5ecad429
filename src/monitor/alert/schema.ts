import { bigint, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { AlertStatus, Disposition, Level } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** The latest detection's event, as stored in `alert.sample`. */
export type StoredSample = {
  readonly stream: number;
  readonly seq: string;
  readonly timeMs: number;
  readonly dataset: string;
  readonly who: string;
  readonly whereFrom: string;
  readonly withWhat: string;
  readonly what: string;
  readonly didWhat: string;
  readonly hostName: string;
  readonly userName: string;
  readonly sourceIp: string;
  /** Of a correlation: the events that the latest firing rests on. */
  readonly contributing?: readonly { readonly seq: string; readonly timeMs: number }[];
};

export const alert = pgTable("alert", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  ruleId: text("rule_id").notNull(),
  ruleTitle: text("rule_title").notNull(),
  ruleAuthor: text("rule_author").notNull(),
  tactics: text("tactics").array().notNull(),
  techniques: text("techniques").array().notNull(),
  level: text("level").$type<Level>().notNull(),
  levelAt: instant("level_at").notNull(),
  expertSeverity: text("expert_severity").$type<Level>(),
  severity: smallint("severity").notNull(),
  closedBy: text("closed_by"),
  judgedBy: text("judged_by"),
  precisionPoints: smallint("precision_points").notNull(),
  rank: bigint("rank", { mode: "number" }),
  status: text("status").$type<AlertStatus>().notNull(),
  assigneeId: text("assignee_id"),
  assigneeName: text("assignee_name"),
  disposition: text("disposition").$type<Disposition>(),
  reason: text("reason").notNull(),
  entityKind: text("entity_kind").$type<"host" | "user" | "address" | "domain" | "source">().notNull(),
  entity: text("entity").notNull(),
  unitId: text("unit_id").notNull(),
  sourceId: text("source_id").notNull(),
  count: bigint("count", { mode: "number" }).notNull(),
  firstAt: instant("first_at").notNull(),
  lastAt: instant("last_at").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  recurrence: integer("recurrence").notNull(),
  formerId: text("former_id"),
  noteCount: integer("note_count").notNull(),
  sample: jsonb("sample").$type<StoredSample>().notNull(),
  searchText: text("search_text").notNull(),
});

export type StoredAlert = Omit<typeof alert.$inferSelect, "searchText">;

/** New values of a change; absent = kept. */
export type ChangeAfter = {
  readonly status?: AlertStatus;
  readonly assigneeId?: string | null;
  readonly assigneeName?: string | null;
  readonly disposition?: Disposition | null;
  readonly reason?: string;
  readonly expertSeverity?: Level | null;
};

export const alertChange = pgTable("alert_change", {
  id: text("id").primaryKey(),
  at: instant("at").notNull(),
  actorKind: text("actor_kind").notNull(),
  actorId: text("actor_id").notNull(),
  actorName: text("actor_name").notNull(),
  after: jsonb("after").$type<ChangeAfter>().notNull(),
  note: text("note"),
  noteSearch: text("note_search"),
  alerts: integer("alerts").notNull(),
  undoOf: text("undo_of"),
  undoneBy: text("undone_by"),
});

export const alertHistory = pgTable(
  "alert_history",
  {
    alertId: text("alert_id").notNull(),
    changeId: text("change_id").notNull(),
    versionAfter: integer("version_after").notNull(),
    wasStatus: text("was_status").$type<AlertStatus>().notNull(),
    wasAssigneeId: text("was_assignee_id"),
    wasAssigneeName: text("was_assignee_name"),
    wasDisposition: text("was_disposition").$type<Disposition>(),
    wasReason: text("was_reason").notNull(),
    wasExpertSeverity: text("was_expert_severity").$type<Level>(),
  },
  (table) => [primaryKey({ columns: [table.alertId, table.changeId] })],
);

export const alertCheckpoint = pgTable("alert_checkpoint", {
  stream: bigint("stream", { mode: "number" }).primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull(),
});

export const alertRule = pgTable("alert_rule", {
  ruleId: text("rule_id").primaryKey(),
  title: text("title").notNull(),
  truePositive: integer("true_positive").notNull(),
  falsePositive: integer("false_positive").notNull(),
  benign: integer("benign").notNull(),
  points: smallint("points").notNull(),
});
