import { and, eq } from "drizzle-orm";
import type { StateDb, StateTx } from "../../../platform/state/index.ts";
import { ruleSample } from "../schema.ts";
import { MAX_SAMPLES } from "./contract.ts";

export type StoredSample = typeof ruleSample.$inferSelect;

/** A rule's samples, oldest first. */
export async function readSamples(db: StateDb | StateTx, ruleId: string): Promise<StoredSample[]> {
  return await db
    .select()
    .from(ruleSample)
    .where(eq(ruleSample.ruleId, ruleId))
    .orderBy(ruleSample.at, ruleSample.id)
    .limit(MAX_SAMPLES);
}

export async function addSample(tx: StateTx, sample: StoredSample): Promise<void> {
  await tx.insert(ruleSample).values(sample);
}

/** False when there is none. */
export async function removeSample(tx: StateTx, of: { ruleId: string; id: string }): Promise<boolean> {
  const gone = await tx
    .delete(ruleSample)
    .where(and(eq(ruleSample.ruleId, of.ruleId), eq(ruleSample.id, of.id)))
    .returning({ id: ruleSample.id });
  return gone.length > 0;
}
