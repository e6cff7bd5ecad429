import { describe, expect, it } from "vitest";
import { toldByUnit } from "./told.ts";

const entry = { action: "alert.close", target: { kind: "alert-change", id: "change_1" }, detail: { asked: 9 } };
const counts = { unchanged: 2, conflicts: 1 };

describe("The audit record of an act on alerts", () => {
  it("is a row of the unit with what was changed, not what was asked", () => {
    const touched = [{ unitId: "osaka", alerts: 6 }];
    expect(toldByUnit(entry, { result: { changed: 6, ...counts }, touched })).toEqual([
      { ...entry, unitId: "osaka", detail: { asked: 9, changed: 6, ...counts, units: 1 } },
    ]);
  });

  it("is one row of no unit where nothing was changed", () => {
    expect(toldByUnit(entry, { result: { changed: 0, ...counts }, touched: [] })).toEqual([
      { ...entry, detail: { asked: 9, changed: 0, ...counts, units: 0 } },
    ]);
  });

  it("is a row for each of a hundred units at most, and one for all others", () => {
    const touched = Array.from({ length: 130 }, (_, i) => ({ unitId: `unit_${i}`, alerts: 2 }));
    const rows = toldByUnit(entry, { result: { changed: 260, ...counts }, touched });
    expect(rows).toHaveLength(101);
    expect(rows[0]).toMatchObject({ unitId: "unit_0", detail: { changed: 2, changedInAll: 260, units: 130 } });
    expect(rows.at(-1)).not.toHaveProperty("unitId");
    expect(rows.at(-1)?.detail).toMatchObject({ changed: 60 });
  });
});
