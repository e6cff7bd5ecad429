import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORM_SETTINGS, type FormAlert } from "./alert.ts";
import { NO_DECISIONS } from "./cluster.ts";
import { explanationOf } from "./explain.ts";
import { type Forming, formClusters } from "./form.ts";
import { alertOf, firstSeenOf, hostsOf } from "./testing.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const forming: Forming = {
  settings: FORM_SETTINGS,
  decisions: NO_DECISIONS,
  groupingRules: [],
  verdictsOf: () => ({ right: 0, wrong: 0 }),
  assetValueOf: () => 1,
  firstSeen: new Map(),
};
const form = (alerts: readonly FormAlert[], more: Partial<Forming> = {}) =>
  formClusters(alerts, { ...forming, firstSeen: firstSeenOf(alerts), ...more });
/** The clusters as lists of alert ids. */
const told = (alerts: readonly FormAlert[], more: Partial<Forming> = {}) =>
  form(alerts, more).map((cluster) => cluster.alerts.map(({ id }) => id).join(" "));
const only = (alerts: readonly FormAlert[], more: Partial<Forming> = {}) => {
  const [cluster] = form(alerts, more);
  if (cluster === undefined) throw new Error("no cluster");
  return cluster;
};

describe("Alerts that belong together", () => {
  it("share a machine, an account or an address within the window", () => {
    const alerts = [
      alertOf("a", { host: "ws1", account: "taro" }),
      alertOf("b", { host: "ws1", at: 30 }),
      alertOf("c", { host: "fs1", account: "taro", at: 45 }),
      alertOf("d", { host: "ws9", at: 45 }),
      alertOf("e", { host: "ws1", at: 5 * DAY }),
    ];
    expect(told(alerts)).toEqual(["a b c", "d", "e"]);
  });

  it("say what joined them, how far apart they are, and how rare that is", () => {
    const cluster = only([alertOf("a", { account: "taro" }), alertOf("b", { host: "fs1", account: "taro", at: 12 })]);
    expect(explanationOf(cluster).joins).toEqual([
      {
        alertId: "b",
        withId: "a",
        apartMs: 12 * 60_000,
        strength: expect.closeTo(0.5, 0),
        shared: [{ kind: "account", value: "taro", subjects: 2, weight: expect.closeTo(0.56, 1) }],
        groupingRule: null,
      },
    ]);
  });

  it("are not glued by a domain controller, a proxy or whoever is everywhere", () => {
    const alerts = Array.from({ length: 40 }, (_, i) =>
      alertOf(`a${i}`, { host: `ws${i}`, account: "svc_backup", address: "10.0.0.1", at: i }),
    );
    expect(form(alerts)).toHaveLength(40);
  });

  it("are told apart by unit where machines have the same name", () => {
    expect(told([alertOf("a"), alertOf("b", { unitId: "unit_osaka" })])).toEqual(["a", "b"]);
  });

  it("stay apart when a person said so, whatever else connects them", () => {
    const alerts = [alertOf("a"), alertOf("b", { at: 1 }), alertOf("c", { at: 2 })];
    const keptOut = new Map([["c", new Set(["INC"])]]);
    expect(told(alerts, { decisions: { heldBy: new Map([["a", "INC"]]), keptOut } })).toEqual(["a b", "c"]);
    const two = new Map([
      ["a", "INC"],
      ["c", "OTHER"],
    ]);
    const parts = told(alerts, { decisions: { heldBy: two, keptOut: new Map() } });
    expect(parts).toHaveLength(2);
  });

  it("never make a cluster larger than an incident holds", () => {
    const alerts = Array.from({ length: 900 }, (_, i) => alertOf(`a${i}`, { at: i / 60 }));
    const sizes = form(alerts).map((cluster) => cluster.alerts.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(FORM_SETTINGS.maxAlerts);
    expect(sizes.reduce((a, b) => a + b)).toBe(900);
  });

  it("are joined by a grouping rule though they share nothing, and a rule of another unit joins nothing", () => {
    const rule = { id: "g1", effect: "join", ruleId: null, kind: "host", pattern: "scan-*" } as const;
    const alerts = [alertOf("a", { host: "scan-1" }), alertOf("b", { host: "scan-2", at: 9 * DAY })];
    expect(told(alerts, { groupingRules: [{ ...rule, unitIds: ["unit_root"] }] })).toEqual(["a b"]);
    expect(told(alerts, { groupingRules: [{ ...rule, unitIds: ["unit_osaka"] }] })).toEqual(["a", "b"]);
  });
});

describe("The same alerts", () => {
  const alert = fc.record({
    host: fc.constantFrom("ws1", "ws2", "fs1", "dc1"),
    account: fc.option(fc.constantFrom("taro", "hanako", "svc"), { nil: undefined }),
    address: fc.option(fc.constantFrom("10.0.0.1", "203.0.113.9"), { nil: undefined }),
    at: fc.integer({ min: 0, max: 6 * DAY }),
    ruleId: fc.constantFrom("r1", "r2", "r3"),
    level: fc.constantFrom("low", "medium", "high"),
  });
  const alerts = fc
    .array(alert, { maxLength: 40 })
    .map((all) =>
      all.map(({ account, address, ...rest }, i) =>
        alertOf(`a${i}`, { ...rest, ...(account && { account }), ...(address && { address }) }),
      ),
    );

  it("give the same clusters, scores and reasons in any order", () => {
    fc.assert(
      fc.property(
        alerts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const view = (of: readonly FormAlert[]) => form(of).map((one) => [one.id, one.score, explanationOf(one)]);
          expect(view(shuffled)).toEqual(view(all));
        },
      ),
    );
  });

  it("are each in exactly one cluster, held together by one bond fewer than alerts, and reached by the reasons", () => {
    fc.assert(
      fc.property(alerts, (all) => {
        const clusters = form(all);
        expect(clusters.flatMap((one) => one.alerts.map(({ id }) => id)).sort()).toEqual(
          all.map(({ id }) => id).sort(),
        );
        for (const one of clusters) {
          expect(one.bonds).toHaveLength(one.alerts.length - 1);
          expect(explanationOf(one).joins).toHaveLength(one.alerts.length - 1);
        }
      }),
    );
  });
});

