import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { KillChain, KillChainInput, KillChainStrips, Mapping } from "./contract.ts";
import { DEFAULT_MAPPING, seenSteps } from "./steps.ts";
import { alertsOfIncidents, findMapping, writeMapping } from "./store.ts";

/** What stands for which step now. */
export async function readKillChain(ctx: Ctx): Promise<KillChain> {
  const stored = await findMapping(ctx.state);
  const own = stored?.tactics && stored.techniques ? { tactics: stored.tactics, techniques: stored.techniques } : null;
  return {
    ...(own ?? DEFAULT_MAPPING),
    version: stored?.version ?? 0,
    isDefault: own === null,
    changed: stored ? { at: stored.changedAt, by: { id: stored.changedById, name: stored.changedByName } } : null,
    mayChange: ctx.units("incident:write").all,
  };
}

/** Errors: `forbidden` below the root of the group, `conflict` when somebody changed it since `version`. */
export async function changeKillChain(ctx: Ctx, { version, tactics, techniques }: KillChainInput): Promise<KillChain> {
  await write(ctx, { version, mapping: { tactics, techniques } });
  return readKillChain(ctx);
}

/** Back to how it was delivered. Errors as for a change. */
export async function resetKillChain(ctx: Ctx, version: number): Promise<KillChain> {
  await write(ctx, { version, mapping: null });
  return readKillChain(ctx);
}

async function write(
  ctx: Ctx,
  { version, mapping }: { readonly version: number; readonly mapping: Mapping | null },
): Promise<void> {
  requireGroupWide(ctx);
  const before = await readKillChain(ctx);
  const after = mapping ?? DEFAULT_MAPPING;
  const entry = {
    action: mapping === null ? "kill-chain.reset" : "kill-chain.change",
    target: { kind: "kill-chain", id: "kill-chain" },
    detail: { changes: differences(before, after) },
  };
  await ctx.change(entry, async (tx) => {
    const by = { id: ctx.actor.id, name: ctx.actor.name };
    if (await writeMapping(tx, { version, mapping, by, at: ctx.now() })) return;
    const now = await findMapping(tx);
    throw new AppError("conflict", "Somebody else changed the kill chain since you opened it.", {
      version: now?.version ?? 0,
      by: now?.changedByName ?? "",
      at: now?.changedAt ?? "",
    });
  });
}

/** One mapping for the whole group, so changing it needs the permission at its root. */
function requireGroupWide(ctx: Ctx): void {
  if (ctx.units("incident:write").all) return;
  throw new AppError(
    "forbidden",
    "The kill chain is for the whole group: changing it needs incident:write at its root.",
    {
      permission: "incident:write",
    },
  );
}

const MAX_TOLD = 100;

/** `T1190: delivery → exploitation`, for the audit log. */
function differences(before: Mapping, after: Mapping): string[] {
  const told = (was: Readonly<Record<string, string>>, is: Readonly<Record<string, string>>) =>
    [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((key) => was[key] !== is[key])
      .map((key) => `${key}: ${was[key] ?? "–"} → ${is[key] ?? "–"}`);
  return [...told(before.tactics, after.tactics), ...told(before.techniques, after.techniques)].slice(0, MAX_TOLD);
}

/** How far each of these incidents went. */
export async function readStrips(ctx: Ctx, ids: readonly string[]): Promise<KillChainStrips> {
  const seeing = { alerts: ctx.units("alert:read"), incidents: ctx.units("incident:read") };
  const [mapping, found] = await Promise.all([readKillChain(ctx), alertsOfIncidents(ctx.state, ids, seeing)]);
  return {
    items: [...found].map(([incidentId, alerts]) => ({ incidentId, steps: seenSteps(alerts, mapping) })),
  };
}
