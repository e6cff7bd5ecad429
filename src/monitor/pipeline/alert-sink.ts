import { eq } from "drizzle-orm";
import type { State, StateTx } from "../../platform/state/index.ts";
import type { DetectionGroup } from "../event/index.ts";
import { pipelineCheckpoint } from "./schema.ts";

/** Where alerts and their checkpoint live: one transaction holds both, so that a replay counts nothing twice. */
export type AlertSink = {
  /** The last log record whose detections are counted; 0 when none is. */
  checkpoint(stream: number): Promise<number>;
  /** Records the groups and moves the checkpoint to `seq`, in one transaction. */
  record(stream: number, seq: number, groups: readonly DetectionGroup[]): Promise<void>;
};

export type RecordGroups = (tx: StateTx, groups: readonly DetectionGroup[]) => Promise<void>;

export function stateAlertSink(state: State, recordGroups: RecordGroups): AlertSink {
  return {
    checkpoint: async (stream) => {
      const rows = await state.db
        .select({ seq: pipelineCheckpoint.seq })
        .from(pipelineCheckpoint)
        .where(eq(pipelineCheckpoint.stream, stream));
      return rows[0]?.seq ?? 0;
    },
    record: (stream, seq, groups) =>
      state.transaction(async (tx) => {
        if (groups.length > 0) await recordGroups(tx, groups);
        const moved = { seq, movedAt: new Date() };
        await tx
          .insert(pipelineCheckpoint)
          .values({ stream, ...moved })
          .onConflictDoUpdate({ target: pipelineCheckpoint.stream, set: moved });
      }),
  };
}
