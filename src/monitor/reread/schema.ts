import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { Reread } from "./contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const count = (name: string) => bigint(name, { mode: "number" }).notNull();

/** A place among the events of a source: days (yyyymmdd) come first, then the numbers within. `seq` is decimal. */
export type Place = { readonly day: number; readonly stream: number; readonly seq: string };
export const BEFORE_ALL: Place = { day: 0, stream: 0, seq: "0" };

export const reread = pgTable("reread", {
  id: text("id").primaryKey(),
  sourceId: text("source_id").notNull(),
  /** What is read again was sent for this unit or one below it. */
  unitId: text("unit_id").notNull(),
  reason: text("reason"),
  fromAt: instant("from_at").notNull(),
  toAt: instant("to_at").notNull(),
  status: text("status").$type<Reread["status"]>().notNull(),
  wanted: count("wanted"),
  looked: count("looked"),
  understood: count("understood"),
  readers: jsonb("readers").$type<Record<string, number>>().notNull(),
  counted: jsonb("counted").$type<Place>().notNull(),
  place: jsonb("place").$type<Place>().notNull(),
  problem: text("problem").notNull(),
  ownerId: text("owner_id").notNull(),
  ownerName: text("owner_name").notNull(),
  createdAt: instant("created_at").notNull(),
  finishedAt: instant("finished_at"),
});

export type StoredReread = typeof reread.$inferSelect;

/** Whether `one` stands at or before `other`. */
export function isUpTo(one: Place, other: Place): boolean {
  if (one.day !== other.day) return one.day < other.day;
  if (one.stream !== other.stream) return one.stream < other.stream;
  return BigInt(one.seq) <= BigInt(other.seq);
}
