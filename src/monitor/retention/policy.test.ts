import { describe, expect, it, test } from "vitest";
import { buildUnitTree } from "../../organization/access/index.ts";
import { ageInDays, DAY_MS, dayOf, effectivePolicy, endOfDay, isExpired } from "./policy.ts";
import type { StoredPolicy } from "./schema.ts";

const TREE = buildUnitTree([
  { id: "group", parentId: null },
  { id: "osaka", parentId: "group" },
  { id: "sales", parentId: "osaka" },
  { id: "kyoto", parentId: "group" },
]);

type Said = Partial<StoredPolicy> & Pick<StoredPolicy, "kind" | "scopeId">;
const policy = ({ days = null, ...said }: Said): StoredPolicy => ({
  version: 1,
  unitId: said.kind === "unit" ? said.scopeId : "osaka",
  keep: days === null ? "inherit" : "days",
  days,
  holdReason: "",
  setById: "p",
  setByName: "髙橋",
  setAt: new Date(0),
  ...said,
});
const group90 = policy({ kind: "unit", scopeId: "group", days: 90 });
const osaka30 = policy({ kind: "unit", scopeId: "osaka", days: 30 });
const fw7 = policy({ kind: "source", scopeId: "fw", days: 7 });
const fwKyoto90 = policy({ kind: "source", scopeId: "fw", unitId: "kyoto", days: 90, version: 2 });
const forever = policy({ kind: "unit", scopeId: "osaka", keep: "forever" });
const hold = (kind: "unit" | "source", scopeId: string) => policy({ kind, scopeId, holdReason: "訴訟 2026-11" });

describe("The most specific policy decides", () => {
  test.each<[string, StoredPolicy[], string, number | undefined, string | undefined]>([
    ["nobody has said anything: for ever", [], "osaka", undefined, undefined],
    ["the group's reaches down", [group90], "sales", 90, "group"],
    ["a unit's goes before the group's", [group90, osaka30], "sales", 30, "osaka"],
    ["and leaves other units alone", [group90, osaka30], "kyoto", 90, "group"],
    ["a source's goes before its unit's", [group90, osaka30, fw7], "osaka", 7, "fw"],
    [
      "and reaches no events of units above or beside the one in which it was set",
      [group90, fw7],
      "kyoto",
      90,
      "group",
    ],
    ["what is set for a source where it is now reaches its events there", [fw7, fwKyoto90], "kyoto", 90, "fw"],
    ["and leaves what was set where it was before", [fw7, fwKyoto90], "osaka", 7, "fw"],
    ["of two units above the events the nearer", [fw7, { ...fwKyoto90, unitId: "group" }], "sales", 7, "fw"],
    ["for ever is a policy too", [group90, forever], "sales", undefined, "osaka"],
    ["what inherits is passed over", [group90, policy({ kind: "unit", scopeId: "osaka" })], "osaka", 90, "group"],
    ["a unit that the tree does not know is the group's", [group90, osaka30], "gone", 90, "group"],
    ["and so is what has none", [group90, osaka30, fw7], "", 90, "group"],
    ["for ever while the group has said nothing", [osaka30, fw7], "", undefined, undefined],
  ])("%s", (_, inForce, unitId, days, from) => {
    for (const order of [inForce, inForce.toReversed()]) {
      const found = effectivePolicy({ sourceId: "fw", unitId }, order, TREE);
      expect([found.days, found.rule?.scopeId]).toEqual([days, from]);
    }
  });

  test.each<[string, StoredPolicy[], string, boolean]>([
    ["on the unit itself", [osaka30, hold("unit", "osaka")], "osaka", true],
    ["on the group", [osaka30, fw7, hold("unit", "group")], "sales", true],
    [
      "on the source, for events of whatever unit",
      [group90, { ...hold("source", "fw"), unitId: "osaka" }],
      "kyoto",
      true,
    ],
    [
      "on the source, set where it was before, whatever is said where it is now",
      [hold("source", "fw"), fwKyoto90],
      "kyoto",
      true,
    ],
    ["on the group, for events without a unit", [osaka30, hold("unit", "group")], "", true],
    ["on another unit", [group90, hold("unit", "kyoto")], "osaka", false],
    ["on another source", [group90, hold("source", "other")], "osaka", false],
  ])("a hold %s", (_, inForce, unitId, isHeld) => {
    const found = effectivePolicy({ sourceId: "fw", unitId }, inForce, TREE);
    expect(found.hold !== undefined).toBe(isHeld);
    expect(found.days === undefined).toBe(isHeld);
  });
});

describe("A day of receipt", () => {
  const now = Date.UTC(2026, 10, 27, 9);
  it("is named as the engine names its partition, and ends at midnight UTC", () => {
    expect(dayOf(now)).toBe(20_261_127);
    expect(endOfDay(20_261_127)).toBe(Date.UTC(2026, 10, 28));
    expect(endOfDay(20_261_231)).toBe(Date.UTC(2027, 0, 1));
    expect([20_261_127, 20_261_126, 20_261_101].map((day) => ageInDays(day, now))).toEqual([-1, 0, 25]);
  });
  test.each([
    [1, endOfDay(20_261_101) + DAY_MS - 1, false],
    [1, endOfDay(20_261_101) + DAY_MS, true],
    [30, endOfDay(20_261_101) + 30 * DAY_MS, true],
    [undefined, endOfDay(20_261_101) + 3_000 * DAY_MS, false],
  ])("kept %s days: its last event is never deleted early", (days, at, expected) => {
    expect(isExpired(20_261_101, days, at)).toBe(expected);
  });
});
