import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import type { FormSettings } from "./alert.ts";
import {
  type GroupingPreview,
  type GroupingRuleEnd,
  type GroupingRuleInput,
  type GroupingRuleMatch,
  type GroupingRules,
  type GroupingRuleUpdate,
  type GroupingRuleView,
  MAX_GROUPING_DAYS,
} from "./contract.ts";
import type { Former } from "./former.ts";
import {
  asRule,
  countOpenGroupingRules,
  insertGroupingRule,
  readAllGroupingRules,
  readGroupingRule,
  readGroupingRules,
  type StoredGroupingRule,
  updateGroupingRule,
} from "./grouping-store.ts";
import { readFirstSeen, readVerdicts } from "./store.ts";

export type GroupingDeps = {
  readonly tree: () => Promise<UnitTree>;
  /** Where clusters are formed, with the alerts that are joined now. */
  readonly former: Pick<Former, "preview">;
  readonly settings: FormSettings;
};

const DAY_MS = 86_400_000;
const PREVIEW_DAYS = 30;
const MAX_OPEN = 500;

/** Rules of the units whose incidents the person reads, and of units above: those count there too. */
export async function listGroupingRules(ctx: Ctx, deps: GroupingDeps): Promise<GroupingRules> {
  const sees = await visibleTo(ctx, deps);
  const items = (await readAllGroupingRules(ctx.state)).filter(sees).map((row) => viewOf(ctx, row));
  return { items, total: items.length };
}

/** Errors: `invalid` for an expiry in the past or too far off, or an unknown unit; `over_limit`; `forbidden` in the unit. */
export async function addGroupingRule(
  ctx: Ctx,
  input: GroupingRuleInput,
  deps: GroupingDeps,
): Promise<GroupingRuleView> {
  ctx.require("incident:write", input.unitId);
  const now = ctx.now();
  const row: StoredGroupingRule = {
    id: newId("grouping", now.getTime()),
    version: 1,
    ...(await checked(ctx, input, deps)),
    ownerId: ctx.actor.id,
    ownerName: ctx.actor.name,
    createdAt: now,
    updatedAt: now,
    endedAt: null,
    endedById: null,
    endedByName: null,
    endedReason: null,
  };
  const entry = {
    action: "grouping.add",
    target: { kind: "grouping", id: row.id },
    unitId: row.unitId,
    detail: said(row),
  };
  await ctx.change(entry, async (tx) => {
    if ((await countOpenGroupingRules(tx, now)) >= MAX_OPEN)
      throw new AppError("over_limit", `There are already ${MAX_OPEN} grouping rules in force. End some first.`);
    await insertGroupingRule(tx, row);
  });
  return viewOf(ctx, row);
}

/** Also extends an expired one. Errors: as `addGroupingRule`; `not_found`; `conflict` when it was ended or changed meanwhile. */
export async function changeGroupingRule(
  ctx: Ctx,
  { id, version, takeOver, ...input }: GroupingRuleUpdate & { readonly id: string },
  deps: GroupingDeps,
): Promise<GroupingRuleView> {
  const known = await found(ctx, id, deps);
  ctx.require("incident:write", known.unitId);
  ctx.require("incident:write", input.unitId);
  const owner = takeOver ? { ownerId: ctx.actor.id, ownerName: ctx.actor.name } : {};
  const changes = { ...(await checked(ctx, input, deps)), ...owner, updatedAt: ctx.now() };
  const detail = said({ ...known, ...changes });
  const entry = { action: "grouping.change", target: { kind: "grouping", id }, unitId: known.unitId, detail };
  const row = await ctx.change(entry, async (tx) => orConflict(await updateGroupingRule(tx, { id, version }, changes)));
  return viewOf(ctx, row);
}

/** Stops it now; it stays in the list with who ended it and why. */
export async function endGroupingRule(
  ctx: Ctx,
  { id, version, reason }: GroupingRuleEnd & { readonly id: string },
  deps: GroupingDeps,
): Promise<GroupingRuleView> {
  const known = await found(ctx, id, deps);
  ctx.require("incident:write", known.unitId);
  const now = ctx.now();
  const by = { endedById: ctx.actor.id, endedByName: ctx.actor.name, endedReason: reason };
  const entry = { action: "grouping.end", target: { kind: "grouping", id }, unitId: known.unitId, detail: { reason } };
  const row = await ctx.change(entry, async (tx) =>
    orConflict(await updateGroupingRule(tx, { id, version }, { endedAt: now, updatedAt: now, ...by })),
  );
  return viewOf(ctx, row);
}

