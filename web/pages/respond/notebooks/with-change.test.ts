import { describe, expect, it } from "vitest";
import type { Cell, CellChange, Notebook } from "../../../api/notebooks.ts";
import { withChange } from "./with-change.ts";

const cell = (id: string, version = 1): Cell => ({
  id,
  version,
  kind: "note",
  body: `${id} ${version}`,
  settings: null,
  ranAt: null,
  changedAt: "2026-11-28T00:00:00.000Z",
  changedBy: "太郎",
});
const head = {
  id: "n",
  version: 1,
  title: "調査",
  incident: null,
  sharedWithUnitId: null,
  owner: { id: "person_1", name: "太郎" },
  createdAt: "",
  updatedAt: "",
  updatedBy: "太郎",
  isOwn: true,
  mayWrite: true,
};
const book: Notebook = { ...head, cells: [cell("a"), cell("b")] };
const change = (cells: Cell[], changed: Cell | null): CellChange => ({
  head: { ...head, updatedBy: "花子", cells: cells.length },
  cells,
  cell: changed,
  result: null,
});

describe("A notebook after a change of one cell", () => {
  it.each([
    ["changed", change([cell("a"), cell("b", 2)], cell("b", 2))],
    ["added", change([cell("a"), cell("b"), cell("c")], cell("c"))],
    ["moved", change([cell("b"), cell("a")], cell("b"))],
    ["removed", change([cell("a")], null)],
  ])("that was %s is known without reading it again", (_, changed) => {
    expect(withChange(book, changed)).toMatchObject({ updatedBy: "花子", cells: changed.cells });
  });

  it.each([
    ["changed", change([cell("a", 2), cell("b", 2)], cell("b", 2))],
    ["added", change([cell("a"), cell("x"), cell("b", 2)], cell("b", 2))],
  ])("is read again when somebody else %s another one", (_, changed) => {
    expect(withChange(book, changed)).toBeUndefined();
  });
});
