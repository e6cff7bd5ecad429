import { describe, expect, it, test } from "vitest";
import { differencesOf, isTechnique, techniqueOf, withStep } from "./draft.ts";

describe("A changed mapping before it is saved", () => {
  it("sets and takes away steps without touching the map that is on the page", () => {
    const map = { execution: "exploitation" } as const;
    expect(withStep(map, "impact", "actions")).toEqual({ execution: "exploitation", impact: "actions" });
    expect(withStep(map, "execution", undefined)).toEqual({});
    expect(map).toEqual({ execution: "exploitation" });
  });

  test.each([
    ["Ｔ１１９０", "T1190", true],
    [" t1059.001 ", "T1059.001", true],
    ["T119", "T119", false],
    ["TA0001", "TA0001", false],
    ["T1059.1", "T1059.1", false],
  ])("reads %j as %s", (typed, technique, isOne) => {
    expect(techniqueOf(typed)).toBe(technique);
    expect(isTechnique(techniqueOf(typed))).toBe(isOne);
  });

  it("names what differs from what somebody else saved", () => {
    const mine = { tactics: { execution: "exploitation" }, techniques: { T1190: "delivery" } } as const;
    const theirs = {
      tactics: { execution: "delivery" },
      techniques: { T1190: "delivery", T1078: "delivery" },
    } as const;
    expect(differencesOf(mine, theirs)).toEqual(["T1078", "execution"]);
    expect(differencesOf(mine, mine)).toEqual([]);
  });
});
