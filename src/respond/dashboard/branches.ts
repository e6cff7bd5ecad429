/** A unit as far as the tree goes, parents first. */
export type Place = { readonly id: string; readonly parentId: string | null };
/** What one row counts. */
export type Branch = {
  readonly unitId: string;
  readonly reach: "below" | "alone";
  /** The units that are counted in, of those that the reader sees. */
  readonly ids: readonly string[];
  readonly hasBelow: boolean;
};
export type Branches = { readonly parent: string | null; readonly branches: readonly Branch[] };

/**
 * The units right below `parent`, each with all below it, and the parent in itself: together every unit counts once.
 * Without a parent: from the top of what is visible. `parent` must be visible.
 */
export function branchesOf(visible: readonly Place[], parent: string | undefined): Branches {
  const seen = new Set(visible.map(({ id }) => id));
  const below = Map.groupBy(visible, ({ parentId }) => (parentId !== null && seen.has(parentId) ? parentId : ""));
  const tops = below.get("") ?? [];
  const [only] = tops;
  const chosen = parent ?? (tops.length === 1 ? only?.id : undefined);
  const subtree = (id: string): string[] => {
    const ids = [id];
    for (const one of ids) for (const child of below.get(one) ?? []) ids.push(child.id);
    return ids;
  };
  const branch = ({ id }: Pick<Place, "id">): Branch => {
    const ids = subtree(id);
    return { unitId: id, reach: "below", ids, hasBelow: ids.length > 1 };
  };
  if (chosen === undefined) return { parent: null, branches: tops.map(branch) };
  const children = below.get(chosen) ?? [];
  if (children.length === 0) return { parent: chosen, branches: [branch({ id: chosen })] };
  const alone: Branch = { unitId: chosen, reach: "alone", ids: [chosen], hasBelow: false };
  return { parent: chosen, branches: [...children.map(branch), alone] };
}
