import { describe, expect, it, test } from "vitest";
import { agreementOf, countAt, shadeOf } from "./matrix.ts";

const cells = [
  { level: "high", expertSeverity: "high", count: 5 },
  { level: "high", expertSeverity: "low", count: 3 },
  { level: "low", expertSeverity: "critical", count: 2 },
  { level: "low", expertSeverity: null, count: 90 },
] as const;

describe("The matrix of the two severities", () => {
  it("sums rows, columns, and what is not judged", () => {
    expect(countAt([...cells], {})).toBe(100);
    expect(countAt([...cells], { level: "high" })).toBe(8);
    expect(countAt([...cells], { expertSeverity: null })).toBe(90);
    expect(countAt([...cells], { level: "low", expertSeverity: "critical" })).toBe(2);
  });

  it("says how often analysts agreed, and which way they differed", () => {
    expect(agreementOf([...cells])).toEqual({ judged: 10, same: 5, above: 2, below: 3 });
  });

  test.each([
    [0, 100, 0],
    [1, 1_000_000, 1],
    [9, 100, 3],
    [100, 100, 4],
    [1, 0, 0],
  ])("shades %d of at most %d as %d", (count, largest, shade) => {
    expect(shadeOf(count, largest)).toBe(shade);
  });
});
