import type { VisibleUnit } from "../../../api/session.ts";

type Placed = Pick<VisibleUnit, "id" | "parentId">;

/** The lowest unit that stands above all of these or is one of them, as far as the person sees the tree; else the first. */
export function commonUnit(unitIds: readonly string[], units: readonly Placed[]): string {
  const parents = new Map(units.map(({ id, parentId }) => [id, parentId]));
  const [first = [], ...rest] = unitIds.map((id) => pathOf(id, parents));
  return first.find((id) => rest.every((path) => path.includes(id))) ?? unitIds[0] ?? "";
}

/** The unit and those above it, lowest first. */
function pathOf(id: string, parents: ReadonlyMap<string, string | null>): readonly string[] {
  const path: string[] = [];
  for (let at: string | null | undefined = id; at && !path.includes(at); at = parents.get(at)) path.push(at);
  return path;
}