/**
 * Forms the alerts of the last 30 days with the rule and without it. What people decided by hand is left aside. Errors: `forbidden`;
 * `over_limit` when too many ask at once.
 */
export async function previewGroupingRule(
  ctx: Ctx,
  match: GroupingRuleMatch,
  deps: GroupingDeps,
): Promise<GroupingPreview> {
  ctx.require("incident:write", match.unitId);
  const tree = await deps.tree();
  const scope = ctx.units("alert:read");
  const sinceMs = ctx.now().getTime() - PREVIEW_DAYS * DAY_MS;
  const found = await deps.former.preview({
    sinceMs,
    unitIds: scope.all ? null : scope.ids,
    settings: deps.settings,
    rule: asRule({ id: "preview", ...match }, tree),
    others: await readGroupingRules(ctx.state, tree, ctx.now()),
    verdicts: await readVerdicts(ctx.state),
    firstSeen: await readFirstSeen(ctx.state),
  });
  return {
    ...found,
    days: PREVIEW_DAYS,
    examples: found.examples.map(({ id, ruleTitle, entity, lastMs }) => ({
      id,
      ruleTitle,
      entity: entity.value,
      lastAt: new Date(lastMs).toISOString(),
    })),
  };
}

async function checked(ctx: Ctx, input: GroupingRuleInput, { tree }: GroupingDeps) {
  const now = ctx.now();
  const expiresAt = new Date(input.expiresAt);
  if (!(expiresAt > now)) throw new AppError("invalid", "The grouping rule must expire in the future.");
  if (expiresAt.getTime() - now.getTime() > MAX_GROUPING_DAYS * DAY_MS)
    throw new AppError("invalid", `A grouping rule may run for ${MAX_GROUPING_DAYS} days at most. It can be extended.`);
  if (!(await tree()).has(input.unitId)) throw new AppError("invalid", "There is no such unit.");
  if (input.ruleId === null && input.pattern.replaceAll("*", "") === "")
    throw new AppError("invalid", "Name a rule, or say which entities: as it is, it would be for every alert.");
  return { ...input, expiresAt };
}

async function found(ctx: Ctx, id: string, deps: GroupingDeps): Promise<StoredGroupingRule> {
  const row = await readGroupingRule(ctx.state, id);
  if (row === undefined || !(await visibleTo(ctx, deps))(row))
    throw new AppError("not_found", "There is no such grouping rule.", { id });
  if (row.endedAt !== null) throw new AppError("conflict", "This grouping rule has been ended. Add a new one.", { id });
  return row;
}

async function visibleTo(ctx: Ctx, { tree }: GroupingDeps): Promise<(row: StoredGroupingRule) => boolean> {
  const scope = ctx.units("incident:read");
  if (scope.all) return () => true;
  const units = await tree();
  return ({ unitId }) => scope.ids.includes(unitId) || scope.ids.some((id) => units.covers(unitId, id));
}

const said = ({ effect, ruleId, entityKind, pattern, reason, expiresAt }: StoredGroupingRule) => ({
  effect,
  ruleId,
  entityKind,
  pattern,
  reason,
  expiresAt: expiresAt.toISOString(),
});

function orConflict(row: StoredGroupingRule | undefined): StoredGroupingRule {
  if (row) return row;
  throw new AppError("conflict", "Someone changed this grouping rule meanwhile. Load it again and repeat.");
}

function viewOf(ctx: Ctx, row: StoredGroupingRule): GroupingRuleView {
  const scope = ctx.units("incident:write");
  const { id, version, effect, ruleId, entityKind, pattern, unitId, reason, ownerId, ownerName } = row;
  const state = row.endedAt !== null ? "ended" : row.expiresAt > ctx.now() ? "active" : "expired";
  return {
    ...{ id, version, effect, ruleId, entityKind, pattern, unitId, reason, state },
    owner: { id: ownerId, name: ownerName },
    isOwn: ownerId === ctx.actor.id,
    mayChange: state !== "ended" && (scope.all || scope.ids.includes(unitId)),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    ended:
      row.endedAt === null
        ? null
        : {
            at: row.endedAt.toISOString(),
            by: { id: row.endedById ?? "", name: row.endedByName ?? "" },
            reason: row.endedReason ?? "",
          },
  };
}
