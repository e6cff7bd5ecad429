import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { findWritable, pastMsOf, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import { type Crisis, type DeclarationInput, MAX_DECLARATIONS } from "./contract.ts";
import { courseOf, refusalOf } from "./phases.ts";
import { beganMsOf, readCrisis } from "./service.ts";
import { type DeclarationRow, declarationsOf, keepCourse } from "./store.ts";

/**
 * Declares a phase, returns to one, or corrects the moment of one. Errors: `conflict` when somebody declared meanwhile (the
 * facts say what) or the phase cannot follow; `invalid` when the moment cannot be; `over_limit`.
 */
export async function declarePhase(ctx: Ctx, input: DeclarationInput & { readonly id: string }): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const { phase, kind, note } = input;
  const atMs = pastMsOf(input.at, ctx);
  const entry = {
    action: "crisis.declare",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, phase, kind, at: new Date(atMs).toISOString() },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const rows = await declarationsOf(tx, stored.id);
    const last = rows.at(-1);
    if ((last?.number ?? 0) !== input.after) throw declaredMeanwhile(rows, input.after);
    if (rows.length >= MAX_DECLARATIONS) {
      throw new AppError("over_limit", `An incident takes up to ${MAX_DECLARATIONS} declarations.`);
    }
    const wanted = { phase, kind, note, atMs };
    const refusal = refusalOf(rows, wanted, { nowMs: ctx.now().getTime(), beganMs: await beganMsOf(tx, stored) });
    if (refusal) throw new AppError(refusal.code, refusal.message);
    await insertDeclaration(tx, ctx, { incidentId: stored.id, number: input.after + 1, ...wanted });
    await keepCourse(tx, stored.id, courseOf([...rows, wanted]));
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: `phase-${kind}`, subject: phase, text: note });
  });
  return await readCrisis(ctx, stored.id);
}

function declaredMeanwhile(rows: readonly DeclarationRow[], after: number): AppError {
  const meanwhile = rows
    .filter(({ number }) => number > after)
    .slice(-5)
    .map(({ phase, kind, actorName, atMs }) => ({ phase, kind, by: actorName, at: new Date(atMs).toISOString() }));
  return new AppError("conflict", "Somebody declared a phase meanwhile. Look at it, then declare yours.", {
    meanwhile,
  });
}

type New = Pick<DeclarationRow, "phase" | "kind" | "note" | "atMs" | "number"> & { readonly incidentId: string };

async function insertDeclaration(tx: StateTx, ctx: Ctx, row: New): Promise<void> {
  const { kind, id, name } = ctx.actor;
  await tx.execute(sql`
    INSERT INTO crisis_declaration
      (incident_id, number, phase, kind, at, note, declared_at, actor_kind, actor_id, actor_name)
    VALUES (${row.incidentId}, ${row.number}, ${row.phase}, ${row.kind}, ${new Date(row.atMs).toISOString()}::timestamptz,
      ${row.note}, ${ctx.now().toISOString()}::timestamptz, ${kind}, ${id}, ${name})`);
}
