import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type IncidentDeps, inScope, resolveOwner } from "../incident/index.ts";
import type { Target } from "./contract.ts";

const TABLES = { channel: "notify_channel", rota: "on_call_rota", policy: "on_call_policy" } as const;

/**
 * Targets that the actor may name: people whom they see, and channels, rotas and policies of units where they read them. Names of
 * people are written in. Errors: `invalid` naming the first that is not.
 */
export async function checkedTargets<T extends Target>(
  ctx: Ctx,
  targets: readonly T[],
  deps: IncidentDeps,
): Promise<T[]> {
  return await Promise.all(targets.map((target) => checked(ctx, target, deps)));
}

async function checked<T extends Target>(ctx: Ctx, target: T, deps: IncidentDeps): Promise<T> {
  switch (target.kind) {
    case "person": {
      const person = await resolveOwner(ctx, target.personId, deps);
      return { ...target, name: person?.name ?? "" };
    }
    case "channel":
      return await existing(ctx, target, sql`id = ${target.channelId}`);
    case "rota":
      return await existing(ctx, target, sql`id = ${target.rotaId}`);
    case "policy":
      return await existing(ctx, target, sql`id = ${target.policyId}`);
    default:
      return target;
  }
}

async function existing<T extends Target>(ctx: Ctx, target: T, where: SQL): Promise<T> {
  const table = sql.raw(TABLES[target.kind as keyof typeof TABLES]);
  const { rows } = await ctx.state.execute(sql`
    SELECT id FROM ${table} WHERE ${where} AND retired_at IS NULL AND ${inScope(sql`unit_id`, ctx.units("notify:read"))}`);
  if (rows.length === 0) throw new AppError("invalid", `There is no such ${target.kind}, or it is not yours to see.`);
  return target;
}
