import type { Fields, LogSource } from "../../event/index.ts";
import { type NaiveRule, naiveFits, naiveHolds, naiveLookUp, naiveValues } from "./naive.ts";

type Event = { readonly fields: Fields; readonly logsource: LogSource };
/** What a rule asked of events so far: the field it asks for next, and by the answer what it asked or decided then. */
type Question = { readonly field: string; readonly answers: Map<string, Question | boolean> };

/**
 * The naive evaluator for millions of pairs of rules and events: asked the same and answered the same, a rule decides the same. Only the
 * answers are remembered, never how the engine works; a rule that asks for every value of an event is evaluated each time.
 */
export class NaiveMemory {
  readonly #rules: readonly NaiveRule[];
  readonly #sources: readonly string[];
  readonly #roots: (Question | boolean | undefined)[];
  readonly #asksForAll: boolean[];
  readonly #fitting = new Map<string, readonly number[]>();
  #evaluated = 0;

  constructor(rules: readonly NaiveRule[]) {
    this.#rules = rules;
    this.#sources = rules.map(({ logsource }) => JSON.stringify(logsource));
    this.#roots = rules.map(() => undefined);
    this.#asksForAll = rules.map(() => false);
  }

  /** Pairs that had to be evaluated. */
  get evaluated(): number {
    return this.#evaluated;
  }

  /** Indexes of the rules that fire, ascending. */
  match(event: Event): number[] {
    const answers = new Map<string, string>();
    return this.#fittingFor(event).filter((rule) => this.#fires(rule, event, answers));
  }

  #fittingFor(event: Event): readonly number[] {
    const { Channel, EventID, EventType } = event.fields;
    const kind = JSON.stringify([event.logsource, Channel, EventID, EventType]);
    const known = this.#fitting.get(kind);
    if (known !== undefined) return known;
    const fitting = this.#rules.flatMap((rule, index) => (naiveFits(rule, event) ? [index] : []));
    this.#fitting.set(kind, fitting);
    return fitting;
  }

  #fires(rule: number, event: Event, answers: Map<string, string>): boolean {
    let at = this.#asksForAll[rule] ? undefined : this.#roots[rule];
    while (typeof at === "object") at = at.answers.get(this.#answer(rule, event, at.field, answers));
    return at ?? this.#evaluate(rule, event, answers);
  }

  /** An event's answer to a field as a rule names it, as text; rules of one log source ask alike. */
  #answer(rule: number, event: Event, field: string, answers: Map<string, string>): string {
    const key = `${field}\n${this.#sources[rule]}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const one = this.#rules[rule];
    const answer = JSON.stringify(one && naiveLookUp(one, event, field)) ?? "";
    answers.set(key, answer);
    return answer;
  }

  #evaluate(rule: number, event: Event, answers: Map<string, string>): boolean {
    const one = this.#rules[rule];
    if (one === undefined) return false;
    this.#evaluated += 1;
    const asked: string[] = [];
    const seek = (field: string) => {
      asked.push(field);
      return naiveLookUp(one, event, field);
    };
    const everything = () => {
      this.#asksForAll[rule] = true;
      return naiveValues(event);
    };
    const fires = naiveHolds(one, { seek, everything, lists: {} });
    if (!this.#asksForAll[rule])
      this.#remember(rule, asked, (field) => this.#answer(rule, event, field, answers), fires);
    return fires;
  }

  #remember(rule: number, asked: readonly string[], answerOf: (field: string) => string, fires: boolean): void {
    const [first, ...rest] = asked;
    if (first === undefined) {
      this.#roots[rule] = fires;
      return;
    }
    this.#roots[rule] ??= { field: first, answers: new Map() };
    let at = this.#roots[rule];
    for (const field of rest) {
      if (typeof at !== "object") return;
      const answer = answerOf(at.field);
      const next: Question | boolean = at.answers.get(answer) ?? { field, answers: new Map() };
      at.answers.set(answer, next);
      at = next;
    }
    if (typeof at === "object") at.answers.set(answerOf(at.field), fires);
  }
}
