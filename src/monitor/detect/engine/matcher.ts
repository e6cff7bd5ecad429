import type { Literal, Test } from "../rule/expression.ts";
import { foldCase } from "../rule/fold-case.ts";
import type { CostMeter } from "./costs.ts";
import type { Group } from "./group.ts";
import { literalCheck } from "./literal-check.ts";
import { NumberSet } from "./number-set.ts";
import { ANY_SLOT, type Predicate } from "./predicate.ts";
import { ACCEPT, type Program } from "./program.ts";
import type { Meaning, ValueIndex } from "./value-index.ts";
import { isMissing, isSame, someText } from "./values.ts";
import type { EventView } from "./view.ts";

/** What the matcher needs of a rule: its program, and predicates of which one must have been seen besides the witness. */
export type Runnable = { readonly program: Program; readonly second: readonly number[] | undefined };

type Check = { readonly accepts: (text: string) => boolean; readonly on: "text" | "lowered" };

/**
 * Runs one event after another. All memory is set up once: what is known of an event is marked with its round, so nothing is
 * cleared in between. An answer is found at most once an event, and only when some rule asks.
 */
export class Matcher {
  /** Rules whose programs the last event ran: how well the witnesses narrow. */
  candidateCount = 0;
  readonly #predicates: readonly Predicate[];
  readonly #rules: readonly Runnable[];
  readonly #meter: CostMeter | undefined;
  /** Predicates known to hold, predicates known not to. */
  readonly #held: NumberSet;
  readonly #failed: NumberSet;
  /** Rules whose witness was seen. */
  readonly #nominated: NumberSet;
  /** By rule: 1 = not run. */
  readonly #resting: Uint8Array;
  /** By predicate: checks of literals that no witness search decides, made when first asked. */
  readonly #checks: (Check | undefined)[] = [];

  constructor(predicates: readonly Predicate[], rules: readonly Runnable[], meter: CostMeter | undefined) {
    this.#predicates = predicates;
    this.#rules = rules;
    this.#meter = meter;
    this.#held = new NumberSet(predicates.length);
    this.#failed = new NumberSet(predicates.length);
    this.#nominated = new NumberSet(rules.length);
    this.#resting = new Uint8Array(rules.length);
  }

  /** From now on exactly these rules are not run: they cost nothing and never fire. */
  rest(numbers: Iterable<number>): void {
    this.#resting.fill(0);
    for (const number of numbers) this.#resting[number] = 1;
  }

  /** Numbers of the group's rules that the event fires, ascending. */
  match(view: EventView, group: Group): readonly number[] {
    this.#held.clear();
    this.#failed.clear();
    this.#nominated.clear();
    this.candidateCount = 0;
    view.fill(group);
    this.#nominate(view, group);
    const hits = this.#run(view, group, this.#meter?.isDue() ? this.#meter : undefined);
    return hits.length > 1 ? hits.sort((a, b) => a - b) : hits;
  }

  #nominate(view: EventView, { open, plans }: Group): void {
    for (let i = 0; i < open.length; i++) this.#nominated.add(open[i] ?? 0);
    const keywords = plans[ANY_SLOT]?.witnesses;
    if (keywords !== undefined && view.mayHave(keywords)) this.#markAll(view, keywords);
    const { members, size } = view.filled;
    for (let i = 0; i < size; i++) {
      const slot = members[i] ?? 0;
      const plan = plans[slot];
      if (plan === undefined) continue;
      const record = plan.witnesses && view.recordOf(slot);
      if (plan.witnesses && record) this.#mark(record.meaningFor(plan.witnesses));
      for (let j = 0; j < plan.wakes.length; j++) this.#nominated.add(plan.wakes[j] ?? 0);
    }
  }

  #markAll(view: EventView, keywords: ValueIndex): void {
    for (const value of view.values()) this.#mark(keywords.read(value));
  }

  /** Adds the predicates that hold, and the rules of which they are witnesses. */
  #mark({ predicates, rules }: Meaning): void {
    for (let i = 0; i < predicates.length; i++) this.#held.add(predicates[i] ?? 0);
    for (let i = 0; i < rules.length; i++) this.#nominated.add(rules[i] ?? 0);
  }

  #run(view: EventView, group: Group, meter: CostMeter | undefined): number[] {
    const hits: number[] = [];
    for (let i = 0; i < this.#nominated.size; i++) {
      const number = this.#nominated.members[i] ?? 0;
      const rule = this.#rules[number];
      if (rule === undefined || this.#resting[number] === 1) continue;
      if (rule.second !== undefined && !this.#isHeld(rule.second)) continue;
      this.candidateCount++;
      const fires = meter
        ? meter.measure(number, () => this.#fires(rule.program, view, group))
        : this.#fires(rule.program, view, group);
      if (fires) hits.push(number);
    }
    return hits;
  }

  #isHeld(predicates: readonly number[]): boolean {
    for (let i = 0; i < predicates.length; i++) if (this.#held.has(predicates[i] ?? 0)) return true;
    return false;
  }

  #fires({ code, start }: Program, view: EventView, group: Group): boolean {
    let at = start;
    while (at >= 0) {
      const predicate = code[at] ?? 0;
      const holds = this.#held.has(predicate) || this.#decide(predicate, view, group);
      at = code[at + (holds ? 1 : 2)] ?? 0;
    }
    return at === ACCEPT;
  }

  /** Answers a predicate that is not marked as held. */
  #decide(number: number, view: EventView, group: Group): boolean {
    const predicate = this.#predicates[number];
    if (predicate === undefined || group.decided[number] === 1 || this.#failed.has(number)) return false;
    const holds = this.#holds(number, predicate, view);
    (holds ? this.#held : this.#failed).add(number);
    return holds;
  }

  #holds(number: number, { test, slot, other }: Predicate, view: EventView): boolean {
    if (test.kind === "literals" || test.kind === "check") return this.#isAccepted(number, slot, test, view);
    const value = view.recordOf(slot)?.value;
    if (test.kind === "missing") return isMissing(value);
    if (test.kind === "present") return value !== undefined;
    return isSame(value, view.recordOf(other)?.value, test);
  }

  #isAccepted(number: number, slot: number, test: Extract<Test, { kind: "literals" | "check" }>, view: EventView) {
    const { accepts, on } = test.kind === "check" ? test : this.#checkOf(number, test.literals);
    if (slot !== ANY_SLOT) return view.recordOf(slot)?.accepts(number, accepts, on) ?? false;
    const isAccepted = on === "text" ? accepts : (text: string) => accepts(foldCase(text));
    return view.values().some((value) => someText(value, isAccepted));
  }

  #checkOf(number: number, literals: readonly Literal[]): Check {
    const known = this.#checks[number];
    if (known !== undefined) return known;
    const check: Check = { accepts: literalCheck(literals), on: "lowered" };
    this.#checks[number] = check;
    return check;
  }
}
