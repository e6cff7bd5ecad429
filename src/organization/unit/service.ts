import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { type Ctx, isInScope, type UnitTreeSource } from "../access/index.ts";
import type { CreateUnit, MoveUnit, Unit, UpdateUnit } from "./contract.ts";
import { childPath, idsOf, isWithin, MAX_DEPTH, movedPath } from "./path.ts";
import type { UnitRow } from "./schema.ts";
import {
  archiveUnits,
  countUnits,
  insertUnit,
  lockOrganization,
  MAX_UNITS,
  selectSubtree,
  selectUnit,
  selectUnits,
  updateUnitRow,
  viewOf,
} from "./store.ts";

export type UnitDeps = {
  readonly tree: UnitTreeSource;
  /** Active people and live tokens that belong to the units: slices to the right know. */
  readonly occupants: (tx: StateTx, unitIds: readonly string[]) => Promise<{ people: number; tokens: number }>;
};

/** Units that the actor may see, parents before children. */
export async function listUnits(ctx: Ctx, input: { archived: "include" | "exclude" }): Promise<Unit[]> {
  ctx.require("unit:read");
  const scope = ctx.units("unit:read");
  const rows = await selectUnits(ctx.state, { includeArchived: input.archived === "include" });
  return rows.filter((row) => isInScope(scope, row.id)).map(viewOf);
}

/** Errors: `not_found` for a unit that does not exist or that the actor may not see. */
export async function getUnit(ctx: Ctx, id: string): Promise<Unit> {
  const row = await selectUnit(ctx.state, id);
  if (!row || !isInScope(ctx.units("unit:read"), row.id)) throw noSuchUnit();
  return viewOf(row);
}

/** Errors: `forbidden` without unit:write at the parent, `conflict` under an archived one or past the depth. */
export async function createUnit(ctx: Ctx, deps: UnitDeps, input: CreateUnit): Promise<Unit> {
  ctx.require("unit:write", input.parentId);
  const id = newId("unit");
  const entry = {
    action: "unit.create",
    target: { kind: "unit", id },
    unitId: id,
    detail: { name: input.name, kind: input.kind, parentId: input.parentId },
  };
  const created = await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    const parent = await liveParent(tx, input.parentId);
    if ((await countUnits(tx)) >= MAX_UNITS) throw new AppError("over_limit", `There are ${MAX_UNITS} units already.`);
    if (idsOf(parent.path).length >= MAX_DEPTH) throw tooDeep();
    const row = {
      id,
      kind: input.kind,
      nameJa: input.name.ja,
      nameEn: input.name.en,
      parentId: parent.id,
      path: childPath(parent.path, id),
      country: input.country,
      timeZone: input.timeZone,
      archivedAt: null,
      createdAt: ctx.now(),
    };
    await insertUnit(tx, row);
    return viewOf(row);
  });
  deps.tree.invalidate();
  return created;
}

/** Errors: `not_found`, `forbidden`; `conflict` when the root would stop being the head office. */
export async function updateUnit(ctx: Ctx, id: string, input: UpdateUnit): Promise<Unit> {
  await getUnit(ctx, id);
  ctx.require("unit:write", id);
  const entry = { action: "unit.update", target: { kind: "unit", id }, unitId: id, detail: { ...input } };
  return await ctx.change(entry, async (tx) => {
    const row = await existing(tx, id);
    const kind = input.kind ?? row.kind;
    if ((kind === "head-office") !== (row.parentId === null)) {
      throw new AppError("conflict", "The root of the group, and no other unit, is the head office.");
    }
    const change = {
      kind,
      nameJa: input.name?.ja ?? row.nameJa,
      nameEn: input.name?.en ?? row.nameEn,
      country: input.country ?? row.country,
      timeZone: input.timeZone ?? row.timeZone,
    };
    await updateUnitRow(tx, id, change);
    return viewOf({ ...row, ...change });
  });
}

