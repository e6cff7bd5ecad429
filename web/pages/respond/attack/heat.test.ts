import { describe, expect, it, test } from "vitest";
import { heatOf, heatRows } from "./heat.ts";

const technique = (id: string, tactics: string[], detections: number | null, enabled = 1) => ({
  id,
  tactics,
  rules: 1,
  enabled,
  canFire: null,
  detections,
});

describe("The heatmap of detections", () => {
  test.each([
    [null, 0],
    [0, 0],
    [1, 1],
    [9, 1],
    [10, 2],
    [999, 3],
    [1_000, 4],
    [5e9, 4],
  ] as const)("%s detections are heat %d", (detections, heat) => expect(heatOf(detections)).toBe(heat));

  it("has a row per tactic with its techniques, the most detected first, and says what is watched", () => {
    const rows = heatRows({
      tactics: ["execution", "impact"],
      techniques: [
        technique("T1059", ["execution"], 5),
        technique("T1059.001", ["execution"], 5),
        technique("T1204", ["execution", "impact"], 50, 0),
      ],
    });
    expect(
      rows.map(({ tactic, cells, covered, detections }) => [tactic, cells.map(({ id }) => id), covered, detections]),
    ).toEqual([
      ["execution", ["T1204", "T1059"], 1, 55],
      ["impact", ["T1204"], 0, 50],
    ]);
  });

  it("says that it does not know where nothing could be counted", () => {
    const [row] = heatRows({ tactics: ["impact"], techniques: [technique("T1486", ["impact"], null)] });
    expect(row?.detections).toBeNull();
  });
});
