import { type Category, SHARED_CATEGORIES } from "./contract.ts";

/** A unit with the ids from the root to itself. */
export type UnitPlace = { readonly id: string; readonly kind: string; readonly path: readonly string[] };
export type Owned = { readonly unitId: string; readonly category: Category };

/** The units whose entries are a unit's own: itself and, of a department, the company that it belongs to. */
export function ownUnits(units: ReadonlyMap<string, UnitPlace>, unitId: string): string[] {
  const path = units.get(unitId)?.path ?? [unitId];
  const own: string[] = [];
  for (const id of path.toReversed()) {
    own.push(id);
    if (units.get(id)?.kind !== "department") break;
  }
  return own;
}

/** Which entries bind the units: their own, and of those above only what the group shares. */
export function bindingOn(
  units: ReadonlyMap<string, UnitPlace>,
  unitIds: readonly string[],
): (entry: Owned) => boolean {
  const own = new Set(unitIds.flatMap((id) => ownUnits(units, id)));
  const above = new Set(unitIds.flatMap((id) => units.get(id)?.path ?? []));
  const shared: ReadonlySet<Category> = new Set(SHARED_CATEGORIES);
  return ({ unitId, category }) => own.has(unitId) || (above.has(unitId) && shared.has(category));
}