/** Hangs a unit, with all below it, under another parent. Errors: `conflict` for a circle, the root, or too deep a tree. */
export async function moveUnit(ctx: Ctx, deps: UnitDeps, input: MoveUnit & { id: string }): Promise<Unit> {
  const { id, parentId } = input;
  const before = await getUnit(ctx, id);
  if (before.parentId === null) throw new AppError("conflict", "The root of the group cannot be moved.");
  // Both ends: otherwise a unit could be pulled into, or pushed out of, somebody's reach.
  ctx.require("unit:write", before.parentId);
  ctx.require("unit:write", parentId);
  const detail = { from: before.parentId, to: parentId };
  const entry = { action: "unit.move", target: { kind: "unit", id }, unitId: id, detail };
  const moved = await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    const row = await existing(tx, id);
    if (row.parentId !== before.parentId) throw new AppError("conflict", "Somebody else just moved this unit.");
    const parent = await liveParent(tx, parentId);
    if (isWithin(parent.path, row.path)) {
      throw new AppError("conflict", "A unit cannot be moved under itself or under a unit below it.");
    }
    await rewritePaths(tx, row, parent);
    return viewOf({ ...row, parentId: parent.id, path: childPath(parent.path, id) });
  });
  deps.tree.invalidate();
  return moved;
}

async function rewritePaths(tx: StateTx, row: UnitRow, parent: UnitRow): Promise<void> {
  for (const below of await selectSubtree(tx, row.path)) {
    const path = movedPath(below.path, row, parent.path);
    if (idsOf(path).length > MAX_DEPTH) throw tooDeep();
    await updateUnitRow(tx, below.id, below.id === row.id ? { path, parentId: parent.id } : { path });
  }
}

/** Puts a unit and all below it away; history stays readable. Errors: `conflict` for the root and while somebody is in it. */
export async function archiveUnit(ctx: Ctx, deps: UnitDeps, id: string): Promise<Unit> {
  const before = await getUnit(ctx, id);
  if (before.parentId === null) throw new AppError("conflict", "The root of the group cannot be archived.");
  ctx.require("unit:write", before.parentId);
  const entry = { action: "unit.archive", target: { kind: "unit", id }, unitId: id };
  const archived = await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    const row = await existing(tx, id);
    const live = (await selectSubtree(tx, row.path)).filter((below) => below.archivedAt === null);
    await requireEmpty(tx, deps, idsIn(live));
    const archivedAt = ctx.now();
    if (live.length > 0) await archiveUnits(tx, idsIn(live), archivedAt);
    return viewOf({ ...row, archivedAt: row.archivedAt ?? archivedAt });
  });
  deps.tree.invalidate();
  return archived;
}

/** Brings one unit back; those below it stay archived. Errors: `conflict` while its parent is archived. */
export async function restoreUnit(ctx: Ctx, deps: UnitDeps, id: string): Promise<Unit> {
  const before = await getUnit(ctx, id);
  const { parentId } = before;
  if (parentId === null) return before;
  ctx.require("unit:write", parentId);
  const entry = { action: "unit.restore", target: { kind: "unit", id }, unitId: id };
  const restored = await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    await liveParent(tx, parentId);
    await archiveUnits(tx, [id], null);
    return viewOf({ ...(await existing(tx, id)), archivedAt: null });
  });
  deps.tree.invalidate();
  return restored;
}

/** Archiving must leave nobody behind who can still sign in, and no log source that still sends. */
async function requireEmpty(tx: StateTx, deps: UnitDeps, unitIds: readonly string[]): Promise<void> {
  const { people, tokens } = await deps.occupants(tx, unitIds);
  if (people + tokens === 0) return;
  const message = `Active people (${people}) and tokens (${tokens}) still belong here: move or end them first.`;
  throw new AppError("conflict", message, { people, tokens });
}

async function existing(tx: StateTx, id: string): Promise<UnitRow> {
  const row = await selectUnit(tx, id);
  if (!row) throw noSuchUnit();
  return row;
}

async function liveParent(tx: StateTx, id: string): Promise<UnitRow> {
  const parent = await existing(tx, id);
  if (parent.archivedAt !== null) throw new AppError("conflict", "The unit above is archived: restore it first.");
  return parent;
}

function idsIn(rows: readonly UnitRow[]): string[] {
  return rows.map((row) => row.id);
}

function tooDeep(): AppError {
  return new AppError("conflict", `The tree may be ${MAX_DEPTH} units deep at most.`);
}

function noSuchUnit(): AppError {
  return new AppError("not_found", "There is no such unit, or you may not see it.");
}
