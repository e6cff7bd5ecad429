import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildUnitTree } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { testContexts } from "../source/testing.ts";
import type { PolicySave } from "./contract.ts";
import { effectivePolicy } from "./policy.ts";
import { type RetentionDeps, retentionOverview, setPolicy } from "./service.ts";
import { policiesInForce } from "./store.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
]);
const FW = { kind: "source", id: "fw" } as const;
const OSAKA = { kind: "unit", id: "unit_osaka" } as const;

describe("A source that has moved from Osaka to Kyoto", () => {
  let state: State;
  let unitOfFw = "unit_osaka";
  beforeAll(async () => {
    state = await openTestState();
  });
  afterAll(async () => {
    await state?.close();
  });

  const nothingStored: RetentionDeps["meter"] = {
    day: async () => [],
    read: async () => ({ days: [], isComplete: true, indexBytes: 0, disk: { freeBytes: 0, totalBytes: 0 } }),
  };
  const deps = (): RetentionDeps => ({
    meter: nothingStored,
    tree: { current: async () => TREE, invalidate: () => undefined },
    sources: async () => [{ id: "fw", name: "FW", unitId: unitOfFw, archivedAt: null }],
    tiers: { recompressAfterDays: null, coldAfterDays: null },
    onChanged: () => undefined,
  });
  const ciso = (unit: string) => testContexts(state, new Date(NOW)).as({ role: "ciso", units: [unit] });
  const days = (count: number | null, more: Partial<PolicySave> = {}): PolicySave => ({
    keep: count === null ? "inherit" : "days",
    days: count,
    holdReason: "",
    version: 0,
    ...more,
  });
  const kept = async (unitId: string) => {
    const found = effectivePolicy({ sourceId: "fw", unitId }, await policiesInForce(state.db), TREE);
    return [found.days, found.rule?.version, found.hold?.holdReason];
  };

  it("is kept in Osaka as was set there, whatever Kyoto sets for it", async () => {
    await setPolicy(await ciso("unit_osaka"), OSAKA, days(90), deps());
    await setPolicy(await ciso("unit_osaka"), FW, days(3_650), deps());
    unitOfFw = "unit_kyoto";
    const saved = await setPolicy(await ciso("unit_kyoto"), FW, days(7), deps());
    // One series of versions, so that a record of a deletion names one policy.
    expect(saved.policy.version).toBe(2);
    expect(await kept("unit_osaka")).toEqual([3_650, 1, undefined]);
    expect(await kept("unit_kyoto")).toEqual([7, 2, undefined]);
  });

  it("is changed for Osaka's events by who may do so in Osaka, and by nobody else", async () => {
    const forOsaka = (version: number) => days(null, { unitId: "unit_osaka", holdReason: "訴訟", version });
    await expect(setPolicy(await ciso("unit_kyoto"), FW, forOsaka(1), deps())).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(setPolicy(await ciso("unit_osaka"), FW, forOsaka(2), deps())).rejects.toMatchObject({
      code: "conflict",
    });
    await setPolicy(await ciso("unit_osaka"), FW, forOsaka(1), deps());
    expect((await kept("unit_osaka"))[2]).toBe("訴訟");
  });

  it("stays under Osaka's hold, all of it, until Osaka lifts it", async () => {
    await setPolicy(await ciso("unit_kyoto"), FW, days(1, { version: 2 }), deps());
    expect([(await kept("unit_osaka"))[2], (await kept("unit_kyoto"))[2]]).toEqual(["訴訟", "訴訟"]);
    await setPolicy(await ciso("unit_osaka"), FW, days(365, { unitId: "unit_osaka", version: 3 }), deps());
    expect([(await kept("unit_osaka"))[0], (await kept("unit_kyoto"))[0]]).toEqual([365, 1]);
  });

  it("has a row for each of the units: changed by who may do so there, by the version that is in force there", async () => {
    const rowsFor = async (unit: string) =>
      (await retentionOverview(await ciso(unit), deps())).sources.map((row) => ({
        unitId: row.unitId,
        version: row.own?.version,
        mayChange: row.mayChange,
      }));
    const [osaka, kyoto] = ["unit_osaka", "unit_kyoto"].map((unitId) => ({ unitId, mayChange: true }));
    expect(await rowsFor("unit_kyoto")).toEqual([{ ...kyoto, version: 4 }]);
    expect(await rowsFor("unit_osaka")).toEqual([]);
    await setPolicy(await ciso("unit_kyoto"), FW, days(90, { version: 4 }), deps());
    // Nothing is stored for Osaka any more: what it holds is shown all the same.
    const held = days(null, { unitId: "unit_osaka", version: 5, holdReason: "訴訟" });
    await setPolicy(await ciso("unit_osaka"), FW, held, deps());
    expect(await rowsFor("unit_osaka")).toEqual([{ ...osaka, version: 7 }]);
    const reader = await testContexts(state, new Date(NOW)).as({ role: "analyst" });
    expect((await retentionOverview(reader, deps())).sources.map(({ mayChange }) => mayChange)).toEqual([false, false]);
  });

  it("has nothing to set in a unit in which nothing was ever set for it", async () => {
    const input = days(1, { unitId: "unit_root" });
    await expect(setPolicy(await ciso("unit_root"), FW, input, deps())).rejects.toMatchObject({ code: "not_found" });
  });
});
