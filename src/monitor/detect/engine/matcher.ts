import type { FieldValue } from "../../event/index.ts";
import type { Literal } from "../rule/expression.ts";
import type { CostMeter } from "./costs.ts";
import type { Group } from "./group.ts";
import { literalCheck } from "./literal-check.ts";
import { NumberSet } from "./number-set.ts";
import { ANY_SLOT, type Predicate } from "./predicate.ts";
import { ACCEPT, type Program } from "./program.ts";
import type { Meaning, ValueIndex } from "./value-index.ts";
import { isList, isMissing, isSame, someText } from "./values.ts";
import type { EventView } from "./view.ts";

/**
 * Runs one event after another. All memory is set up once: what is known of an event is marked with its round, so nothing is
 * cleared in between. An answer is found at most once an event, and only when some rule asks.
 */
export class Matcher {
  readonly #predicates: readonly Predicate[];
  readonly #programs: readonly Program[];
  readonly #meter: CostMeter | undefined;
  /** Predicates known to hold, predicates known not to. */
  readonly #held: NumberSet;
  readonly #failed: NumberSet;
  /** Slots of which the lower case is known, and what it is. */
  readonly #lowered: NumberSet;
  readonly #lowerCase: (FieldValue | undefined)[];
  /** By predicate: checks of literals that no witness search decides, made when first asked. */
  readonly #checks: ((lowered: string) => boolean)[] = [];
  readonly #candidates: NumberSet;

  constructor(
    predicates: readonly Predicate[],
    programs: readonly Program[],
    slots: number,
    meter: CostMeter | undefined,
  ) {
    this.#predicates = predicates;
    this.#programs = programs;
    this.#meter = meter;
    this.#held = new NumberSet(predicates.length);
    this.#failed = new NumberSet(predicates.length);
    this.#lowered = new NumberSet(slots);
    this.#lowerCase = new Array<FieldValue | undefined>(slots).fill(undefined);
    this.#candidates = new NumberSet(programs.length);
  }

  /** Candidates of the last event: how well the witnesses narrow. */
  get candidateCount(): number {
    return this.#candidates.size;
  }

  /** Numbers of the group's rules that the event fires, ascending. */
  match(view: EventView, group: Group): readonly number[] {
    this.#held.clear();
    this.#failed.clear();
    this.#lowered.clear();
    this.#candidates.clear();
    view.fill(group);
    this.#nominate(view, group);
    return this.#meter?.isDue() ? this.#runMetered(view, group, this.#meter) : this.#run(view, group);
  }

  #nominate(view: EventView, { open, plans }: Group): void {
    for (let i = 0; i < open.length; i++) this.#candidates.add(open[i] ?? 0);
    this.#search(view, ANY_SLOT, plans[ANY_SLOT]?.witnesses);
    const { members, size } = view.filled;
    for (let i = 0; i < size; i++) {
      const slot = members[i] ?? 0;
      const plan = plans[slot];
      if (plan === undefined) continue;
      this.#search(view, slot, plan.witnesses);
      for (let j = 0; j < plan.wakes.length; j++) this.#candidates.add(plan.wakes[j] ?? 0);
    }
  }

  /** Marks what a slot's value shows; keywords are sought in every value of the event. */
  #search(view: EventView, slot: number, index: ValueIndex | undefined): void {
    if (index === undefined) return;
    if (slot === ANY_SLOT) view.readAll(index, this.#mark);
    else this.#mark(view.read(slot, index));
  }

  /** Adds the predicates that hold, and the rules that they make candidates. */
  readonly #mark = ({ predicates, rules }: Meaning): void => {
    for (let i = 0; i < predicates.length; i++) this.#held.add(predicates[i] ?? 0);
    for (let i = 0; i < rules.length; i++) this.#candidates.add(rules[i] ?? 0);
  };

  #run(view: EventView, group: Group): readonly number[] {
    const hits: number[] = [];
    for (let i = 0; i < this.#candidates.size; i++) {
      const rule = this.#candidates.members[i] ?? 0;
      if (this.#fires(rule, view, group)) hits.push(rule);
    }
    return hits.length > 1 ? hits.sort((a, b) => a - b) : hits;
  }

  #runMetered(view: EventView, group: Group, meter: CostMeter): readonly number[] {
    const candidates = this.#candidates.members.subarray(0, this.#candidates.size);
    return [...candidates].filter((rule) => meter.measure(rule, () => this.#fires(rule, view, group))).sort((a, b) => a - b);
  }

  #fires(rule: number, view: EventView, group: Group): boolean {
    const program = this.#programs[rule];
    if (program === undefined) return false;
    const { code } = program;
    let at = program.start;
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
    if (predicate === undefined || this.#failed.has(number)) return false;
    if (group.decided[number] === 1) return false;
    const holds = this.#holds(number, predicate, view);
    (holds ? this.#held : this.#failed).add(number);
    return holds;
  }

  #holds(number: number, { test, slot, other }: Predicate, view: EventView): boolean {
    if (test.kind === "literals") return this.#isThere(slot, this.#checkOf(number, test.literals), view);
    const value = view.valueOf(slot);
    if (test.kind === "missing") return isMissing(value);
    if (test.kind === "present") return value !== undefined;
    if (test.kind === "same") return isSame(value, view.valueOf(other), test);
    if (test.on === "lowered") return this.#isThere(slot, test.accepts, view);
    return slot === ANY_SLOT ? view.someValue((one) => someText(one, test.accepts)) : someText(value, test.accepts);
  }

  #checkOf(number: number, literals: readonly Literal[]): (lowered: string) => boolean {
    this.#checks[number] ??= literalCheck(literals);
    return this.#checks[number];
  }

  /** Whether a value of the slot, in lower case, is accepted. */
  #isThere(slot: number, accepts: (lowered: string) => boolean, view: EventView): boolean {
    if (slot === ANY_SLOT) return view.someValue((one) => someText(one, (text) => accepts(text.toLowerCase())));
    if (!this.#lowered.has(slot)) {
      this.#lowered.add(slot);
      this.#lowerCase[slot] = loweredValue(view.valueOf(slot));
    }
    return someText(this.#lowerCase[slot], accepts);
  }
}

function loweredValue(value: FieldValue | undefined): FieldValue | undefined {
  if (typeof value === "string") return value.toLowerCase();
  if (isList(value)) return value.map((item) => (item === null ? null : String(item).toLowerCase()));
  return value === undefined || value === null ? value : String(value).toLowerCase();
}
