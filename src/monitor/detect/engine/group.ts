import { ANY_SLOT, type Predicate } from "./predicate.ts";
import type { Program } from "./program.ts";
import { type LiteralTest, ValueIndex } from "./value-index.ts";
import type { Witness } from "./witness.ts";

/** A rule ready to run: its number in the rule set, its program, what makes it a candidate. */
export type RunnableRule = {
  readonly number: number;
  readonly program: Program;
  readonly witness: Witness | undefined;
};

/** The slots that an event's field name feeds, each with how good a name it is (lower is better). */
export type Feed = readonly { readonly slot: number; readonly rank: number }[];

const NO_FEED: Feed = [];
/** Distinct field names remembered; past this, names are looked up anew each time. */
const MAX_NAMES = 20_000;

/** The form in which field names are compared when they are not written alike: SigmaHQ strips spaces and varies case. */
export const canonicalName = (name: string): string => name.replaceAll(" ", "").toLowerCase();

/** The rules that apply to one kind of event, and the indexes that find the few worth running. */
export class Group {
  readonly rules: readonly RunnableRule[];
  /** Rules without a witness: candidates of every event. */
  readonly open: readonly number[];
  /** Slot → index over its literal tests, for slots that have any. */
  readonly indexes = new Map<number, ValueIndex>();
  /** Slots whose values may make a rule a candidate; all others are searched only when a program asks. */
  readonly eager = new Set<number>();
  /** Slot → rules that are candidates as soon as the slot has a value. */
  readonly byPresence = new Map<number, readonly number[]>();
  readonly #feedByCanonical = new Map<string, { slot: number; rank: number; name: string }[]>();
  readonly #feedByName = new Map<string, Feed>();

  constructor(rules: readonly RunnableRule[], predicates: readonly Predicate[], slots: readonly (readonly string[])[]) {
    this.rules = rules;
    const used = usedPredicates(rules);
    const watchers = this.#watch(rules, predicates);
    this.open = rules.filter((rule) => isOpen(rule, predicates)).map((rule) => rule.number);
    const bySlot = new Map<number, LiteralTest[]>();
    const feeding = new Set<number>();
    for (const number of used) {
      const predicate = predicates[number];
      if (predicate === undefined) continue;
      feeding.add(predicate.slot).add(predicate.other);
      if (predicate.test.kind !== "literals") continue;
      const tests = bySlot.get(predicate.slot) ?? [];
      tests.push({ predicate: number, literals: predicate.test.literals, rules: watchers.get(number) ?? [] });
      bySlot.set(predicate.slot, tests);
    }
    for (const [slot, tests] of bySlot) this.indexes.set(slot, new ValueIndex(tests));
    for (const slot of feeding) this.#feedSlot(slot, slots[slot] ?? []);
  }

  /** Which slots a field of this name may fill. */
  feedOf(name: string): Feed {
    return this.#feedByName.get(name) ?? this.#learn(name);
  }

  #learn(name: string): Feed {
    const known = this.#feedByCanonical.get(canonicalName(name));
    const feed = known?.map((one) => ({ slot: one.slot, rank: one.rank * 2 + (one.name === name ? 0 : 1) })) ?? NO_FEED;
    if (this.#feedByName.size < MAX_NAMES) this.#feedByName.set(name, feed);
    return feed;
  }

  #feedSlot(slot: number, names: readonly string[]): void {
    for (const [rank, name] of names.entries()) {
      const canonical = canonicalName(name);
      const feeds = this.#feedByCanonical.get(canonical) ?? [];
      feeds.push({ slot, rank, name });
      this.#feedByCanonical.set(canonical, feeds);
    }
  }

  /** Predicate → rules it is a witness of. Marks the slots that must be searched for every event. */
  #watch(rules: readonly RunnableRule[], predicates: readonly Predicate[]): Map<number, number[]> {
    const watchers = new Map<number, number[]>();
    const byPresence = new Map<number, number[]>();
    for (const rule of rules) {
      if (isOpen(rule, predicates)) continue;
      for (const number of rule.witness?.predicates ?? []) {
        const predicate = predicates[number];
        if (predicate === undefined) continue;
        const isLiteral = predicate.test.kind === "literals";
        const [table, key] = isLiteral ? [watchers, number] : [byPresence, predicate.slot];
        table.set(key, [...(table.get(key) ?? []), rule.number]);
        if (isLiteral) this.eager.add(predicate.slot);
      }
    }
    for (const [slot, numbers] of byPresence) this.byPresence.set(slot, numbers);
    return watchers;
  }
}

/** Every event has some value, so a test other than a literal on any value is no witness. */
function isOpen(rule: RunnableRule, predicates: readonly Predicate[]): boolean {
  return (
    rule.witness === undefined ||
    rule.witness.predicates.some(
      (number) => predicates[number]?.slot === ANY_SLOT && predicates[number].test.kind !== "literals",
    )
  );
}

function usedPredicates(rules: readonly RunnableRule[]): ReadonlySet<number> {
  const used = new Set<number>();
  for (const { program } of rules) for (let at = 0; at < program.code.length; at += 3) used.add(program.code[at] ?? 0);
  return used;
}
