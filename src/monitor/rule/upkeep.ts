import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { messageOf } from "../detect/index.ts";
import type { CompiledFacts } from "./compiled.ts";
import { MAX_UI_RULES, type RuleCheckResult, type RuleDetail } from "./contract.ts";
import { splitDocuments } from "./documents.ts";
import type { Switch } from "./entry.ts";
import { reloadOrTell } from "./reload.ts";
import { brokenSamples } from "./sample/try.ts";
import { type RuleDeps, readRule, ruleNotFound } from "./service.ts";
import { clearSwitch, countOwnRules, lockDocument, writeSwitch, writeVersion } from "./store.ts";

/** Compiles without storing, and says what else is odd. What does not compile is told once, by `reason`. */
export async function checkRule(
  text: string,
  deps: Pick<RuleDeps, "compile" | "lint" | "catalog">,
): Promise<RuleCheckResult> {
  const checked = await compileOne(text, deps);
  const odd = (await deps.lint(text)).filter(({ code }) => code !== "broken");
  const findings = odd.map((finding) => ({ ...finding, values: { ...finding.values }, message: messageOf(finding) }));
  if (!checked.ok) return { ...checked, findings };
  const { id, title, level } = checked.facts;
  return { ok: true, id, title, level, findings };
}

type Checked =
  | { readonly ok: true; readonly facts: CompiledFacts["facts"] }
  | { readonly ok: false; readonly reason: string; readonly line?: number };

const CHECK_ORIGIN = "own/check";

/** Exactly one rule, with an id of its own: the id is what switches, versions and alerts hang on. */
async function compileOne(text: string, { compile, catalog }: Pick<RuleDeps, "compile" | "catalog">): Promise<Checked> {
  const outcome = await compile([{ text, origin: CHECK_ORIGIN }]);
  const rules = [...outcome.rules, ...outcome.open];
  const problem = outcome.rejected[0] ?? outcome.open.find(({ missing }) => !catalog.knows(missing))?.rejection;
  if (problem) {
    return { ok: false, reason: problem.reason, ...(problem.line !== undefined && { line: problem.line }) };
  }
  const [rule, second] = rules;
  if (!rule) return { ok: false, reason: "There is no rule in this text." };
  const documents = splitDocuments(text).filter(({ id }) => id !== "");
  if (second || documents.length > 1) {
    return { ok: false, reason: "Write one rule at a time.", line: (documents[1]?.startLine ?? 0) + 1 };
  }
  if (documents[0]?.id !== rule.facts.id) return { ok: false, reason: "The rule needs an id (a UUID).", line: 1 };
  if (!/^[\w.:-]{1,100}$/.test(rule.facts.id)) {
    return { ok: false, reason: "The id may have letters, digits and . : _ - (a UUID is best).", line: 1 };
  }
  return { ok: true, facts: rule.facts };
}

/** Stores a new own rule. Errors: `invalid` with `line` and `reason`; `conflict` when there is an own rule of this id. */
export async function createRule(
  ctx: Ctx,
  input: { text: string; comment: string; trialUntil?: string | null | undefined },
  deps: RuleDeps,
): Promise<RuleDetail> {
  requireGroupWide(ctx);
  const trial = trialOf(ctx, input);
  const facts = await compiledOrRefused(input.text, deps);
  const entry = {
    action: "rule.create",
    target: { kind: "rule", id: facts.id },
    detail: { title: facts.title, ...stagedAs(trial) },
  };
  await ctx.change(entry, async (tx) => {
    const known = await lockDocument(tx, facts.id);
    if (known && known.deletedAt === null) {
      throw new AppError("conflict", "There is already a rule of your own with this id: change that one.", {
        id: facts.id,
      });
    }
    if ((await countOwnRules(tx)) >= MAX_UI_RULES) {
      throw new AppError(
        "over_limit",
        `There are already ${MAX_UI_RULES} rules of your own: load more from a directory.`,
      );
    }
    await writeOwn(ctx, tx, { id: facts.id, version: (known?.version ?? 0) + 1, ...input });
    if (trial) {
      const by = { id: ctx.actor.id, name: ctx.actor.name };
      await writeSwitch(tx, facts.id, { isEnabled: true, trial, reason: input.comment, by, at: ctx.now() });
    }
  });
  return await changed(ctx, facts.id, deps);
}

/** Stores a new version. Errors: `invalid` with `line` and `reason`; `conflict` when someone stored one meanwhile. */
export async function updateRule(
  ctx: Ctx,
  input: { id: string; text: string; comment: string; version: number; acceptBroken?: boolean },
  deps: RuleDeps,
): Promise<RuleDetail> {
  requireGroupWide(ctx);
  const facts = await compiledOrRefused(input.text, deps);
  if (facts.id !== input.id) {
    throw new AppError("invalid", "The id of a rule stays. To rename it, create another and delete this one.", {
      line: 1,
      reason: `The id must stay ${input.id}.`,
    });
  }
  const broken = await brokenSamples(ctx, input, deps);
  if (broken.length > 0 && !input.acceptBroken) {
    throw new AppError("conflict", `With this change ${broken.length} of the rule's samples would go wrong.`, {
      broken,
    });
  }
  const detail = { title: facts.title, ...(broken.length > 0 && { brokenSamples: broken.length }) };
  const entry = { action: "rule.update", target: { kind: "rule", id: facts.id }, detail };
  await ctx.change(entry, async (tx) => {
    const known = await ownDocument(tx, input.id);
    if (known.version !== input.version) {
      throw new AppError("conflict", "Someone changed this rule meanwhile. Load it again and repeat.", {
        version: known.version,
      });
    }
    await writeOwn(ctx, tx, { ...input, version: known.version + 1 });
  });
  return await changed(ctx, facts.id, deps);
}

