import type { Literal, Place } from "../rule/expression.ts";
import { MAX_CACHED_LENGTH, ValueCache } from "../value-cache.ts";
import { Automaton } from "./automaton.ts";
import { isAscii } from "./fold.ts";
import { GramScan } from "./gram-scan.ts";
import { NumberSet } from "./number-set.ts";
import { buildTrie, reversed, scanEnd, scanStart, type Trie } from "./trie.ts";

/** A literal test: the predicate, its literals, and the rules that it makes candidates. */
export type LiteralTest = {
  readonly predicate: number;
  readonly literals: readonly Literal[];
  readonly rules: readonly number[];
};

/** What a literal, or a value, shows. A number may stand there twice. */
type Meaning = { readonly predicates: readonly number[]; readonly rules: readonly number[] };
const NO_MEANING: Meaning = { predicates: [], rules: [] };
type NumberedLiteral = Literal & { readonly number: number };

/**
 * Answers every literal test on one slot at once: whole values by hash, beginnings and endings by trie, what stands anywhere
 * by an automaton. The cost depends on the value's length, not on how many rules ask.
 */
export class ValueIndex {
  /** The predicates it answers. */
  readonly predicates: readonly number[];
  readonly #exact = new Map<string, number>();
  /** Lengths of the whole values looked for: most values need no lower case and no hash. */
  readonly #exactLengths = new Set<number>();
  readonly #starts: Trie | undefined;
  readonly #ends: Trie | undefined;
  readonly #inside: Automaton | GramScan | undefined;
  /** Texts with characters beyond ASCII: only in values that have such characters too. */
  readonly #insideForeign: Automaton | undefined;
  readonly #meanings: readonly Meaning[];
  readonly #found: NumberSet;
  readonly #cache = new ValueCache<Meaning>(512);
  /** Hashing a value costs less than an automaton's walk over it, but more than the other searches. */
  readonly #isCached: boolean;

  constructor(tests: readonly LiteralTest[]) {
    const { literals, meanings } = numberLiterals(tests);
    this.predicates = tests.map((test) => test.predicate);
    const at = (place: Place) => literals.filter((literal) => literal.place === place);
    for (const { text, number } of at("equals")) {
      this.#exact.set(text, number);
      for (const length of lengthsBeforeFolding(text)) this.#exactLengths.add(length);
    }
    const [starts, ends, inside] = [at("starts"), at("ends"), at("contains")];
    if (starts.length > 0) this.#starts = buildTrie(starts);
    if (ends.length > 0) this.#ends = buildTrie(ends.map(({ text, number }) => ({ text: reversed(text), number })));
    const [plain, foreign] = [inside.filter(({ text }) => isAscii(text)), inside.filter(({ text }) => !isAscii(text))];
    if (plain.length > 0) this.#inside = GramScan.suits(plain) ? new GramScan(plain) : new Automaton(plain);
    if (foreign.length > 0) this.#insideForeign = new Automaton(foreign);
    this.#isCached = this.isExhaustive;
    this.#meanings = meanings;
    this.#found = new NumberSet(meanings.length);
  }

  /** Whether every character of a value is looked at: further literals then cost nothing more. */
  get isExhaustive(): boolean {
    return this.#inside instanceof Automaton;
  }

  /** Adds the predicates that hold for the value, and the rules that they make candidates. */
  search(value: string, held: NumberSet, candidates: NumberSet): void {
    const { predicates, rules } =
      this.#isCached && value.length <= MAX_CACHED_LENGTH ? this.#recall(value) : this.#read(value);
    for (let i = 0; i < predicates.length; i++) held.add(predicates[i] ?? 0);
    for (let i = 0; i < rules.length; i++) candidates.add(rules[i] ?? 0);
  }

  #recall(value: string): Meaning {
    const known = this.#cache.get(value);
    if (known !== undefined) return known;
    const meaning = this.#read(value);
    this.#cache.set(value, meaning);
    return meaning;
  }

  #read(value: string): Meaning {
    const found = this.#found;
    found.clear();
    if (!this.#collect(value, false, found)) this.#collect(value.toLowerCase(), true, found);
    if (found.size === 0) return NO_MEANING;
    if (found.size === 1) return this.#meanings[found.members[0] ?? 0] ?? NO_MEANING;
    const [predicates, rules]: [number[], number[]] = [[], []];
    for (let i = 0; i < found.size; i++) {
      const meaning = this.#meanings[found.members[i] ?? 0] ?? NO_MEANING;
      for (let j = 0; j < meaning.predicates.length; j++) predicates.push(meaning.predicates[j] ?? 0);
      for (let j = 0; j < meaning.rules.length; j++) rules.push(meaning.rules[j] ?? 0);
    }
    return { predicates, rules };
  }

  /** False when the value must be lower-cased first: it has characters that no table folds. */
  #collect(value: string, isLowered: boolean, found: NumberSet): boolean {
    if (this.#exactLengths.has(value.length)) {
      const exact = this.#exact.get(isLowered ? value : value.toLowerCase());
      if (exact !== undefined) found.add(exact);
    }
    return (
      (this.#starts === undefined || scanStart(this.#starts, value, isLowered, found)) &&
      (this.#ends === undefined || scanEnd(this.#ends, value, isLowered, found)) &&
      (this.#inside === undefined || this.#inside.scan(value, isLowered, found)) &&
      (this.#insideForeign === undefined || this.#insideForeign.scan(value, isLowered, found))
    );
  }
}

/** Lengths of the values whose lower case is this text: İ (U+0130) is the one letter that grows, to two units. */
function lengthsBeforeFolding(text: string): readonly number[] {
  const grown = text.split("i\u0307").length - 1;
  return Array.from({ length: grown + 1 }, (_, shrink) => text.length - shrink);
}

/** Equal literals of several tests get one number and mean all of them. */
function numberLiterals(tests: readonly LiteralTest[]): { literals: NumberedLiteral[]; meanings: Meaning[] } {
  const numbered = new Map<string, NumberedLiteral>();
  const meant: { predicates: Set<number>; rules: Set<number> }[] = [];
  for (const { predicate, literals, rules } of tests) {
    for (const { place, text } of literals) {
      const key = `${place}:${text}`;
      const literal = numbered.get(key) ?? { place, text, number: numbered.size };
      numbered.set(key, literal);
      const meaning = meant[literal.number] ?? { predicates: new Set(), rules: new Set() };
      meant[literal.number] = meaning;
      meaning.predicates.add(predicate);
      for (const rule of rules) meaning.rules.add(rule);
    }
  }
  const meanings = meant.map(({ predicates, rules }) => ({ predicates: [...predicates], rules: [...rules] }));
  return { literals: [...numbered.values()], meanings };
}
