import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { isInScope } from "../../organization/access/index.ts";
import type { CellSnapshot } from "./contract.ts";

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

/**
 * A run as one person may see it: the events of units whose events they may read, as if they had run it. undefined when there
 * was something and none of it is theirs, or they may read no events at all.
 */
export function snapshotFor(scope: UnitScope, { counts, rows, ...run }: StoredSnapshot): CellSnapshot | undefined {
  const theirs = counts.filter(({ unitId }) => isInScope(scope, unitId));
  const mayReadNone = !scope.all && scope.ids.length === 0;
  if (mayReadNone || (theirs.length === 0 && counts.length > 0)) return undefined;
  return {
    ...run,
    events: theirs.reduce((sum, { events }) => sum + events, 0),
    rows: rows.filter(({ unitId }) => isInScope(scope, unitId)),
    isPartial: theirs.length < counts.length,
  };
}
