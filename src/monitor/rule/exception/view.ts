import type { Ctx } from "../../../organization/access/index.ts";
import { isInScope } from "../../../organization/access/index.ts";
import type { CatalogEntry } from "../entry.ts";
import type { ExceptionState, RuleException } from "./contract.ts";
import type { Excepted } from "./excepted.ts";
import type { StoredException } from "./store.ts";

/** By the clock, whether the expiry was recorded yet or not. */
export function stateOf(row: StoredException, now: Date): ExceptionState {
  if (row.endedAt !== null) return "ended";
  if (row.expiresAt <= now) return "expired";
  return row.startsAt > now ? "scheduled" : "active";
}

type Around = {
  readonly ctx: Ctx;
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  readonly figures: ReadonlyMap<string, Excepted> | undefined;
};

export function viewOf(row: StoredException, { ctx, entries, figures }: Around): RuleException {
  const state = stateOf(row, ctx.now());
  return {
    id: row.id,
    version: row.version,
    state,
    rules: row.ruleIds.map((id) => ({ id, title: entries.get(id)?.facts.title ?? null })),
    unitId: row.unitId,
    match: copyOf(row.match),
    reason: row.reason,
    owner: { id: row.ownerId, name: row.ownerName },
    isOwn: row.ownerId === ctx.actor.id,
    mayChange: state !== "ended" && isInScope(ctx.units("rule:write"), row.unitId),
    startsAt: row.startsAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ended: endOf(row),
    excepted: figures ? (figures.get(row.id)?.count ?? 0) : null,
    lastExceptedAt: figures?.get(row.id)?.lastAt ?? null,
  };
}

const copyOf = (match: StoredException["match"]): RuleException["match"] =>
  match.kind === "fields" ? { kind: "fields", fields: [...match.fields] } : match;

function endOf({ endedAt, endedById, endedByName, endedReason }: StoredException): RuleException["ended"] {
  if (endedAt === null) return null;
  return { at: endedAt.toISOString(), by: { id: endedById ?? "", name: endedByName ?? "" }, reason: endedReason ?? "" };
}
