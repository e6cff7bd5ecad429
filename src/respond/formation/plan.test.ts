import { describe, expect, it } from "vitest";
import { type Holder, type Planned, type Planning, planSteps } from "./plan.ts";

const holderOf = (number: number, alertIds: readonly string[], more: Partial<Holder> = {}): Holder => ({
  id: `INC-${number}`,
  number,
  unitId: "unit_root",
  isTouched: false,
  status: "open",
  isWithdrawn: false,
  closedAtMs: null,
  alertIds,
  ...more,
});
const clusterOf = (alertIds: readonly string[], opens = true): Planned => ({ alertIds, score: opens ? 40 : 6, opens });
const WITHDRAWN = { status: "closed", isWithdrawn: true, closedAtMs: 0 } as const;
const plan = (clusters: readonly Planned[], holders: readonly Holder[], more: Partial<Planning> = {}) =>
  planSteps(clusters, {
    holders,
    keptOut: new Map(),
    nowMs: 0,
    continuesMs: 1000,
    covers: (above, below) => above === "unit_root" || above === below,
    unitOf: () => "unit_root",
    ...more,
  }).steps;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe("An incident that was withdrawn", () => {
  it("takes nothing while its cluster is below the threshold", () => {
    expect(plan([clusterOf(["a", "b"], false)], [holderOf(1, ["a"], WITHDRAWN)])).toEqual([]);
  });

  it("reopens before it takes what made it serious", () => {
    expect(plan([clusterOf(["a", "b"])], [holderOf(1, ["a"], WITHDRAWN)])).toMatchObject([
      { do: "reopen", incident: "INC-1" },
      { do: "add", incident: "INC-1", alertIds: ["b"] },
    ]);
  });

  it("does not stand before one that is open when both are no longer serious", () => {
    const steps = plan([clusterOf(["a", "b"], false)], [holderOf(1, ["a"], WITHDRAWN), holderOf(2, ["b"])]);
    expect(steps).toContainEqual({ do: "withdraw", incident: "INC-2", score: 6 });
    expect(steps).not.toContainEqual(expect.objectContaining({ do: "reopen" }));
  });
});

describe("An incident that is full", () => {
  const held = names("a", 498);
  const full = holderOf(1, held, { isTouched: true });

  it("takes what fits, and the rest opens one that continues it", () => {
    expect(plan([clusterOf([...held.slice(0, 3), "x", "y", "z"])], [full])).toEqual([
      { do: "add", incident: "INC-1", alertIds: ["x", "y"] },
      { do: "open", cluster: 0, alertIds: ["z"], continues: "INC-1", isRest: true },
    ]);
  });

  it("lets what comes later go to the one that continues it, and takes nothing from there", () => {
    const whole = holderOf(1, names("a", 500), { isTouched: true });
    const steps = plan([clusterOf(["a0", "a1", "a2", "z", "new"])], [whole, holderOf(2, ["z"])]);
    expect(steps).toEqual([{ do: "add", incident: "INC-2", alertIds: ["new"] }]);
  });
});

describe("An incident of one unit that somebody works on", () => {
  const unitOf = (id: string) => (id.startsWith("k") ? "unit_kyoto" : "unit_osaka");
  const osaka = holderOf(1, ["o1", "o2"], { isTouched: true, unitId: "unit_osaka" });

  it("takes nothing of another unit: that opens its own, which continues it", () => {
    expect(plan([clusterOf(["o1", "o2", "o3", "k1"])], [osaka], { unitOf })).toEqual([
      { do: "add", incident: "INC-1", alertIds: ["o3"] },
      { do: "open", cluster: 0, alertIds: ["k1"], continues: "INC-1", isRest: true },
    ]);
  });

  it("takes it while nobody has touched it", () => {
    const free = { ...osaka, isTouched: false };
    expect(plan([clusterOf(["o1", "o2", "k1"])], [free], { unitOf })).toEqual([
      { do: "add", incident: "INC-1", alertIds: ["k1"] },
    ]);
  });
});

describe("An incident with an alert that is not looked at any more", () => {
  const unitOf = (id: string) => (id === "old" ? undefined : "unit_root");

  it("is neither withdrawn nor emptied: that the alert is in no cluster says nothing", () => {
    expect(plan([clusterOf(["a"], false)], [holderOf(1, ["a", "old"])], { unitOf })).toEqual([]);
    expect(
      plan([clusterOf(["a", "b", "c"])], [holderOf(1, ["b", "c"]), holderOf(2, ["a", "old"])], { unitOf }),
    ).toEqual([]);
    expect(plan([clusterOf(["a"], false)], [holderOf(1, ["a"])], { unitOf })).toMatchObject([{ do: "withdraw" }]);
  });
});
