import { describe, expect, it, test } from "vitest";
import { STEPS } from "./contract.ts";
import { DEFAULT_MAPPING, mainStep, seenSteps, stepsOf } from "./steps.ts";

describe("The step of the kill chain that a rule stands for", () => {
  test.each([
    ["a tactic", ["execution"], [], ["exploitation"]],
    ["both parts of what was TA0005", ["stealth", "defense-impairment"], [], ["installation"]],
    ["several tactics, in the order of an attack", ["exfiltration", "initial-access"], [], ["delivery", "actions"]],
    ["a technique of its own step, instead of its tactic", ["initial-access"], ["T1190"], ["exploitation"]],
    ["a sub-technique by its technique", ["initial-access"], ["T1566.002"], ["delivery"]],
    ["a technique without a step of its own: the tactics too", ["execution"], ["T1190", "T1059"], ["exploitation"]],
    ["valid accounts, wherever they are used", ["persistence"], ["T1078.004"], ["delivery"]],
    ["what nobody knows", ["house-special", "constructor"], ["T9999", "__proto__"], []],
  ])("%s", (_, tactics, techniques, expected) => {
    expect(stepsOf({ tactics, techniques }, DEFAULT_MAPPING)).toEqual(expected);
  });

  it("is told by the rule's foremost tactic, when one step must do", () => {
    const tagged = { tactics: ["persistence", "execution"], techniques: ["T1543.003"] };
    expect(mainStep(tagged, DEFAULT_MAPPING)).toBe("installation");
    expect(mainStep({ tactics: ["initial-access"], techniques: ["T1190"] }, DEFAULT_MAPPING)).toBe("exploitation");
    expect(mainStep({ tactics: [], techniques: [] }, DEFAULT_MAPPING)).toBeUndefined();
  });

  it("of a sub-technique of its own wins over that of its technique", () => {
    const mapping = { tactics: {}, techniques: { T1059: "exploitation", "T1059.001": "actions" } } as const;
    expect(stepsOf({ tactics: [], techniques: ["T1059.001"] }, mapping)).toEqual(["actions"]);
    expect(stepsOf({ tactics: [], techniques: ["T1059.003"] }, mapping)).toEqual(["exploitation"]);
  });

  it("is there for every one of the seven steps, as delivered", () => {
    expect(new Set(Object.values(DEFAULT_MAPPING.tactics))).toEqual(new Set(STEPS));
  });
});

describe("The strip of an incident", () => {
  it("has the steps that were seen, each with its alerts in order of time and the first instant", () => {
    const alert = (id: string, minute: number, tactics: string[]) => ({
      id,
      tactics,
      techniques: [],
      firstAt: `2026-11-22T12:0${minute}:00.000Z`,
    });
    const steps = seenSteps(
      [alert("c", 3, ["impact"]), alert("b", 2, ["execution", "impact"]), alert("a", 1, ["execution"])],
      DEFAULT_MAPPING,
    );
    expect(steps).toEqual([
      { step: "exploitation", alertIds: ["a", "b"], firstAt: "2026-11-22T12:01:00.000Z" },
      { step: "actions", alertIds: ["b", "c"], firstAt: "2026-11-22T12:02:00.000Z" },
    ]);
  });
});
