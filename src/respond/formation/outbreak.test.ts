import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byBeginning, FORM_SETTINGS, type FormAlert } from "./alert.ts";
import { findOutbreaks } from "./outbreak.ts";
import { alertOf, hostsOf } from "./testing.ts";

const HOUR = 60;
const find = (alerts: readonly FormAlert[], isMuted = (_: FormAlert) => false) =>
  findOutbreaks(alerts.toSorted(byBeginning), FORM_SETTINGS, isMuted);
const sizes = (alerts: readonly FormAlert[]) => find(alerts).map((one) => [one.subjects, one.withinMs / 60_000]);

describe("A rule breaks out", () => {
  it("when it begins on eight things within an hour, and not on seven, nor on eight within a day", () => {
    expect(sizes(hostsOf(8, { everyMinutes: 8 }))).toEqual([[8, 56]]);
    expect(sizes(hostsOf(7, { everyMinutes: 1 }))).toEqual([]);
    expect(sizes(hostsOf(8, { everyMinutes: 3 * HOUR }))).toEqual([]);
  });

  it("on accounts and addresses as on machines, and not when it fires on one thing many times", () => {
    const accounts = hostsOf(9).map((alert, i) => ({ ...alert, entity: { kind: "user", value: `user${i}` } }));
    expect(find(accounts)).toMatchObject([{ subjects: 9 }]);
    expect(find(hostsOf(30).map((alert) => ({ ...alert, entity: { kind: "host", value: "ws0" } })))).toEqual([]);
  });

  it("in two companies at once, where machines of one name are two", () => {
    const osaka = hostsOf(4, { name: "o" });
    const kyoto = hostsOf(4, { name: "k" }).map((alert) => ({ ...alert, unitId: "unit_kyoto" }));
    expect(find([...osaka, ...kyoto])).toMatchObject([{ subjects: 8 }]);
  });

  it("and takes in who comes late, but neither what began long after nor what began long before", () => {
    const burst = hostsOf(10);
    const late = alertOf("late", { ruleId: "r-worm", host: "late", at: 20 * HOUR });
    const gone = alertOf("gone", { ruleId: "r-worm", host: "gone", at: 45 * HOUR });
    const ago = alertOf("ago", { ruleId: "r-worm", host: "ago", at: -3 * HOUR });
    const led = alertOf("led", { ruleId: "r-worm", host: "led", at: -50 });
    const [one, ...others] = find([...burst, late, gone, ago, led]);
    expect(others).toEqual([]);
    expect(one?.alerts.map(({ id }) => id)).toEqual(["led", ...burst.map(({ id }) => id), "late"]);
  });

  it("not when its alerts are low, or muted by a person", () => {
    expect(find(hostsOf(500, { level: "low" }))).toEqual([]);
    expect(find(hostsOf(20), () => true)).toEqual([]);
  });

  it("twice when a long pause lies between, and no alert is of two outbreaks", () => {
    expect(sizes([...hostsOf(8), ...hostsOf(9, { name: "z", from: 60 * HOUR })])).toEqual([
      [8, 7],
      [9, 8],
    ]);
    const times = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 5000 }), host: fc.integer({ min: 0, max: 20 }) }),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(times, (all) => {
        const alerts = all.map(({ at, host }, i) => alertOf(`a${i}`, { ruleId: "r", host: `ws${host}`, at }));
        const found = find(alerts).flatMap((one) => one.alerts.map(({ id }) => id));
        expect(new Set(found).size).toBe(found.length);
        for (const one of find(alerts)) expect(one.subjects).toBeGreaterThanOrEqual(8);
      }),
    );
  });
});
