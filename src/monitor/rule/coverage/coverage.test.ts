import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NavigatorLayer } from "./contract.ts";
import { coverageOf, navigatorLayer } from "./coverage.ts";
import { placeTechniques } from "./place.ts";

const row = (wanted: Partial<Parameters<typeof coverageOf>[0][number]>) => ({
  id: "a",
  title: "A",
  tactics: ["execution"],
  techniques: ["T1059.001"],
  isEnabled: true,
  hits: 0,
  logs: true,
  ...wanted,
});
const of = (rows: Parameters<typeof coverageOf>[0], id: string) =>
  coverageOf(rows).techniques.find((technique) => technique.id === id);

describe("The coverage of a technique", () => {
  it("counts rules, those enabled, those whose logs arrive, and their detections", () => {
    const rows = [row({ hits: 3 }), row({ logs: false }), row({ isEnabled: false, hits: 2 })];
    expect(of(rows, "T1059.001")).toEqual({
      id: "T1059.001",
      tactics: ["execution"],
      rules: 3,
      enabled: 2,
      canFire: 1,
      detections: 5,
    });
  });

  it("of a parent counts a rule once, however many of its sub-techniques it names", () => {
    const rows = [row({ techniques: ["T1059", "T1059.001", "T1059.003"] }), row({ techniques: ["T1059.003"] })];
    expect(of(rows, "T1059")).toMatchObject({ rules: 2 });
    expect(of(rows, "T1059.003")).toMatchObject({ rules: 2 });
  });

  it("says what it does not know instead of 0", () => {
    expect(of([row({ logs: null, hits: null })], "T1059")).toMatchObject({ canFire: null, detections: null });
  });

  it("counts rules that name no technique apart", () => {
    expect(coverageOf([row({ techniques: [] }), row({})]).untagged).toBe(1);
  });
});

describe("The tactics of a technique", () => {
  const clean = [
    { tactics: ["execution"], techniques: ["T1059"] },
    { tactics: ["discovery"], techniques: ["T1033"] },
  ];
  it("are those of rules that name one of each", () => {
    expect(placeTechniques(clean)).toEqual(
      new Map([
        ["T1059", ["execution"]],
        ["T1033", ["discovery"]],
      ]),
    );
  });
  it("of a rule with several of each are told apart by the other rules", () => {
    const mixed = { tactics: ["execution", "discovery"], techniques: ["T1059", "T1033"] };
    expect(placeTechniques([mixed, ...clean, ...clean])).toEqual(
      new Map([
        ["T1059", ["execution"]],
        ["T1033", ["discovery"]],
      ]),
    );
  });
  it("may be several", () => {
    const both = { tactics: ["persistence", "privilege-escalation"], techniques: ["T1547"] };
    expect(placeTechniques([both]).get("T1547")).toEqual(["persistence", "privilege-escalation"]);
  });
  it("are among those that its rules name, whatever the rules", () => {
    const words = fc.uniqueArray(fc.constantFrom<string[]>("a", "b", "c", "__proto__"), { maxLength: 4 });
    const rules = fc.array(fc.record({ tactics: words, techniques: words }), { maxLength: 20 });
    fc.assert(
      fc.property(rules, (all) => {
        for (const [technique, tactics] of placeTechniques(all)) {
          const named = new Set(all.filter((one) => one.techniques.includes(technique)).flatMap((one) => one.tactics));
          expect(tactics.every((tactic) => named.has(tactic))).toBe(true);
        }
      }),
    );
  });
});

describe("The Navigator layer", () => {
  it("has a technique in each of its tactics, scored by the rules that can fire", () => {
    const range = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" };
    const rows = [row({ tactics: ["persistence", "privilege-escalation"], techniques: ["T1547"] })];
    const layer = navigatorLayer({ ...coverageOf(rows), range }, "Test");
    expect(NavigatorLayer.parse(layer)).toEqual(layer);
    expect(layer.techniques).toMatchObject([
      { techniqueID: "T1547", tactic: "persistence", score: 1 },
      { techniqueID: "T1547", tactic: "privilege-escalation", score: 1 },
    ]);
  });
});
