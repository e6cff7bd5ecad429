import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECLARATION_KINDS, PHASES, type Phase } from "./contract.ts";
import { courseOf, refusalOf, type Said } from "./phases.ts";

const bounds = { nowMs: 1_000_000, beganMs: 1_000 };
const say = (phase: Phase, atMs: number, kind: Said["kind"] = "declared"): Said => ({ phase, kind, atMs });
const refused = (said: readonly Said[], wanted: Said, note = "because") => refusalOf(said, { ...wanted, note }, bounds);
/** Declares one after the other, each of which must be allowed. */
const course = (...said: readonly Said[]) => {
  for (const [i, each] of said.entries()) expect(refused(said.slice(0, i), each)).toBeUndefined();
  return courseOf(said);
};

describe("The phases of a crisis", () => {
  it("go from sign to prevention, and the farthest that stands is where it is", () => {
    expect(course(...PHASES.map((phase, i) => say(phase, 2_000 + i))).phase).toBe("prevented");
  });

  it.each([
    ["contained", "without a discovery", []],
    ["eradicated", "without containment", [say("discovered", 2_000)]],
    ["restored", "without eradication", [say("discovered", 2_000), say("contained", 2_100)]],
    ["prevented", "without restoration", [say("discovered", 2_000)]],
  ] as const)("%s is refused %s", (phase, _why, said) => {
    expect(refused([...said], say(phase, 3_000))?.code).toBe("conflict");
  });

  it("may find the way of the attack after containing it: a late finding voids nothing", () => {
    const { standing } = course(say("discovered", 2_000), say("contained", 2_100), say("understood", 2_050));
    expect([...standing.keys()].toSorted()).toEqual(["contained", "discovered", "understood"]);
  });

  it("begin after the fact when nobody saw a sign or an anomaly before the discovery", () => {
    expect(course(say("discovered", 2_000)).isAfterTheFact).toBe(true);
    expect(course(say("anomaly", 900), say("discovered", 2_000)).isAfterTheFact).toBe(false);
    expect(course(say("discovered", 2_000), say("sign", 100)).isAfterTheFact).toBe(true);
  });

  it("void what came later when one is taken up again: the last containment counts", () => {
    const before = [
      say("discovered", 2_000),
      say("contained", 2_100),
      say("eradicated", 2_200),
      say("restored", 2_300),
    ];
    const returned = course(...before, say("understood", 2_050), say("discovered", 2_400, "returned"));
    expect([...returned.standing.keys()]).toEqual(["discovered"]);
    expect(returned).toMatchObject({ phase: "discovered", returns: 1, detectedMs: 2_000 });
    const again = course(...before, say("contained", 2_500, "returned"));
    expect(again.standing.get("contained")?.atMs).toBe(2_500);
    expect(again.standing.has("restored")).toBe(false);
  });

  it("are detected once: what a return to an earlier phase voided and is declared anew detects nothing later", () => {
    const again = [
      say("sign", 1_001),
      say("anomaly", 1_002),
      say("sign", 1_003, "returned"),
      say("anomaly", 1_005),
      say("discovered", 1_006),
    ];
    expect(course(...again).detectedMs).toBe(1_002);
    const found = [
      say("discovered", 1_002),
      say("anomaly", 1_004),
      say("anomaly", 1_006, "returned"),
      say("discovered", 1_008),
    ];
    expect(course(...found).detectedMs).toBe(1_002);
  });

  it("are not declared for a moment before the return that voided them", () => {
    const said = [
      say("discovered", 1_005),
      say("understood", 1_006),
      say("contained", 1_010),
      say("understood", 1_012, "returned"),
    ];
    expect(refused(said, say("contained", 1_007))?.code).toBe("invalid");
    expect(refused(said, say("contained", 1_013))).toBeUndefined();
    const anew = [...said, say("contained", 1_013)];
    expect(refused(anew, say("contained", 1_007, "corrected"))?.code).toBe("invalid");
  });

  it("take a return only with a reason and not before what it takes back", () => {
    const said = [say("discovered", 2_000), say("contained", 2_100)];
    expect(refused(said, say("discovered", 2_400, "returned"), "")?.code).toBe("invalid");
    expect(refused(said, say("discovered", 2_050, "returned"))?.code).toBe("invalid");
    expect(refused(said, say("contained", 2_400))?.code).toBe("conflict");
    expect(refused(said, say("restored", 2_400, "returned"))?.code).toBe("conflict");
  });

  it("can be corrected within what stands around them, which voids nothing", () => {
    const said = [say("discovered", 2_000), say("contained", 2_200), say("eradicated", 2_300)];
    expect(refused(said, say("contained", 2_400, "corrected"))?.code).toBe("invalid");
    expect(refused(said, say("contained", 1_900, "corrected"))?.code).toBe("invalid");
    const corrected = course(...said, say("contained", 2_100, "corrected"));
    expect(corrected.standing.get("contained")?.atMs).toBe(2_100);
    expect(corrected.standing.has("eradicated")).toBe(true);
    expect(course(...said, say("discovered", 1_500, "corrected")).detectedMs).toBe(1_500);
  });

  it.each([
    ["still to come", say("discovered", 1_000_001)],
    ["before the first event", say("discovered", 999)],
  ])("are refused for a moment %s", (_, wanted) => {
    expect(refused([], wanted)?.code).toBe("invalid");
  });

  it("of ordinary times may lie before the first event", () => {
    expect(refused([], say("sign", 10))).toBeUndefined();
  });

  it("never reach a phase without what it needs, whatever is said in whatever order", () => {
    const saidArb = fc.record({
      phase: fc.constantFrom(...PHASES),
      kind: fc.constantFrom(...DECLARATION_KINDS),
      atMs: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(saidArb, { maxLength: 40 }), (wishes) => {
        const said: Said[] = [];
        for (const wish of wishes) if (refused(said, wish) === undefined) said.push(wish);
        const { standing } = courseOf(said);
        const at = (phase: Phase) => standing.get(phase)?.atMs;
        if (standing.has("restored")) expect(standing.has("eradicated") && standing.has("contained")).toBe(true);
        if (standing.has("contained")) expect(at("contained")).toBeGreaterThanOrEqual(at("discovered") ?? Infinity);
        if (standing.has("restored")) expect(at("restored")).toBeGreaterThanOrEqual(at("eradicated") ?? Infinity);
      }),
    );
  });
});
