import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { type IncidentDeps, inScope, resolveOwner, textArray } from "../incident/index.ts";
import type { Target } from "./contract.ts";

const TABLES = { channel: "notify_channel", rota: "on_call_rota", policy: "on_call_policy" } as const;

/**
 * Targets that the actor may name: people whom they see, and channels, rotas and policies of units where they read them. Names of
 * people are written in. What was `known` before stays, also when it is gone by now: otherwise nobody could switch the rule off.
 * Errors: `invalid` naming the first that is not.
 */
export async function checkedTargets<T extends Target>(
  ctx: Ctx,
  { targets, known }: { readonly targets: readonly T[]; readonly known: readonly T[] },
  deps: IncidentDeps,
): Promise<T[]> {
  const kept = new Map(known.map((target) => [keyOf(target), target]));
  return await Promise.all(
    targets.map(async (target) => kept.get(keyOf(target)) ?? (await checked(ctx, target, deps))),
  );
}

/** What a target names; undefined for those who are whoever it is at the time. */
function namedBy(target: Target): string | undefined {
  switch (target.kind) {
    case "person":
      return target.personId;
    case "channel":
      return target.channelId;
    case "rota":
      return target.rotaId;
    case "policy":
      return target.policyId;
    default:
      return undefined;
  }
}

const keyOf = (target: Target): string => JSON.stringify([target.kind, namedBy(target) ?? target]);

/** Of what the targets name, the ids that reach nobody any more: retired, or a person who was deactivated. */
export async function goneAmong(
  db: StateDb,
  targets: readonly Target[],
): Promise<(some: readonly Target[]) => string[]> {
  const ids = [...new Set(targets.flatMap((target) => namedBy(target) ?? []))];
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT id FROM person WHERE is_active AND id = ANY(${textArray(ids)})
    UNION ALL SELECT id FROM notify_channel WHERE retired_at IS NULL AND id = ANY(${textArray(ids)})
    UNION ALL SELECT id FROM on_call_rota WHERE retired_at IS NULL AND id = ANY(${textArray(ids)})
    UNION ALL SELECT id FROM on_call_policy WHERE retired_at IS NULL AND id = ANY(${textArray(ids)})`);
  const there = new Set(rows.map(({ id }) => id));
  return (some) => [...new Set(some.flatMap((target) => namedBy(target) ?? []))].filter((id) => !there.has(id));
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
