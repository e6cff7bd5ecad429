import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import { type RuleDeps, ruleNotFound } from "../service.ts";
import { ownDocument, requireGroupWide } from "../upkeep.ts";
import { MAX_SAMPLES, MAX_TRY_CHARS, type RuleSampleCreate, type RuleSamples } from "./contract.ts";
import { addSample, readSamples, removeSample } from "./store.ts";
import { firesOn } from "./try.ts";

/** The rule's samples, run against it as it is now. They are event texts of any unit: for those who may store them alone. */
export async function listSamples(ctx: Ctx, ruleId: string, deps: RuleDeps): Promise<RuleSamples> {
  requireRule(ctx, ruleId, deps);
  const samples = await readSamples(ctx.state, ruleId);
  const rule = deps.catalog.textOf(ruleId);
  const lines = samples.map(({ text }) => text);
  const fires = rule === undefined || lines.length === 0 ? [] : await firesOn(ctx, { rule, lines }, deps.tryRule);
  return {
    items: samples.map(({ id, expected, text, note, byId, byName, at }, index) => ({
      id,
      expected,
      text,
      note,
      by: { id: byId, name: byName },
      at: at.toISOString(),
      fires: fires[index] ?? false,
    })),
  };
}

/** Keeps an event with an own rule. Errors: `not_found` for other rules; `over_limit` past 100 samples or 200,000 characters. */
export async function createSample(
  ctx: Ctx,
  input: RuleSampleCreate & { ruleId: string },
  deps: RuleDeps,
): Promise<RuleSamples> {
  requireGroupWide(ctx);
  const { ruleId, expected, text, note } = input;
  const id = newId("sample", ctx.now().getTime());
  const entry = { action: "rule.sample.add", target: { kind: "rule", id: ruleId }, detail: { sample: id, expected } };
  await ctx.change(entry, async (tx) => {
    await ownDocument(tx, ruleId);
    const kept = await readSamples(tx, ruleId);
    if (kept.length >= MAX_SAMPLES) throw new AppError("over_limit", `This rule already has ${MAX_SAMPLES} samples.`);
    if (kept.reduce((sum, one) => sum + one.text.length, text.length) > MAX_TRY_CHARS)
      throw new AppError("over_limit", `The samples of a rule may have ${MAX_TRY_CHARS} characters together.`);
    const by = { byId: ctx.actor.id, byName: ctx.actor.name };
    await addSample(tx, { id, ruleId, expected, text, note, ...by, at: ctx.now() });
  });
  return await listSamples(ctx, ruleId, deps);
}

export async function deleteSample(
  ctx: Ctx,
  input: { ruleId: string; sampleId: string },
  deps: RuleDeps,
): Promise<RuleSamples> {
  const { ruleId, sampleId } = input;
  requireRule(ctx, ruleId, deps);
  const entry = { action: "rule.sample.remove", target: { kind: "rule", id: ruleId }, detail: { sample: sampleId } };
  await ctx.change(entry, async (tx) => {
    await ownDocument(tx, ruleId);
    if (!(await removeSample(tx, { ruleId, id: sampleId }))) {
      throw new AppError("not_found", "There is no such sample of this rule.");
    }
  });
  return await listSamples(ctx, ruleId, deps);
}

/** Which rules there are is no secret from who may write some; their samples are. */
function requireRule(ctx: Ctx, ruleId: string, { catalog }: RuleDeps): void {
  if (catalog.textOf(ruleId) === undefined) throw ruleNotFound();
  requireGroupWide(ctx);
}