/** So long before noon that the group is known by then; it has nothing to do with anything. */
const longAgo = alertOf("z", { host: "old", at: -20 * DAY, level: "informational", ruleId: "r-old" });

describe("The score", () => {
  it.each([
    ["high", 60, true],
    ["medium", 42, true],
    ["low", 26, true],
    ["informational", 6, false],
  ] as const)("of one %s alert by a rule that is new here is that of the next level, %d", (level, total, opens) => {
    expect(form([longAgo, alertOf("a", { level })])[1]).toMatchObject({ opens, score: { total } });
  });

  it("of a low alert by a new rule is enough, and not where everything is new", () => {
    const low = alertOf("a", { level: "low" });
    const recently = alertOf("z", { host: "old", at: -13 * DAY, level: "informational", ruleId: "r-old" });
    expect(form([longAgo, low])[1]?.opens).toBe(true);
    expect([form([recently, low])[1]?.opens, only([low]).opens]).toEqual([false, false]);
  });

  it("of a rule that was new stays, however much more of it is found", () => {
    const same = { ruleId: "r", level: "low" } as const;
    const first = alertOf("a", same);
    const later = [
      alertOf("b", { ...same, at: 90, until: 3 * DAY }),
      alertOf("c", { ...same, host: "ws2", at: 5 * DAY }),
    ];
    const noveltyOf = (alerts: readonly FormAlert[]) =>
      form([longAgo, ...alerts]).map(({ score }) => score.parts[1]?.points);
    expect(noveltyOf([first])).toEqual([0, 20]);
    expect(noveltyOf([first, ...later])).toEqual([0, 20, 0]);
  });

  it("of a rule that was seen before is not that of something new, though that alert is gone", () => {
    const alerts = [longAgo, alertOf("a")];
    const seenBefore = firstSeenOf([...alerts, alertOf("gone", { ruleId: "r-a", at: -19 * DAY })]);
    expect(form(alerts, { firstSeen: seenBefore })[1]?.score.total).toBe(26);
  });

  it("of an alert that began again is that of something new if it was the first then", () => {
    const again = alertOf("a", { born: -5 * DAY });
    const other = alertOf("b", { ruleId: "r-a", host: "ws2", at: -1 * DAY });
    expect(form([longAgo, again, other]).map(({ score }) => score.total)).toEqual([1, 26, 42]);
  });

  it("of what began on many things in one millisecond is that of something new on one of them", () => {
    const alerts = hostsOf(5, { everyMinutes: 0, level: "low" });
    const totals = form([longAgo, ...alerts]).map(({ score }) => score.total);
    expect(totals).toEqual([1, 26, 6, 6, 6, 6]);
  });

  it("of what a person closed before is not that of something new", () => {
    expect(form([longAgo, alertOf("a", { recurs: true })])[1]).toMatchObject({ score: { total: 26 } });
  });

  it("does not matter where one alert is high or critical: it opens, however often the rule was wrong", () => {
    const verdictsOf = () => ({ right: 0, wrong: 50 });
    expect(only([alertOf("a", { level: "high" })], { verdictsOf })).toMatchObject({ opens: true });
    expect(only([alertOf("a", { level: "medium" })], { verdictsOf })).toMatchObject({ opens: false });
  });

  it("of a low alert by a rule that fires elsewhere too opens nothing", () => {
    const alerts = [
      alertOf("a", { ruleId: "r", level: "low" }),
      alertOf("b", { ruleId: "r", level: "low", host: "ws2" }),
    ];
    expect(form(alerts).map(({ opens, score }) => [opens, score.total])).toEqual([
      [false, 6],
      [false, 6],
    ]);
  });

  it("is the sum of its parts", () => {
    const { score } = only([
      alertOf("a", { tactics: ["initial-access"], level: "high" }),
      alertOf("b", { tactics: ["execution"], at: 1, dataset: "dns" }),
      alertOf("c", { tactics: ["exfiltration"], at: 2, level: "high" }),
    ]);
    expect(score.parts.map(({ kind, points, of }) => [kind, points, of])).toEqual([
      ["rules", 69.5, 3],
      ["novelty", 0, 0],
      ["tactics", 12, 3],
      ["progress", 10, 2],
      ["sources", 5, 2],
      ["asset", 0, 1],
    ]);
    expect(score.total).toBe(score.parts.reduce((sum, { points }) => sum + points, 0));
  });

  it("falls with every wrong verdict on the rule, and does not rise above its level with right ones", () => {
    const of = (right: number, wrong: number) =>
      only([alertOf("a")], { verdictsOf: () => ({ right, wrong }) }).score.total;
    expect([of(0, 0), of(5, 0), of(0, 1), of(0, 3)]).toEqual([26, 26, 17.3, 13]);
  });

  it("of a rule that fires on many day after day is small; of a worm on fifty machines in an hour it is not", () => {
    const daily = Array.from({ length: 10 }, (_, i) =>
      alertOf(`a${i}`, { ruleId: "r", host: `ws${i}`, until: 9 * DAY, count: 100 }),
    );
    const worm = Array.from({ length: 50 }, (_, i) => alertOf(`a${i}`, { ruleId: "r", host: `ws${i}`, at: i }));
    expect(only(daily).score.total).toBeLessThan(10);
    expect(only(worm).score.total).toBe(26);
  });

  it("grows with what the thing is worth", () => {
    expect(only([alertOf("a")], { assetValueOf: () => 1.5 }).score).toMatchObject({ total: 39 });
  });

  it("of alerts that a grouping rule mutes, or a person has settled, is nothing", () => {
    const muted = {
      id: "g",
      effect: "never-open",
      ruleId: "r-a",
      kind: null,
      pattern: "*",
      unitIds: ["unit_root"],
    } as const;
    expect(only([alertOf("a")], { groupingRules: [muted] })).toMatchObject({ opens: false, score: { total: 0 } });
    expect(only([alertOf("a", { isSettled: true })])).toMatchObject({ opens: false, score: { total: 0 } });
  });
});
