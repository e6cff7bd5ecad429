import type { Literal } from "../rule/expression.ts";
import { Automaton } from "./automaton.ts";
import { NumberSet } from "./number-set.ts";
import { buildTrie, reversed, scanEnd, scanStart, type Trie } from "./trie.ts";
import { ValueCache } from "./value-cache.ts";

/** What one value shows: the predicates that hold for it, and the rules whose witness it is. */
export type Shown = { readonly predicates: readonly number[]; readonly rules: readonly number[] };
export const NOTHING: Shown = { predicates: [], rules: [] };

/** A literal test: the predicate, its literals, and the rules that it makes candidates. */
export type LiteralTest = {
  readonly predicate: number;
  readonly literals: readonly Literal[];
  readonly rules: readonly number[];
};

/**
 * Answers every literal test on one slot at once: whole values by hash, beginnings and endings by trie, the rest by one
 * automaton. The cost depends on the value's length, not on how many rules ask.
 */
export class ValueIndex {
  readonly #exact = new Map<string, number>();
  readonly #starts: Trie | undefined;
  readonly #ends: Trie | undefined;
  readonly #inside: Automaton | undefined;
  /** Literal number → positions in `#tests`. */
  readonly #testsOf: (readonly number[])[] = [];
  readonly #tests: readonly LiteralTest[];
  readonly #foundLiterals: NumberSet;
  readonly #foundTests: NumberSet;
  readonly #cache = new ValueCache<Shown>();

  constructor(tests: readonly LiteralTest[]) {
    this.#tests = tests;
    const numbers = this.#numberLiterals();
    const at = (place: string) => numbers.filter((one) => one.place === place);
    for (const { text, number } of at("equals")) this.#exact.set(text, number);
    const [starts, ends, inside] = [at("starts"), at("ends"), at("contains")];
    if (starts.length > 0) this.#starts = buildTrie(starts);
    if (ends.length > 0) this.#ends = buildTrie(ends.map(({ text, number }) => ({ text: reversed(text), number })));
    if (inside.length > 0) this.#inside = new Automaton(inside);
    this.#foundLiterals = new NumberSet(numbers.length);
    this.#foundTests = new NumberSet(tests.length);
  }

  /** value: as the event has it; it is lower-cased here, once per distinct value. */
  look(value: string): Shown {
    const known = this.#cache.get(value);
    if (known !== undefined) return known;
    const shown = this.#search(value.toLowerCase());
    this.#cache.set(value, shown);
    return shown;
  }

  #search(value: string): Shown {
    const found = this.#foundLiterals;
    found.clear();
    const exact = this.#exact.get(value);
    if (exact !== undefined) found.add(exact);
    if (this.#starts) scanStart(this.#starts, value, found);
    if (this.#ends) scanEnd(this.#ends, value, found);
    this.#inside?.scan(value, found);
    return found.size === 0 ? NOTHING : this.#gather(found);
  }

  #gather(found: NumberSet): Shown {
    const tests = this.#foundTests;
    tests.clear();
    for (let i = 0; i < found.size; i++) for (const test of this.#testsOf[found.members[i] ?? 0] ?? []) tests.add(test);
    const predicates: number[] = [];
    const rules = new Set<number>();
    for (let i = 0; i < tests.size; i++) {
      const test = this.#tests[tests.members[i] ?? 0];
      if (test === undefined) continue;
      predicates.push(test.predicate);
      for (const rule of test.rules) rules.add(rule);
    }
    return { predicates, rules: [...rules] };
  }

  /** Equal literals of several tests get one number. */
  #numberLiterals(): readonly (Literal & { number: number })[] {
    const numbered = new Map<string, Literal & { number: number }>();
    const testsOf: number[][] = [];
    for (const [position, test] of this.#tests.entries()) {
      for (const { place, text } of test.literals) {
        const key = `${place}:${text}`;
        const known = numbered.get(key) ?? { place, text, number: numbered.size };
        numbered.set(key, known);
        const positions = testsOf[known.number] ?? [];
        testsOf[known.number] = positions;
        if (positions.at(-1) !== position) positions.push(position);
      }
    }
    this.#testsOf.push(...testsOf);
    return [...numbered.values()];
  }
}
