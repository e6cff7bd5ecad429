import type { Fields, FieldValue } from "../../event/index.ts";
import type { CostMeter } from "./costs.ts";
import type { Group } from "./group.ts";
import { NumberSet } from "./number-set.ts";
import { ANY_SLOT, type Predicate } from "./predicate.ts";
import { ACCEPT, type Program } from "./program.ts";
import type { ValueIndex } from "./value-index.ts";
import { isList, isMissing, isSame, someText } from "./values.ts";

/** Worse than any name's rank: a null fills a slot only until any of its names has a value. */
const NULL_RANK = 1 << 20;
const NO_FIELDS: Fields = Object.freeze(Object.create(null));

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
  /** Slots that have a value, slots of which every literal is decided. */
  readonly #filled: NumberSet;
  readonly #searched: NumberSet;
  readonly #candidates: NumberSet;
  readonly #values: (FieldValue | undefined)[];
  readonly #ranks: Int32Array;
  #fields: Fields = NO_FIELDS;

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
    this.#filled = new NumberSet(slots);
    this.#searched = new NumberSet(slots);
    this.#candidates = new NumberSet(programs.length);
    this.#values = new Array<FieldValue | undefined>(slots).fill(undefined);
    this.#ranks = new Int32Array(slots);
  }

  /** Candidates of the last event: how well the witnesses narrow. */
  get candidateCount(): number {
    return this.#candidates.size;
  }

  /** Numbers of the group's rules that the event fires, ascending. */
  match(fields: Fields, group: Group): readonly number[] {
    this.#begin(fields);
    this.#fill(group);
    this.#nominate(group);
    const hits = this.#meter?.isDue() ? this.#runMetered(group, this.#meter) : this.#run(group);
    this.#fields = NO_FIELDS;
    return hits;
  }

  #begin(fields: Fields): void {
    this.#fields = fields;
    this.#held.clear();
    this.#failed.clear();
    this.#filled.clear();
    this.#searched.clear();
    this.#candidates.clear();
  }

  #fill(group: Group): void {
    for (const name in this.#fields) {
      const feed = group.feedOf(name);
      if (feed.length === 0) continue;
      const value = this.#fields[name];
      for (const { slot, rank } of feed) this.#put(slot, value === null ? rank + NULL_RANK : rank, value);
    }
  }

  #put(slot: number, rank: number, value: FieldValue | undefined): void {
    if (value === undefined || (this.#filled.has(slot) && (this.#ranks[slot] ?? 0) <= rank)) return;
    this.#filled.add(slot);
    this.#ranks[slot] = rank;
    this.#values[slot] = value;
  }

  #nominate({ open, plans }: Group): void {
    for (let i = 0; i < open.length; i++) this.#candidates.add(open[i] ?? 0);
    this.#search(ANY_SLOT, plans[ANY_SLOT]?.witnesses);
    for (let i = 0; i < this.#filled.size; i++) {
      const slot = this.#filled.members[i] ?? 0;
      const plan = plans[slot];
      if (plan === undefined) continue;
      this.#search(slot, plan.witnesses);
      for (let j = 0; j < plan.wakes.length; j++) this.#candidates.add(plan.wakes[j] ?? 0);
    }
  }

  /** Marks what a slot's value shows; keywords are sought in every value of the event. */
  #search(slot: number, index: ValueIndex | undefined): void {
    if (index === undefined) return;
    if (slot !== ANY_SLOT) this.#searchValue(this.#valueOf(slot), index);
    else for (const name in this.#fields) this.#searchValue(this.#fields[name], index);
  }

  #searchValue(value: FieldValue | undefined, index: ValueIndex): void {
    if (typeof value === "string") index.search(value, this.#held, this.#candidates);
    else if (isList(value)) for (const item of value) this.#searchValue(item, index);
    else if (value !== undefined && value !== null) index.search(String(value), this.#held, this.#candidates);
  }

  #run(group: Group): readonly number[] {
    const hits: number[] = [];
    for (let i = 0; i < this.#candidates.size; i++) {
      const rule = this.#candidates.members[i] ?? 0;
      if (this.#fires(rule, group)) hits.push(rule);
    }
    return hits.length > 1 ? hits.sort((a, b) => a - b) : hits;
  }

  #runMetered(group: Group, meter: CostMeter): readonly number[] {
    const candidates = this.#candidates.members.subarray(0, this.#candidates.size);
    return [...candidates].filter((rule) => meter.measure(rule, () => this.#fires(rule, group))).sort((a, b) => a - b);
  }

  #fires(rule: number, group: Group): boolean {
    const program = this.#programs[rule];
    if (program === undefined) return false;
    const { code } = program;
    let at = program.start;
    while (at >= 0) {
      const predicate = code[at] ?? 0;
      const holds = this.#held.has(predicate) || this.#decide(predicate, group);
      at = code[at + (holds ? 1 : 2)] ?? 0;
    }
    return at === ACCEPT;
  }

  /** Answers a predicate that is not marked as held. */
  #decide(number: number, group: Group): boolean {
    const predicate = this.#predicates[number];
    if (predicate === undefined || this.#failed.has(number)) return false;
    const { test, slot } = predicate;
    if (test.kind === "literals") {
      if (group.decided[number] === 1 || this.#searched.has(slot)) return false;
      this.#searched.add(slot);
      this.#search(slot, group.plans[slot]?.others);
      return this.#held.has(number);
    }
    const holds = this.#holds(predicate);
    (holds ? this.#held : this.#failed).add(number);
    return holds;
  }

  #holds({ test, slot, other }: Predicate): boolean {
    const value = this.#valueOf(slot);
    if (test.kind === "missing") return isMissing(value);
    if (test.kind === "present") return value !== undefined;
    if (test.kind === "same") return isSame(value, this.#valueOf(other), test);
    if (test.kind === "literals") return false;
    const accepts = test.on === "text" ? test.accepts : (text: string) => test.accepts(text.toLowerCase());
    if (slot !== ANY_SLOT) return someText(value, accepts);
    return Object.values(this.#fields).some((one) => someText(one, accepts));
  }

  #valueOf(slot: number): FieldValue | undefined {
    return this.#filled.has(slot) ? this.#values[slot] : undefined;
  }
}
