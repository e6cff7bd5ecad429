import type { Answer, EntryContent, Fact } from "./contract.ts";

/** What was answered so far, by question; `entry:ID` is the question that one entry asks. Not there = nobody answered. */
export type Answers = Readonly<Record<string, Answer>>;

/** Whether a duty applies. Only answers decide: what nobody answered is as unknown as what nobody knows. */
export function appliesTo(id: string, { all, any, unless, question }: EntryContent, answers: Answers): Answer {
  const of = (fact: string): Answer => answers[fact] ?? "unknown";
  return every([
    ...all.map(of),
    ...(any.length > 0 ? [not(every(any.map((fact) => not(of(fact)))))] : []),
    ...unless.map((fact) => not(of(fact))),
    ...(question === null ? [] : [of(`entry:${id}`)]),
  ]);
}

/** The questions whose answers change what these entries ask for, in the order of the contract. */
export function questionsOf(entries: readonly EntryContent[], order: readonly Fact[]): Fact[] {
  const asked = new Set(
    entries.flatMap(({ all, any, unless, stages }) => [
      ...all,
      ...any,
      ...unless,
      ...stages.flatMap(({ variants }) => variants.map(({ fact }) => fact)),
    ]),
  );
  return order.filter((fact) => asked.has(fact));
}

const not = (answer: Answer): Answer => (answer === "yes" ? "no" : answer === "no" ? "yes" : "unknown");
function every(answers: readonly Answer[]): Answer {
  if (answers.includes("no")) return "no";
  return answers.includes("unknown") ? "unknown" : "yes";
}
