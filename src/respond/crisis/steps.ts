import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { findWritable, type IncidentDeps, pastMsOf, resolveOwner, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import type { Crisis, MdrStep, StepInput } from "./contract.ts";
import { readCrisis } from "./service.ts";
import { stepsOf } from "./store.ts";

type Wanted = StepInput & { readonly id: string; readonly step: MdrStep };

/**
 * Says who has one of the eight steps, when it began and when it was done. Errors: `conflict` when the version is old: the
 * facts hold what the other person wrote; `invalid` when it ends before it begins, or is still to come.
 */
export async function setStep(ctx: Ctx, input: Wanted, deps: IncidentDeps): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const { step, version } = input;
  const past = (at: string | null): string | null => (at === null ? null : new Date(pastMsOf(at, ctx)).toISOString());
  const [startedAt, doneAt] = [past(input.startedAt), past(input.doneAt)];
  if (startedAt !== null && doneAt !== null && doneAt < startedAt) {
    throw new AppError("invalid", "A step cannot be done before it began.");
  }
  // Who has it already keeps it, whatever they may do by now.
  const kept = (await stepsOf(ctx.state, stored.id)).find((row) => row.step === step);
  const isKept = input.ownerId !== null && kept?.ownerId === input.ownerId;
  const owner = isKept
    ? { id: input.ownerId, name: kept.ownerName ?? "" }
    : await resolveOwner(ctx, input.ownerId, deps, stored.unitId);
  const entry = {
    action: "crisis.step",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: {
      number: stored.number,
      step,
      ownerId: owner?.id ?? null,
      startedAt,
      doneAt,
    },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const before = (await stepsOf(tx, stored.id)).find((row) => row.step === step);
    if ((before?.version ?? 0) !== version) {
      throw new AppError("conflict", "Somebody changed this step meanwhile.", { current: before ?? null });
    }
    await tx.execute(sql`
      INSERT INTO crisis_step
        (incident_id, step, version, owner_id, owner_name, started_at, done_at, changed_by, changed_at)
      VALUES (${stored.id}, ${step}, 1, ${owner?.id ?? null}, ${owner?.name ?? null}, ${startedAt}::timestamptz,
        ${doneAt}::timestamptz, ${ctx.actor.name}, ${ctx.now().toISOString()}::timestamptz)
      ON CONFLICT (incident_id, step) DO UPDATE SET version = crisis_step.version + 1, owner_id = excluded.owner_id,
        owner_name = excluded.owner_name, started_at = excluded.started_at, done_at = excluded.done_at,
        changed_by = excluded.changed_by, changed_at = excluded.changed_at`);
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "step", subject: step, text: owner?.name ?? "" });
  });
  return await readCrisis(ctx, stored.id);
}
