/** The shape of the group at one moment; archived units included, because their history stays readable. */
export type UnitTree = {
  readonly rootId: string | undefined;
  has(unitId: string): boolean;
  /** True when the units are the same or `ancestorId` stands above `unitId`. */
  covers(ancestorId: string, unitId: string): boolean;
  /** The unit and everything below it, parents first; [] for an unknown unit. */
  subtree(unitId: string): readonly string[];
};

/** Where the current tree comes from; `invalidate` after each change of the tree in this process. */
export type UnitTreeSource = { current(): Promise<UnitTree>; invalidate(): void };

export type TreeRow = { readonly id: string; readonly parentId: string | null };

export function buildUnitTree(rows: readonly TreeRow[]): UnitTree {
  const parents = new Map(rows.map((row) => [row.id, row.parentId]));
  const children = new Map<string, string[]>();
  for (const { id, parentId } of rows) {
    if (parentId === null) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  return {
    rootId: rows.find((row) => row.parentId === null)?.id,
    has: (unitId) => parents.has(unitId),
    covers: (ancestorId, unitId) => isAbove(parents, ancestorId, unitId),
    subtree: (unitId) => (parents.has(unitId) ? collect(children, unitId) : []),
  };
}

/** Bounded by the number of units, so that even a cycle in broken data ends. */
function isAbove(parents: ReadonlyMap<string, string | null>, ancestorId: string, unitId: string): boolean {
  let next: string | null | undefined = parents.has(ancestorId) ? unitId : undefined;
  for (let steps = parents.size; next && steps >= 0; steps -= 1) {
    if (!parents.has(next)) return false;
    if (next === ancestorId) return true;
    next = parents.get(next);
  }
  return false;
}

function collect(children: ReadonlyMap<string, readonly string[]>, unitId: string): string[] {
  const found = new Set([unitId]);
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child);
  return [...found];
}
