import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORM_SETTINGS, type FormAlert } from "./alert.ts";
import { type HandDecisions, NO_DECISIONS } from "./cluster.ts";
import { explanationOf } from "./explain.ts";
import { type Formed, formClusters } from "./form.ts";
import { alertOf, firstSeenOf, hostsOf } from "./testing.ts";

const HOUR = 60;
const form = (alerts: readonly FormAlert[], decisions: HandDecisions = NO_DECISIONS): Formed[] =>
  formClusters(alerts, {
    settings: FORM_SETTINGS,
    decisions,
    groupingRules: [],
    verdictsOf: () => ({ right: 0, wrong: 0 }),
    assetValueOf: () => 1,
    firstSeen: firstSeenOf(alerts),
  });
const opening = (alerts: readonly FormAlert[], decisions?: HandDecisions) =>
  form(alerts, decisions).filter(({ opens }) => opens);
const sizes = (formed: readonly Formed[]) => formed.map(({ alerts }) => alerts.length).sort((a, b) => b - a);
const has = (formed: readonly Formed[], id: string) => formed.find(({ alerts }) => alerts.some((one) => one.id === id));

/** An attack on one machine that would be an incident without anything else, and has one alert of the rule on it. */
const intrusion = (n: number, ruleId: string, level: FormAlert["level"]): FormAlert[] => {
  const one = { host: `victim${n}`, account: `victim${n}` };
  const at = n * 40;
  return [
    alertOf(`noise-${n}`, { ...one, ruleId, level, at }),
    alertOf(`in-${n}`, { ...one, ruleId: `in-${n}`, at: at + 5, tactics: ["initial-access"] }),
    alertOf(`out-${n}`, { ...one, ruleId: `out-${n}`, level: "high", at: at + 20, tactics: ["exfiltration"] }),
  ];
};
const intrusions = (ruleId: string, level: FormAlert["level"]) =>
  [0, 1, 2, 3, 4].flatMap((n) => intrusion(n, ruleId, level));

describe("One outbreak is one incident", () => {
  it("when one rule fires on forty machines, and says why", () => {
    const [one, ...others] = opening(hostsOf(40));
    expect(others).toEqual([]);
    expect(one?.alerts).toHaveLength(40);
    expect(one?.score.total).toBe(26);
    const { joins } = explanationOf(one as Formed);
    expect(joins).toHaveLength(39);
    expect(joins[0]).toMatchObject({
      shared: [],
      groupingRule: null,
      apartMs: 60_000,
      outbreak: { ruleId: "r-worm", kind: "host", subjects: 40, withinMs: 39 * 60_000 },
    });
  });

  it("when it has several steps, not all of them found on each machine, and other noise beside", () => {
    const alerts = [
      ...hostsOf(40),
      ...hostsOf(36, { ruleId: "r-spread", from: 2, level: "high" }),
      ...hostsOf(12, { ruleId: "r-wipe", from: 9 }),
      ...hostsOf(9, { ruleId: "r-hum", from: 3, level: "low" }),
    ];
    expect(sizes(opening(alerts))).toEqual([97]);
  });

  it("when some of its machines are joined already by what they share", () => {
    const alerts = hostsOf(20).map((alert, i) => {
      const value = `shared${Math.floor(i / 3)}`;
      return i < 9
        ? { ...alert, touched: [...alert.touched, { kind: "hash", value, role: "object" } as const] }
        : alert;
    });
    expect(sizes(opening(alerts))).toEqual([20]);
  });

  it("whoever comes late", () => {
    const late = alertOf("late", { ruleId: "r-worm", host: "late", at: 15 * HOUR });
    expect(sizes(opening([...hostsOf(40), late]))).toEqual([41]);
  });

  it("as far as a cluster may grow; the rest is the next", () => {
    expect(sizes(opening(hostsOf(900, { everyMinutes: 0.05 })))).toEqual([400, 400, 100]);
  });
});

describe("A rule that fires everywhere beside five attacks", () => {
  it("opens nothing when it is low, and the attacks stay five", () => {
    const formed = form([...hostsOf(495, { ruleId: "noise", level: "low" }), ...intrusions("noise", "low")]);
    expect(sizes(formed.filter(({ opens }) => opens))).toEqual([3, 3, 3, 3, 3]);
    expect(formed.filter(({ alerts }) => alerts.length > 3)).toEqual([]);
  });

  it("is one more incident when it is medium or high, and the attacks keep their alerts of it", () => {
    for (const level of ["medium", "high"] as const) {
      const noise = hostsOf(300, { ruleId: "noise", level });
      expect(sizes(opening([...noise, ...intrusions("noise", level)]))).toEqual([300, 3, 3, 3, 3, 3]);
    }
  });

  it("does not swallow a worm that is on some of the same machines", () => {
    const noise = hostsOf(300, { ruleId: "noise", from: 5 });
    expect(sizes(opening([...noise, ...hostsOf(30)]))).toEqual([270, 60]);
  });

  it("does not carry what an attack needs to be one", () => {
    // Common by now: alone it opens nothing, so it gathers nothing that has more than itself.
    const days = Array.from({ length: 16 }, (_, day) =>
      hostsOf(20, { ruleId: "noise", name: `d${day}-`, from: -day * 24 * HOUR }),
    ).flat();
    const attacks = ["a", "b"].flatMap((n) => [
      alertOf(`n-${n}`, { ruleId: "noise", host: n, at: 3 }),
      alertOf(`x-${n}`, { ruleId: `x-${n}`, host: n, at: 4, level: "low", tactics: ["persistence", "discovery"] }),
    ]);
    expect(sizes(opening([...days, ...attacks]))).toEqual([2, 2]);
  });
});

