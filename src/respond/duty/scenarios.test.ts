import { describe, expect, it } from "vitest";
import { templates } from "./catalog.ts";
import { type ClockTime, clocksOf, type Kept } from "./clocks.ts";
import type { Answer, Period } from "./contract.ts";
import { deadlineOf } from "./deadline.ts";
import { dayOffTest } from "./holidays.ts";
import { SCENARIOS } from "./testing/scenarios.ts";

const yes = (...facts: string[]): Record<string, Answer> => Object.fromEntries(facts.map((fact) => [fact, "yes"]));
const APPI = yes("personalData", "overThousand");

/** The clock of an entry as it comes with the product, for what was declared as known. */
function clock(template: string, stage: string, known: string, answers: Record<string, Answer>): ClockTime {
  const content = templates().find(({ key }) => key === template)?.content;
  if (!content) throw new Error(`there is no template ${template}`);
  const entry: Kept = { id: template, version: 1, content };
  const knownAtMs = Date.parse(known);
  const moment = { knownAtMs, nowMs: knownAtMs, answers, daysOff: [] };
  // What follows a filing is tried from the filing: the scenario's instant is when the notification went out.
  const after = content.stages.find(({ key }) => key === stage)?.after;
  const filedAtMs = new Map(after ? [[`${template}:${after}`, knownAtMs]] : []);
  const found = clocksOf([entry], { ...moment, filedAtMs }).find((one) => one.clock === `${template}:${stage}`);
  if (!found) throw new Error(`there is no stage ${stage}`);
  return found;
}

const CIVIL_MONTH: Period = { kind: "months", count: 1, law: "civil-code", lastDay: "as-is" };
const TRIED: Readonly<Record<string, (known: string) => number | undefined>> = {
  "appi preliminary": (known) => clock("appi", "preliminary", known, APPI).due?.dueMs,
  "appi final": (known) => clock("appi", "final", known, APPI).due?.dueMs,
  "appi final 60": (known) => clock("appi", "final", known, yes("personalData", "improperPurpose")).due?.dueMs,
  "nis2 early-warning": (known) => clock("nis2", "early-warning", known, yes("significantIncident")).due?.dueMs,
  "nis2 notification": (known) => clock("nis2", "notification", known, yes("significantIncident")).due?.dueMs,
  "nis2 final": (known) => clock("nis2", "final", known, yes("significantIncident")).due?.dueMs,
  "gdpr authority": (known) => clock("gdpr", "authority", known, yes("euPersonalData")).due?.dueMs,
  "contract notice": (known) => clock("contract", "notice", known, yes("entry:contract")).due?.dueMs,
  "headquarters first": (known) => clock("headquarters", "first", known, {}).due?.dueMs,
  "civil month": (known) =>
    deadlineOf(CIVIL_MONTH, Date.parse(known), { zone: "Asia/Tokyo", isDayOff: dayOffTest("none") }).dueMs,
};
const ROWS = Object.entries(SCENARIOS).flatMap(([law, table]) =>
  table
    .trim()
    .split("\n")
    .map((row) => [law, ...row.trim().split(" → ")] as [law: string, known: string, over: string]),
);
/** To the minute, in UTC. */
const minute = (ms: number | undefined): string =>
  ms === undefined ? "none" : new Date(ms).toISOString().slice(0, 16);

describe("The statutory clocks", () => {
  it("are tried on at least 200 dated scenarios", () => expect(ROWS.length).toBeGreaterThanOrEqual(200));

  it.each(ROWS)("%s: known %s, over %s", (law, known, over) => {
    expect(minute(TRIED[law]?.(known))).toBe(minute(Date.parse(over)));
  });
});
