import { foldCase } from "../rule/fold-case.ts";
import { ANY_SLOT, type Predicate } from "./predicate.ts";
import type { Program } from "./program.ts";
import { type LiteralTest, ValueIndex } from "./value-index.ts";
import type { Witness } from "./witness.ts";

/** A rule ready to run: its number in the rule set, its program, what makes it a candidate. */
export type RunnableRule = {
  readonly number: number;
  readonly program: Program;
  readonly witness: Witness | undefined;
  readonly second: readonly number[] | undefined;
};

/** The slots that an event's field name fills, each with how good a name it is for it (lower is better). */
export type Feed = readonly { readonly slot: number; readonly rank: number }[];

/** What a group does with a slot's value. */
export type SlotPlan = {
  /** Over the literal tests that make rules candidates: every event's value is searched. */
  readonly witnesses: ValueIndex | undefined;
  /** Rules that are candidates as soon as the slot has a value. */
  readonly wakes: readonly number[];
};

const NO_FEED: Feed = [];
/** Distinct field names remembered; past this, names are looked up anew each time. */
const MAX_NAMES = 20_000;

/** The form in which names are compared that are not written alike: rules and events differ in case, and Sigma strips spaces. */
export const canonicalName = (name: string): string => foldCase(name.replaceAll(" ", ""));

/** The rules that apply to one kind of event, and the indexes that find the few worth running. */
export class Group {
  /** Rules without a witness: candidates of every event. */
  readonly open: readonly number[];
  /** By slot; undefined where no rule of the group reads it. */
  readonly plans: readonly (SlotPlan | undefined)[];
  /** 1 for each predicate that is decided once every witness has been sought: unmarked, it does not hold. Others are asked. */
  readonly decided: Uint8Array;
  readonly #namesOfSlots: ReadonlyMap<string, readonly { slot: number; rank: number; name: string }[]>;
  readonly #feedByName = new Map<string, Feed>();

  constructor(rules: readonly RunnableRule[], predicates: readonly Predicate[], slots: readonly (readonly string[])[]) {
    this.open = rules.filter((rule) => isOpen(rule, predicates)).map((rule) => rule.number);
    const used = usedPredicates(rules);
    this.decided = new Uint8Array(predicates.length);
    this.plans = planSlots(rules, used, predicates);
    for (const plan of this.plans)
      for (const predicate of plan?.witnesses?.predicates ?? []) this.decided[predicate] = 1;
    const read = [...used].flatMap((number) => {
      const predicate = predicates[number];
      return predicate ? [predicate.slot, predicate.other] : [];
    });
    this.#namesOfSlots = nameSlots(new Set(read), slots);
  }

  /** Which slots a field of this name may fill. */
  feedOf(name: string): Feed {
    return this.#feedByName.get(name) ?? this.#learn(name);
  }

  #learn(name: string): Feed {
    const known = this.#namesOfSlots.get(canonicalName(name));
    const feed = known?.map((one) => ({ slot: one.slot, rank: one.rank * 2 + (one.name === name ? 0 : 1) })) ?? NO_FEED;
    if (this.#feedByName.size < MAX_NAMES) this.#feedByName.set(name, feed);
    return feed;
  }
}

/** Every event has some value, so a test other than a literal on any value is no witness. */
const isOpen = ({ witness }: RunnableRule, predicates: readonly Predicate[]): boolean =>
  witness === undefined ||
  witness.predicates.some((number) => {
    const predicate = predicates[number];
    return predicate?.slot === ANY_SLOT && predicate.test.kind !== "literals";
  });

function usedPredicates(rules: readonly RunnableRule[]): ReadonlySet<number> {
  const used = new Set<number>();
  for (const { program } of rules) for (let at = 0; at < program.code.length; at += 3) used.add(program.code[at] ?? 0);
  return used;
}

function planSlots(rules: readonly RunnableRule[], used: ReadonlySet<number>, predicates: readonly Predicate[]) {
  /** Predicates that are sought in every event, with the rules that they make candidates. */
  const watchers = new Map<number, number[]>();
  for (const rule of rules) {
    // A rule that is a candidate of every event still waits for its second witness to be seen.
    if (!isOpen(rule, predicates))
      for (const number of rule.witness?.predicates ?? []) pushTo(watchers, number, rule.number);
    for (const number of rule.second ?? []) if (!watchers.has(number)) watchers.set(number, []);
  }
  const usedBySlot = new Map<number, number[]>();
  for (const number of used) pushTo(usedBySlot, predicates[number]?.slot ?? ANY_SLOT, number);
  const plans: (SlotPlan | undefined)[] = [];
  for (const [slot, numbers] of usedBySlot) plans[slot] = planSlot(numbers, watchers, predicates);
  return Array.from(plans);
}

function planSlot(
  numbers: readonly number[],
  watchers: ReadonlyMap<number, number[]>,
  predicates: readonly Predicate[],
): SlotPlan | undefined {
  const tests: LiteralTest[] = [];
  const wakes = new Set<number>();
  for (const number of numbers) {
    const test = predicates[number]?.test;
    const rules = watchers.get(number);
    if (rules === undefined) continue;
    if (test?.kind !== "literals") for (const rule of rules) wakes.add(rule);
    else tests.push({ predicate: number, literals: test.literals, rules });
  }
  if (tests.length === 0 && wakes.size === 0) return undefined;
  return { witnesses: tests.length > 0 ? new ValueIndex(tests) : undefined, wakes: [...wakes] };
}

function nameSlots(read: ReadonlySet<number>, slots: readonly (readonly string[])[]) {
  const named = new Map<string, { slot: number; rank: number; name: string }[]>();
  for (const slot of read)
    for (const [rank, name] of (slots[slot] ?? []).entries()) pushTo(named, canonicalName(name), { slot, rank, name });
  return named;
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
