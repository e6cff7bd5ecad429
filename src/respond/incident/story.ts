import { type IncidentAlert, QUESTIONS, type Question, type Story } from "./contract.ts";

/** What a sample says, in the words of the six questions. */
export type Sample = Pick<IncidentAlert["sample"], "time" | "six">;

/** The questions that an event answers, in the order いつ 誰が どこから 何で 何を どうした. An empty text is no answer. */
export function answersOf({ time, six }: Sample): Question[] {
  return QUESTIONS.filter((question) => (question === "when" ? time !== "" : six[question].trim() !== ""));
}

/** The linked alerts as one story, oldest event first, and what all of it together leaves unknown. */
export function storyOf(alerts: readonly IncidentAlert[]): Story {
  const inOrder = alerts.toSorted((a, b) => compare(a.sample.time, b.sample.time) || compare(a.id, b.id));
  const answered = new Set(alerts.flatMap(({ sample }) => answersOf(sample)));
  return {
    steps: inOrder.map(({ id, rule, severity, entity, sample }) => ({
      alertId: id,
      ruleTitle: rule.title,
      severity,
      entity,
      tactics: rule.tactics,
      eventId: sample.eventId,
      time: sample.time,
      six: sample.six,
      known: answersOf(sample).length,
    })),
    known: QUESTIONS.filter((question) => answered.has(question)),
    unknown: QUESTIONS.filter((question) => !answered.has(question)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
