import { bigint, pgTable, timestamp } from "drizzle-orm/pg-core";

export const pipelineCheckpoint = pgTable("pipeline_checkpoint", {
  stream: bigint("stream", { mode: "number" }).primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  movedAt: timestamp("moved_at", { withTimezone: true }).notNull().defaultNow(),
});
