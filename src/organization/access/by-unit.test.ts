import { describe, expect, it } from "vitest";
import { takenByUnit } from "./by-unit.ts";

const file = { action: "alert.export", target: { kind: "alert-list", id: "csv" }, detail: { matching: 130 } };

describe("The audit record of a file that leaves", () => {
  it("is a row for each unit that it holds something of", () => {
    expect(takenByUnit(file, [{ unitId: "osaka", count: 6 }])).toEqual([
      { ...file, unitId: "osaka", detail: { matching: 130, taken: 6, units: 1 } },
    ]);
  });

  it("is one row of no unit where it holds nothing", () => {
    expect(takenByUnit(file, [])).toEqual([{ ...file, detail: { matching: 130, taken: 0, units: 0 } }]);
  });

  it("is a row for each of a hundred units at most, and one for all others", () => {
    const parts = Array.from({ length: 130 }, (_, i) => ({ unitId: `unit_${i}`, count: 1 }));
    const rows = takenByUnit(file, parts);
    expect(rows).toHaveLength(101);
    expect(rows.at(-1)).toEqual({ ...file, detail: { matching: 130, taken: 30, units: 130 } });
  });
});