describe("The attack that an outbreak comes from", () => {
  it("is its home when most of it is there, and only one is", () => {
    const touched = { kind: "hash", value: "dropper", role: "object" } as const;
    const alerts = hostsOf(10).map((alert, i) => (i < 7 ? { ...alert, touched: [...alert.touched, touched] } : alert));
    const entry = alertOf("entry", { host: "w000", level: "high", at: 1 });
    const other = alertOf("other", { host: "w009", level: "high", at: 9 });
    const formed = opening([...alerts, entry, other]);
    expect(sizes(formed)).toEqual([10, 2]);
    expect(has(formed, "entry")).toBe(has(formed, "r-worm-w008"));
    expect(has(formed, "other")).not.toBe(has(formed, "entry"));
  });
});

describe("What a person decided of an outbreak", () => {
  const worm = hostsOf(20);
  const idOf = (n: number) => worm[n]?.id ?? "";

  it("stands: what was split off stays apart, and who comes late goes to the larger part", () => {
    const heldBy = new Map([
      [idOf(0), "SPLIT"],
      [idOf(1), "SPLIT"],
      ...Array.from({ length: 10 }, (_, i) => [idOf(i + 2), "INC"] as const),
    ]);
    const formed = form(worm, { heldBy, keptOut: new Map([[idOf(0), new Set(["INC"])]]) });
    expect(sizes(formed)).toEqual([18, 2]);
    expect(has(formed, idOf(19))).toBe(has(formed, idOf(2)));
    expect(has(formed, idOf(1))).toBe(has(formed, idOf(0)));
  });

  it("stands: what was taken out does not come back", () => {
    const heldBy = new Map(worm.slice(1).map(({ id }) => [id, "INC"]));
    expect(sizes(form(worm, { heldBy, keptOut: new Map([[idOf(0), new Set(["INC"])]]) }))).toEqual([19, 1]);
  });

  it("ends an incident: who comes late is told beside what was closed, and counts alone", () => {
    const closed = worm.map((alert) => ({ ...alert, isSettled: true }));
    const late = alertOf("late", { ruleId: "r-worm", host: "late", at: 2 * HOUR });
    expect(form([...closed, late])).toMatchObject([{ opens: true, score: { total: 26 } }]);
    expect(form(closed)).toMatchObject([{ opens: false, score: { total: 0 } }]);
  });
});

describe("The same outbreaks", () => {
  const one = fc.record({
    ruleId: fc.constantFrom("r1", "r2", "r3"),
    host: fc.integer({ min: 0, max: 30 }).map((n) => `ws${n}`),
    at: fc.integer({ min: 0, max: 300 }),
    level: fc.constantFrom("low", "medium", "high"),
    isSettled: fc.boolean(),
  });
  const alerts = fc
    .array(one, { minLength: 30, maxLength: 120 })
    .map((all) => all.map((wanted, i) => alertOf(`a${i}`, wanted)));
  const decisions = (all: readonly FormAlert[]): HandDecisions => ({
    heldBy: new Map(all.flatMap(({ id }, i) => (i % 5 === 0 ? [[id, `INC-${i % 3}`]] : []))),
    keptOut: new Map(all.flatMap(({ id }, i) => (i % 7 === 1 ? [[id, new Set(["INC-0"])]] : []))),
  });

  it("give the same clusters and reasons in any order; each alert is in one, held by one bond fewer than alerts", () => {
    fc.assert(
      fc.property(
        alerts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const by = decisions(all);
          const view = (of: readonly FormAlert[]) => form(of, by).map((it) => [it.id, it.score, explanationOf(it)]);
          expect(view(shuffled)).toEqual(view(all));
          const formed = form(all, by);
          expect(formed.flatMap((it) => it.alerts.map(({ id }) => id)).sort()).toEqual(all.map(({ id }) => id).sort());
          for (const it of formed) {
            expect(explanationOf(it).joins).toHaveLength(it.alerts.length - 1);
            const held = new Set(it.alerts.flatMap(({ id }) => by.heldBy.get(id) ?? []));
            expect(held.size).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
