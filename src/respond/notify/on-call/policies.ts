import { sql } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import { type IncidentDeps, inScope } from "../../incident/index.ts";
import { instant } from "../rows.ts";
import { checkedTargets, goneAmong } from "../targets.ts";
import { Policy, type PolicyContent, type PolicyInput, type PolicyList, type PolicySave } from "./contract.ts";
import { refuseWhileNamed } from "./uses.ts";

const MAX_POLICIES = 200;
const Stored = Policy.omit({ gone: true });
type Stored = z.infer<typeof Stored>;
const COLUMNS = sql`id, version, unit_id AS "unitId", content`;

export async function listPolicies(ctx: Ctx): Promise<PolicyList> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM on_call_policy WHERE retired_at IS NULL AND ${inScope(sql`unit_id`, ctx.units("incident:read"))}
    ORDER BY content ->> 'name', id LIMIT ${MAX_POLICIES}`);
  const policies = rows.map((row) => Stored.parse(row));
  const goneOf = await goneAmong(ctx.state, policies.flatMap(targetsOf));
  return { items: policies.map((policy) => ({ ...policy, gone: goneOf(targetsOf(policy)) })) };
}

const targetsOf = ({ content }: Pick<Policy, "content">) => content.steps.flatMap(({ targets }) => targets);

async function writable(ctx: Ctx, id: string): Promise<Stored> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM on_call_policy WHERE id = ${id} AND retired_at IS NULL
      AND ${inScope(sql`unit_id`, ctx.units("notify:write"))}`);
  if (rows[0] === undefined) throw new AppError("not_found", "There is no such policy, or it is not yours to change.");
  return Stored.parse(rows[0]);
}

type Checking = { readonly content: PolicyContent; readonly known: ReturnType<typeof targetsOf> };

async function checkedSteps(ctx: Ctx, { content, known }: Checking, deps: IncidentDeps): Promise<PolicyContent> {
  const steps = await Promise.all(
    content.steps.map(async (step) => ({
      ...step,
      targets: await checkedTargets(ctx, { targets: step.targets, known }, deps),
    })),
  );
  return { ...content, steps };
}

/** Errors: `forbidden` in a foreign unit; `invalid` when a step calls what the actor does not see; `over_limit`. */
export async function addPolicy(ctx: Ctx, { unitId, content }: PolicyInput, deps: IncidentDeps): Promise<PolicyList> {
  ctx.require("notify:write", unitId);
  const checked = await checkedSteps(ctx, { content, known: [] }, deps);
  const id = newId("policy", ctx.now().getTime());
  await ctx.change({ action: "policy.add", target: { kind: "policy", id }, unitId, detail: checked }, async (tx) => {
    const { rows } = await tx.execute<{ n: string }>(
      sql`SELECT count(*) AS n FROM on_call_policy WHERE retired_at IS NULL`,
    );
    if (Number(rows[0]?.n) >= MAX_POLICIES) throw new AppError("over_limit", `There may be ${MAX_POLICIES} policies.`);
    await tx.execute(sql`
      INSERT INTO on_call_policy (id, unit_id, content, created_at)
      VALUES (${id}, ${unitId}, ${JSON.stringify(checked)}::jsonb, ${instant(ctx.now())})`);
  });
  return await listPolicies(ctx);
}

/** Calls that are open go on by the steps they began with. Errors: `not_found`; `conflict`; `invalid` as with `addPolicy`. */
export async function savePolicy(
  ctx: Ctx,
  input: PolicySave & { readonly id: string },
  deps: IncidentDeps,
): Promise<PolicyList> {
  const stored = await writable(ctx, input.id);
  const { id, unitId } = stored;
  const content = await checkedSteps(ctx, { content: input.content, known: targetsOf(stored) }, deps);
  await ctx.change({ action: "policy.edit", target: { kind: "policy", id }, unitId, detail: content }, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE on_call_policy SET version = version + 1, content = ${JSON.stringify(content)}::jsonb
      WHERE id = ${id} AND version = ${input.version} AND retired_at IS NULL RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "Somebody changed this policy meanwhile.");
  });
  return await listPolicies(ctx);
}

/** Errors: `not_found`; `conflict` while a rule names it. */
export async function removePolicy(ctx: Ctx, id: string): Promise<PolicyList> {
  const { unitId, content } = await writable(ctx, id);
  const entry = { action: "policy.remove", target: { kind: "policy", id }, unitId, detail: { name: content.name } };
  await ctx.change(entry, async (tx) => {
    await refuseWhileNamed(tx, { kind: "policy", policyId: id });
    await tx.execute(sql`UPDATE on_call_policy SET retired_at = ${instant(ctx.now())} WHERE id = ${id}`);
  });
  return await listPolicies(ctx);
}
