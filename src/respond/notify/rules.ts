import { sql } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { inScope } from "../incident/index.ts";
import { MAX_RULES, Rule, type RuleInput, type RuleList, type RuleSave } from "./contract.ts";
import type { NotifyDeps } from "./deps.ts";
import { instant } from "./rows.ts";
import { checkedTargets, goneAmong } from "./targets.ts";

const Stored = Rule.omit({ gone: true });
type Stored = z.infer<typeof Stored>;
const COLUMNS = sql`id, version, unit_id AS "unitId", is_enabled AS "isEnabled", content`;

export async function listRules(ctx: Ctx): Promise<RuleList> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM notify_rule WHERE ${inScope(sql`unit_id`, ctx.units("notify:read"))} ORDER BY id LIMIT ${MAX_RULES}`);
  const rules = rows.map((row) => Stored.parse(row));
  const goneOf = await goneAmong(
    ctx.state,
    rules.flatMap(({ content }) => content.targets),
  );
  return { items: rules.map((rule) => ({ ...rule, gone: goneOf(rule.content.targets) })) };
}

async function writable(ctx: Ctx, id: string): Promise<Stored> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM notify_rule WHERE id = ${id} AND ${inScope(sql`unit_id`, ctx.units("notify:write"))}`);
  if (rows[0] === undefined) throw new AppError("not_found", "There is no such rule, or it is not yours to change.");
  return Stored.parse(rows[0]);
}

/** Errors: `forbidden` in a foreign unit; `invalid` when it tells somebody or something that the actor does not see; `over_limit`. */
export async function addRule(ctx: Ctx, { unitId, content }: RuleInput, deps: NotifyDeps): Promise<RuleList> {
  ctx.require("notify:write", unitId);
  const targets = await checkedTargets(ctx, { targets: content.targets, known: [] }, deps);
  const id = newId("notify", ctx.now().getTime());
  const entry = { action: "notify-rule.add", target: { kind: "notify-rule", id }, unitId, detail: content };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute<{ n: string }>(sql`SELECT count(*) AS n FROM notify_rule`);
    if (Number(rows[0]?.n) >= MAX_RULES) throw new AppError("over_limit", `There may be ${MAX_RULES} rules.`);
    await insertRule(tx, { id, unitId, content: { ...content, targets }, at: ctx.now() });
  });
  return await listRules(ctx);
}

type NewRule = { readonly id: string; readonly unitId: string; readonly content: object; readonly at: Date };

export async function insertRule(tx: StateTx, { id, unitId, content, at }: NewRule): Promise<void> {
  await tx.execute(sql`
    INSERT INTO notify_rule (id, unit_id, content, created_at)
    VALUES (${id}, ${unitId}, ${JSON.stringify(content)}::jsonb, ${instant(at)})`);
}

/** Errors: `not_found`; `conflict` when somebody changed it meanwhile; `invalid` as with `addRule`. */
export async function saveRule(
  ctx: Ctx,
  input: RuleSave & { readonly id: string },
  deps: NotifyDeps,
): Promise<RuleList> {
  const { id, unitId, content } = await writable(ctx, input.id);
  const targets = await checkedTargets(ctx, { targets: input.content.targets, known: content.targets }, deps);
  const detail = { ...input.content, isEnabled: input.isEnabled };
  await ctx.change({ action: "notify-rule.edit", target: { kind: "notify-rule", id }, unitId, detail }, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE notify_rule SET version = version + 1, is_enabled = ${input.isEnabled},
        content = ${JSON.stringify({ ...input.content, targets })}::jsonb
      WHERE id = ${id} AND version = ${input.version} RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "Somebody changed this rule meanwhile.");
  });
  return await listRules(ctx);
}

export async function removeRule(ctx: Ctx, id: string): Promise<RuleList> {
  const { unitId, content } = await writable(ctx, id);
  const entry = {
    action: "notify-rule.remove",
    target: { kind: "notify-rule", id },
    unitId,
    detail: { name: content.name },
  };
  await ctx.change(entry, async (tx) => {
    await tx.execute(sql`DELETE FROM notify_rule WHERE id = ${id}`);
  });
  return await listRules(ctx);
}
