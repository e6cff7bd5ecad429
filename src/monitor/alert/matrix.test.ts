import { describe, expect, it, test } from "vitest";
import { type Judged, misrated } from "./matrix.ts";

const judged = (expert: Judged["expert"], acts: number, level: Judged["level"] = "medium"): Judged => ({
  rule_id: "rule",
  title: "A rule",
  level,
  expert,
  acts,
  alerts: acts * 100,
});

describe("A rule whose severity analysts keep changing", () => {
  test.each([
    [[judged("high", 2)], "neither"],
    [[judged("high", 4)], "neither"],
    [[judged("high", 5)], "under"],
    [[judged("high", 3), judged("critical", 3)], "under"],
    [[judged("high", 5), judged("medium", 4)], "neither"],
    [[judged("high", 30), judged("low", 10)], "under"],
    [[judged("low", 5)], "over"],
    [[judged("low", 40), judged("critical", 39)], "neither"],
    [[judged("medium", 500)], "neither"],
  ])("%#: is listed by how surely it lies on one side, not by how far", (rows, side) => {
    const { underrated, overrated } = misrated(rows);
    expect([underrated.length, overrated.length]).toEqual([Number(side === "under"), Number(side === "over")]);
  });

  it("comes with its counts, its interval and what was said most", () => {
    const [rule] = misrated([judged("high", 7), judged("critical", 2), judged("medium", 1)]).underrated;
    expect(rule).toMatchObject({ above: 9, same: 1, below: 0, alerts: 1000, usual: "high", level: "medium" });
    expect(rule?.share).toMatchObject({ share: 10 / 12, judged: 10 });
  });

  it("counts rules, and lists the surest first", () => {
    const other = { ...judged("high", 50), rule_id: "surer" };
    const { underrated, judgedRules } = misrated([judged("high", 6), other]);
    expect(underrated.map(({ id }) => id)).toEqual(["surer", "rule"]);
    expect(judgedRules).toBe(2);
  });
});
