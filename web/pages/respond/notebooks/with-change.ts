import type { Cell, CellChange, Notebook } from "../../../api/notebooks.ts";

/** The notebook after a change of one cell; undefined when somebody else changed another one meanwhile, so that it must be read again. */
export function withChange(book: Notebook, { head, cells: order, cell }: CellChange): Notebook | undefined {
  const known = new Map(book.cells.map((each) => [each.id, each]));
  if (cell) known.set(cell.id, cell);
  const cells = order.flatMap(({ id, version }): Cell[] => {
    const found = known.get(id);
    return found?.version === version ? [found] : [];
  });
  return cells.length === order.length ? { ...head, cells } : undefined;
}
