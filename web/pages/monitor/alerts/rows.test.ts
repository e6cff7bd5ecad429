import { describe, expect, it } from "vitest";
import type { AlertPage, AlertRow } from "../../../api/alerts.ts";
import { idsOf, type Pages, withRows, withRowsBack } from "./rows.ts";

const row = (id: string, version = 1) => ({ id, version }) as AlertRow;
const page = (...ids: string[]) => ({ items: ids.map((id) => row(id)), total: 9, isTotalCapped: false }) as AlertPage;
const list: Pages = { pages: [page("a", "b", "c"), page("d", "e")], pageParams: ["", "next"] };
const without = (data: Pages, ...gone: string[]) => withRows(data, (one) => (gone.includes(one.id) ? undefined : one));
const back = (...rows: AlertRow[]) => new Map(rows.map((one) => [one.id, one]));
const shown = ({ pages }: Pages) => pages.map(({ items, total }) => [items.map(({ id }) => id).join(""), total]);

describe("Rows that leave a list and are taken back", () => {
  it("stand where they stood, on their page, and count again", () => {
    const left = without(without(list, "b", "d"), "a");
    expect(shown(left)).toEqual([
      ["c", 6],
      ["e", 6],
    ]);
    expect(shown(withRowsBack(left, back(row("a"), row("d"))))).toEqual([
      ["ac", 8],
      ["de", 8],
    ]);
  });

  it("come back as the server has them now; those that are there stay as they are", () => {
    const data = withRowsBack(without(list, "b"), back(row("a", 7), row("b", 7)));
    expect(data.pages[0]?.items.map(({ id, version }) => [id, version])).toEqual([
      ["a", 1],
      ["b", 7],
      ["c", 1],
    ]);
  });

  it("keep their places, and what never stood in the list gets none", () => {
    const left = without(list, "a", "b", "c");
    expect(idsOf(left)).toEqual(["a", "b", "c", "d", "e"]);
    expect(shown(withRowsBack(left, back(row("z"))))).toEqual([
      ["", 6],
      ["de", 6],
    ]);
    expect(idsOf(undefined)).toEqual([]);
  });
});
