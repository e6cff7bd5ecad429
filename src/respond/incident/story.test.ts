import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { IncidentAlert } from "./contract.ts";
import { factsOf, highestOf } from "./facts.ts";
import { answersOf, storyOf } from "./story.ts";
import { incidentAlertOf } from "./testing.ts";

const six = (answers: Partial<IncidentAlert["sample"]["six"]>) => ({
  who: "",
  whereFrom: "",
  withWhat: "",
  what: "",
  didWhat: "",
  ...answers,
});

describe("How many of the six questions an event answers", () => {
  test.each([
    ["nothing but its time", six({}), ["when"]],
    ["who and did what", six({ who: "taro", didWhat: "logged-on" }), ["when", "who", "didWhat"]],
    ["blanks are no answer", six({ who: "  ", what: "\t" }), ["when"]],
    [
      "all six",
      six({ who: "a", whereFrom: "b", withWhat: "c", what: "d", didWhat: "e" }),
      ["when", "who", "whereFrom", "withWhat", "what", "didWhat"],
    ],
  ])("%s", (_, answers, expected) => {
    expect(answersOf({ time: "2026-11-22T12:00:00.000Z", six: answers })).toEqual(expected);
  });
});

describe("The story of an incident", () => {
  it("is told in time order, whatever order the alerts were linked in, and adds up what is known", () => {
    const alerts = [
      incidentAlertOf({ id: "c", time: "2026-11-22T12:09:00.000Z", six: six({ withWhat: "net.exe" }) }),
      incidentAlertOf({ id: "a", time: "2026-11-22T12:01:00.000Z", six: six({ who: "taro" }) }),
      incidentAlertOf({ id: "b", time: "2026-11-22T12:01:00.000Z", six: six({ who: "jiro" }) }),
    ];
    const story = storyOf(alerts);
    expect(story.steps.map(({ alertId, known }) => [alertId, known])).toEqual([
      ["a", 2],
      ["b", 2],
      ["c", 2],
    ]);
    expect(story.known).toEqual(["when", "who", "withWhat"]);
    expect(story.unknown).toEqual(["whereFrom", "what", "didWhat"]);
  });

  it("of no alert that the reader may see knows nothing", () => {
    expect(storyOf([])).toEqual({
      steps: [],
      known: [],
      unknown: ["when", "who", "whereFrom", "withWhat", "what", "didWhat"],
    });
  });

  it("never depends on the order the alerts arrive in, and every question is known or unknown", () => {
    const alertArb = fc
      .record({
        id: fc.uuid(),
        minute: fc.integer({ min: 0, max: 59 }),
        who: fc.string(),
        what: fc.constantFrom("", "x"),
      })
      .map(({ id, minute, who, what }) => {
        const time = `2026-11-22T12:${String(minute).padStart(2, "0")}:00.000Z`;
        return incidentAlertOf({ id, time, six: six({ who, what }) });
      });
    fc.assert(
      fc.property(fc.uniqueArray(alertArb, { selector: ({ id }) => id, maxLength: 20 }), (alerts) => {
        const story = storyOf(alerts);
        expect(storyOf(alerts.toReversed())).toEqual(story);
        expect(factsOf(alerts.toReversed()).tactics).toEqual(factsOf(alerts).tactics);
        expect(story.known.length + story.unknown.length).toBe(6);
        for (const step of story.steps) expect(step.known).toBeLessThanOrEqual(story.known.length);
      }),
    );
  });
});

describe("What the alerts say together", () => {
  it("lists tactics in ATT&CK's order, unknown ones last, each once per alert", () => {
    const { tactics, techniques } = factsOf([
      incidentAlertOf({ id: "a", tactics: ["impact", "execution", "execution"], techniques: ["T1486"] }),
      incidentAlertOf({ id: "b", tactics: ["house-special", "initial-access"], techniques: ["T1486", "T1059.001"] }),
      incidentAlertOf({ id: "c", tactics: ["execution"], techniques: [] }),
    ]);
    expect(tactics.map(({ tactic, alerts }) => [tactic, alerts])).toEqual([
      ["initial-access", 1],
      ["execution", 2],
      ["impact", 1],
      ["house-special", 1],
    ]);
    expect(techniques).toEqual([
      { id: "T1059.001", alerts: 1 },
      { id: "T1486", alerts: 2 },
    ]);
  });

  it("gathers entities from the alert and its event, whatever their case, without absent ones", () => {
    const { entities } = factsOf([
      incidentAlertOf({ id: "a", severity: "low", hostName: "DC1", userName: "", sourceIp: "::" }),
      incidentAlertOf({ id: "b", severity: "critical", hostName: "dc1", userName: "taro", sourceIp: "10.0.0.5" }),
    ]);
    expect(entities.map(({ kind, value, severity, alerts }) => [kind, value, severity, alerts])).toEqual([
      ["host", "dc1", "critical", 2],
      ["address", "10.0.0.5", "critical", 1],
      ["user", "taro", "critical", 1],
    ]);
  });

  it("adds up detections, open alerts, first and last", () => {
    const facts = factsOf([
      incidentAlertOf({ id: "a", count: 3, status: "closed" }),
      incidentAlertOf({ id: "b", count: 1000, lastAt: "2026-11-23T00:00:00.000Z" }),
    ]);
    expect(facts).toMatchObject({ detections: 1003, openAlerts: 1, lastAt: "2026-11-23T00:00:00.000Z" });
    expect(factsOf([])).toMatchObject({ detections: 0, firstAt: null, lastAt: null, entities: [] });
  });

  test.each([
    [[], "informational"],
    [["low", "critical", "high"], "critical"],
    [["medium", "medium"], "medium"],
  ] as const)("the highest of %j is %s", (levels, expected) => expect(highestOf(levels)).toBe(expected));
});
