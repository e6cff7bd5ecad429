import { type IncidentAlert, QUESTIONS, type Question } from "../incident/contract.ts";
import { type Mapping, mainStep, type Step } from "../killchain/index.ts";
import { domainOf } from "./entities.ts";
import type { Occurrence } from "./occurrence.ts";

type Level = IncidentAlert["severity"];
const LEVELS: readonly Level[] = ["informational", "low", "medium", "high", "critical"];
export const rankOf = (level: Level): number => LEVELS.indexOf(level);
export const highestOf = (alerts: readonly { readonly severity: Level }[]): Level =>
  alerts.reduce<Level>((top, { severity }) => (rankOf(severity) > rankOf(top) ? severity : top), "informational");

/** The same deed, however often: events that differ in their time, and on the network in their path, only. */
export type Act = {
  readonly step: Step | null;
  readonly first: Occurrence;
  readonly lastMs: number;
  readonly events: number;
  readonly severity: Level;
  readonly alertIds: readonly string[];
  /** The domain in place of addresses that differ. */
  readonly what: string;
};

/** The step of an event: that of its most severe alert, of equals the first. */
export function stepOfOccurrence({ alerts }: Pick<Occurrence, "alerts">, mapping: Mapping): Step | null {
  const [top] = alerts.toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity) || (a.id < b.id ? -1 : 1));
  return (top && mainStep(top.rule, mapping)) ?? null;
}

type Growing = { -readonly [K in keyof Act]: Act[K] } & { alertIds: string[]; whats: Set<string> };

/** Acts in order of their first event. */
export function actsOf(occurrences: readonly Occurrence[], mapping: Mapping): Act[] {
  const found = new Map<string, Growing>();
  for (const occurrence of occurrences) {
    const { six, alerts, timeMs } = occurrence;
    const step = stepOfOccurrence(occurrence, mapping);
    const domain = domainOf(occurrence);
    const key = JSON.stringify([step, six.who, six.whereFrom, six.withWhat, six.didWhat, domain || six.what]);
    const known = found.get(key);
    if (!known) {
      const alertIds = alerts.map(({ id }) => id);
      const severity = highestOf(alerts);
      const one = { step, first: occurrence, lastMs: timeMs, events: 1, severity, alertIds, what: six.what };
      found.set(key, { ...one, whats: new Set([six.what]) });
      continue;
    }
    known.events += 1;
    known.lastMs = Math.max(known.lastMs, timeMs);
    known.severity = highestOf([known, ...alerts]);
    for (const { id } of alerts) if (!known.alertIds.includes(id)) known.alertIds.push(id);
    known.whats.add(six.what);
    if (known.whats.size > 1 && domain !== "") known.what = domain;
  }
  return [...found.values()].map(({ whats: _, ...act }) => act);
}

/** A value that answers a question, and how much stands behind it. */
export type Weighed = { readonly value: string; readonly events: number; readonly severity: Level };
export type Answers = Readonly<Record<Question, readonly Weighed[]>>;

/** MINATO\\s.kato and s.kato are one person; the fuller name is shown. */
const accountOf = (name: string): string => (name.split("\\").at(-1) ?? name).toLowerCase();

/** Accounts of the system itself come after people. */
const BUILT_IN = /(^|\\)(system|localsystem|local service|network service|anonymous logon)$|\$$/i;

/** The answers to the six questions, the weightiest first: the most severe, then the most frequent. */
export function answersOf(occurrences: readonly Occurrence[]): Answers {
  const of = (question: Exclude<Question, "when">): Weighed[] => {
    const found = new Map<string, { value: string; events: number; severity: Level }>();
    for (const { six, alerts } of occurrences) {
      const value = six[question].trim();
      if (value === "") continue;
      const key = question === "who" ? accountOf(value) : value.toLowerCase();
      const known = found.get(key);
      if (known) {
        if (value.length > known.value.length) known.value = value;
        known.events += 1;
        known.severity = highestOf([known, ...alerts]);
      } else found.set(key, { value, events: 1, severity: highestOf(alerts) });
    }
    const isBuiltIn = ({ value }: Weighed): number => (question === "who" && BUILT_IN.test(value) ? 1 : 0);
    return [...found.values()].sort(
      (a, b) =>
        isBuiltIn(a) - isBuiltIn(b) ||
        rankOf(b.severity) - rankOf(a.severity) ||
        b.events - a.events ||
        (a.value < b.value ? -1 : 1),
    );
  };
  const whole = { events: occurrences.length, severity: highestOf(occurrences.flatMap(({ alerts }) => alerts)) };
  const times = [occurrences[0], occurrences.at(-1)].flatMap((one) => one ?? []);
  const instants = [...new Set(times.map(({ timeMs }) => new Date(timeMs).toISOString()))];
  return {
    when: instants.map((value) => ({ value, ...whole })),
    who: of("who"),
    whereFrom: of("whereFrom"),
    withWhat: of("withWhat"),
    what: of("what"),
    didWhat: of("didWhat"),
  };
}

export const knownOf = (answers: Answers): Question[] => QUESTIONS.filter((question) => answers[question].length > 0);
