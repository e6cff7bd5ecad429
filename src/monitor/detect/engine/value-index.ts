import type { FieldValue } from "../../event/index.ts";
import type { Literal, Place } from "../rule/expression.ts";
import { foldCase } from "../rule/fold-case.ts";
import { Automaton } from "./automaton.ts";
import { isAscii } from "./fold.ts";
import { NumberSet } from "./number-set.ts";
import { GRAM, Sieve } from "./sieve.ts";
import { TextScan } from "./text-scan.ts";
import { buildTrie, reversed, scanEnd, scanStart, type Trie } from "./trie.ts";
import { isList } from "./values.ts";

/** A literal test: the predicate, its literals, and the rules that it makes candidates. */
export type LiteralTest = {
  readonly predicate: number;
  readonly literals: readonly Literal[];
  readonly rules: readonly number[];
};

/** What a literal, or a value, shows. A number may stand there twice. */
export type Meaning = { readonly predicates: readonly number[]; readonly rules: readonly number[] };
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
  readonly #sieve: Sieve | undefined;
  /** Texts too short for the sieve. */
  readonly #tiny: Automaton | undefined;
  /** Texts with characters beyond ASCII: only in values that have such characters too. */
  readonly #insideForeign: Automaton | undefined;
  /** All texts looked for, if all of them may stand anywhere in a value. */
  readonly #insideTexts: readonly string[] | undefined;
  #scan: TextScan | null | undefined;
  readonly #meanings: readonly Meaning[];
  readonly #found: NumberSet;

  constructor(tests: readonly LiteralTest[]) {
    const { literals, meanings } = numberLiterals(tests);
    this.predicates = tests.map((test) => test.predicate);
    const isInside = literals.every(({ place }) => place === "contains");
    this.#insideTexts = isInside ? literals.map(({ text }) => text) : undefined;
    const at = (place: Place) => literals.filter((literal) => literal.place === place);
    for (const { text, number } of at("equals")) {
      this.#exact.set(text, number);
      for (const length of lengthsBeforeFolding(text)) this.#exactLengths.add(length);
    }
    const [starts, ends, inside] = [at("starts"), at("ends"), at("contains")];
    if (starts.length > 0) this.#starts = buildTrie(starts);
    if (ends.length > 0) this.#ends = buildTrie(ends.map(({ text, number }) => ({ text: reversed(text), number })));
    const [plain, foreign] = [inside.filter(({ text }) => isAscii(text)), inside.filter(({ text }) => !isAscii(text))];
    const long = plain.filter(({ text }) => text.length >= GRAM);
    const tiny = plain.filter(({ text }) => text.length < GRAM);
    if (long.length > 0) this.#sieve = new Sieve(long);
    if (tiny.length > 0) this.#tiny = new Automaton(tiny);
    if (foreign.length > 0) this.#insideForeign = new Automaton(foreign);
    this.#meanings = meanings;
    this.#found = new NumberSet(meanings.length);
  }

  /**
   * False when it is certain at a glance that no value of an event shows anything. bytes: JSON text that has every value as JSON
   * writes it, on the terms of TextScan.
   */
  mayBeIn(bytes: DataView, length: number): boolean {
    if (this.#scan === undefined) this.#scan = (this.#insideTexts && TextScan.of(this.#insideTexts)) ?? null;
    return this.#scan === null || this.#scan.mayBeIn(bytes, length);
  }

  /** What a field's value shows. A list shows all that any of its items does. */
  read(value: FieldValue): Meaning {
    if (typeof value === "string") return this.#read(value);
    if (isList(value)) return joined(value.map((item) => this.read(item)));
    return value === null ? NO_MEANING : this.#read(String(value));
  }

  #read(value: string): Meaning {
    const found = this.#found;
    found.clear();
    if (!this.#collect(value, false, found)) this.#collect(foldCase(value), true, found);
    if (found.size === 0) return NO_MEANING;
    if (found.size === 1) return this.#meanings[found.members[0] ?? 0] ?? NO_MEANING;
    return joined(Array.from(found.members.subarray(0, found.size), (number) => this.#meanings[number] ?? NO_MEANING));
  }

  /** False when the value must be lower-cased first: it has characters that no table folds. */
  #collect(value: string, isLowered: boolean, found: NumberSet): boolean {
    if (this.#exactLengths.has(value.length)) {
      const exact = this.#exact.get(isLowered ? value : foldCase(value));
      if (exact !== undefined) found.add(exact);
    }
    return (
      (this.#starts === undefined || scanStart(this.#starts, value, isLowered, found)) &&
      (this.#ends === undefined || scanEnd(this.#ends, value, isLowered, found)) &&
      (this.#sieve === undefined || this.#sieve.scan(value, isLowered, found)) &&
      (this.#tiny === undefined || this.#tiny.scan(value, isLowered, found)) &&
      (this.#insideForeign === undefined || this.#insideForeign.scan(value, isLowered, found))
    );
  }
}

function joined(meanings: readonly Meaning[]): Meaning {
  const [predicates, rules]: [number[], number[]] = [[], []];
  for (const meaning of meanings) {
    for (let i = 0; i < meaning.predicates.length; i++) predicates.push(meaning.predicates[i] ?? 0);
    for (let i = 0; i < meaning.rules.length; i++) rules.push(meaning.rules[i] ?? 0);
  }
  return { predicates, rules };
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
