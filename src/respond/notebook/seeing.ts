import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { isInScope } from "../../organization/access/index.ts";
import type { CellResult, CellRun, CellSnapshot } from "./contract.ts";

/** Whose a notebook is: an incident's (its unit decides), a unit's, or one person's. */
export type Belonging = {
  readonly ownerId: string;
  readonly incidentUnitId: string | null;
  readonly sharedWithUnitId: string | null;
};

/** Of an incident: whoever may see the incident. Of a unit: whoever may see incidents there. The owner of a free one always. */
export function maySee(ctx: Ctx, notebook: Belonging): boolean {
  return mayWith(ctx.units("incident:read"), ctx, notebook);
}

export function mayWrite(ctx: Ctx, notebook: Belonging): boolean {
  return mayWith(ctx.units("incident:write"), ctx, notebook);
}

/** An incident that the owner no longer sees takes the notebook with it. */
function mayWith(scope: UnitScope, ctx: Ctx, { ownerId, incidentUnitId, sharedWithUnitId }: Belonging): boolean {
  if (incidentUnitId !== null) return isInScope(scope, incidentUnitId);
  return ownerId === ctx.actor.id || (sharedWithUnitId !== null && isInScope(scope, sharedWithUnitId));
}

/** A stored run: what was found in every unit that its runner may read. */
export type StoredSnapshot = Omit<CellSnapshot, "events" | "isPartial"> & {
  readonly counts: readonly { readonly unitId: string; readonly events: number }[];
};
/** The run before is kept without its events. */
export type StoredFormer = Omit<StoredSnapshot, "rows">;
export type StoredResult = { readonly snapshot: StoredSnapshot | null; readonly former: StoredFormer | null };

/** What a cell found, as one person may see it. */
export function resultFor(scope: UnitScope, { snapshot, former }: StoredResult): CellResult {
  const seen = snapshot === null ? undefined : snapshotFor(scope, snapshot);
  return {
    snapshot: seen ?? null,
    isHidden: snapshot !== null && seen === undefined,
    former: former === null ? null : (runFor(scope, former) ?? null),
  };
}

/** The events of units whose events they may read, as if they had run it. */
export function snapshotFor(scope: UnitScope, { rows, ...run }: StoredSnapshot): CellSnapshot | undefined {
  const seen = runFor(scope, run);
  return seen && { ...seen, rows: rows.filter(({ unitId }) => isInScope(scope, unitId)) };
}

/** undefined when there was something and none of it is theirs, or they may read no events at all. */
function runFor(scope: UnitScope, { counts, ...run }: StoredFormer): CellRun | undefined {
  const theirs = counts.filter(({ unitId }) => isInScope(scope, unitId));
  const mayReadNone = !scope.all && scope.ids.length === 0;
  if (mayReadNone || (theirs.length === 0 && counts.length > 0)) return undefined;
  return {
    ...run,
    events: theirs.reduce((sum, { events }) => sum + events, 0),
    isPartial: theirs.length < counts.length,
  };
}