/** Deletes an own rule; its versions stay. A rule of the same id from a directory comes back. */
export async function deleteRule(
  ctx: Ctx,
  input: { id: string; reason: string },
  deps: RuleDeps,
): Promise<{ id: string }> {
  requireGroupWide(ctx);
  const entry = { action: "rule.delete", target: { kind: "rule", id: input.id }, detail: { reason: input.reason } };
  await ctx.change(entry, async (tx) => {
    const known = await ownDocument(tx, input.id);
    await writeVersion(tx, {
      id: input.id,
      version: known.version + 1,
      text: known.text,
      comment: input.reason,
      by: { id: ctx.actor.id, name: ctx.actor.name },
      at: ctx.now(),
      isDeleted: true,
    });
    // Else a rule of this id that comes later would begin switched off, or on an old trial.
    await clearSwitch(tx, input.id);
  });
  await reloadOrTell(ctx, deps);
  return { id: input.id };
}

/** Switches any rule on, on trial, or off. Errors: `not_found`; `invalid` for a rule without an id of its own. */
export async function switchRule(
  ctx: Ctx,
  input: { id: string; isEnabled: boolean; reason: string; trialUntil?: string | null | undefined },
  deps: RuleDeps,
): Promise<RuleDetail> {
  requireGroupWide(ctx);
  const text = deps.catalog.textOf(input.id);
  if (text === undefined) throw ruleNotFound();
  if (!splitDocuments(text).some(({ id }) => id === input.id)) {
    throw new AppError(
      "invalid",
      "This rule names no id in its file, so it can only be switched by removing the file.",
    );
  }
  const trial = input.isEnabled ? trialOf(ctx, input) : undefined;
  const action = trial ? "rule.trial" : input.isEnabled ? "rule.enable" : "rule.disable";
  const detail = { reason: input.reason, ...stagedAs(trial) };
  const entry = { action, target: { kind: "rule", id: input.id }, detail };
  const by = { id: ctx.actor.id, name: ctx.actor.name };
  await ctx.change(entry, (tx) =>
    writeSwitch(tx, input.id, { isEnabled: input.isEnabled, trial, reason: input.reason, by, at: ctx.now() }),
  );
  return await changed(ctx, input.id, deps);
}

/** Errors: `invalid` when the trial would be over before it begins. */
function trialOf(ctx: Ctx, { trialUntil }: { trialUntil?: string | null | undefined }): Switch["trial"] {
  if (trialUntil === undefined) return undefined;
  const until = trialUntil === null ? null : new Date(trialUntil);
  if (until !== null && until <= ctx.now()) throw new AppError("invalid", "A trial must end in the future.");
  return { until };
}

const stagedAs = (trial: Switch["trial"]) =>
  trial && { trialUntil: trial.until?.toISOString() ?? "until it is switched on" };

/** Rules are for the whole group, so writing them needs the permission at its root. */
export function requireGroupWide(ctx: Ctx): void {
  if (ctx.units("rule:write").all) return;
  throw new AppError("forbidden", "Rules are for the whole group: changing them needs rule:write at its root.", {
    permission: "rule:write",
  });
}

async function compiledOrRefused(text: string, deps: RuleDeps): Promise<CompiledFacts["facts"]> {
  const checked = await compileOne(text, deps);
  if (checked.ok) return checked.facts;
  const { reason, line } = checked;
  throw new AppError("invalid", `The rule does not compile: ${reason}`, {
    reason,
    ...(line !== undefined && { line }),
  });
}

export async function ownDocument(tx: StateTx, id: string) {
  const known = await lockDocument(tx, id);
  if (!known || known.deletedAt !== null) {
    throw new AppError(
      "not_found",
      "There is no rule of your own with this id. Rules from directories are changed there.",
    );
  }
  return known;
}

async function writeOwn(
  ctx: Ctx,
  tx: StateTx,
  rule: { id: string; version: number; text: string; comment: string },
): Promise<void> {
  const by = { id: ctx.actor.id, name: ctx.actor.name };
  const { id, version, text, comment } = rule;
  await writeVersion(tx, { id, version, text, comment, by, at: ctx.now(), isDeleted: false });
}

async function changed(ctx: Ctx, id: string, deps: RuleDeps): Promise<RuleDetail> {
  await reloadOrTell(ctx, deps);
  return await readRule(ctx, id, deps);
}
