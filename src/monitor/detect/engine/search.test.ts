import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { ValueCache } from "../value-cache.ts";
import { Automaton } from "./automaton.ts";
import { NumberSet } from "./number-set.ts";
import { Sieve } from "./sieve.ts";
import { buildTrie, type NumberedText, reversed, scanEnd, scanStart } from "./trie.ts";

const numbered = (texts: readonly string[]): NumberedText[] =>
  [...new Set(texts)].map((text, number) => ({ text, number }));

type Search = (value: string, isLowered: boolean, found: NumberSet) => boolean;

/** The texts that a search finds: in the value as it is, or lower-cased when it asks for that. */
function foundBy(search: Search, texts: readonly NumberedText[], value: string): string[] {
  const found = new NumberSet(texts.length);
  if (!search(value, false, found)) search(value.toLowerCase(), true, found);
  return [...found.members.subarray(0, found.size)].map((number) => texts[number]?.text ?? "").sort();
}

const expected = (texts: readonly NumberedText[], holds: (text: string) => boolean) =>
  texts
    .map(({ text }) => text)
    .filter(holds)
    .sort();

/** A small alphabet makes overlaps; the others are case pairs, and characters whose lower case is special. */
const unit = fc.constantFrom("a", "b", "c", "A", "B", "\\", "é", "É", "İ", "\u212A", "k", "😀");
const valueUpTo = (maxLength: number) => fc.array(unit, { maxLength }).map((units) => units.join(""));
const textOf = (minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom("a", "b", "c", "\\", "é", "k", "😀", "i"), { minLength, maxLength })
    .map((units) => units.join(""));
const asciiOf = (minLength: number) =>
  fc.array(fc.constantFrom("a", "b", "c", "\\", "k"), { minLength, maxLength: 12 }).map((units) => units.join(""));

describe("Every search finds exactly the texts that are there", () => {
  test("Aho–Corasick, anywhere", () => {
    fc.assert(
      fc.property(fc.array(textOf(1, 6), { minLength: 1, maxLength: 20 }), valueUpTo(40), (list, value) => {
        const texts = numbered(list);
        const automaton = new Automaton(texts);
        const search: Search = (...given) => automaton.scan(...given);
        expect(foundBy(search, texts, value)).toEqual(expected(texts, (text) => value.toLowerCase().includes(text)));
      }),
    );
  });

  test.each([
    ["every character looked at", 3],
    ["most characters skipped", 8],
  ])("a sieve, anywhere, %s", (_, shortest) => {
    const planted = fc.tuple(
      fc.array(asciiOf(shortest), { minLength: 1, maxLength: 6 }),
      valueUpTo(9),
      valueUpTo(9),
      fc.nat(),
    );
    fc.assert(
      fc.property(planted, ([list, before, after, pick]) => {
        const texts = numbered(list);
        const value = before + (list[pick % list.length] ?? "").toUpperCase() + after;
        const sieve = new Sieve(texts);
        const search: Search = (...given) => sieve.scan(...given);
        expect(foundBy(search, texts, value)).toEqual(expected(texts, (text) => value.toLowerCase().includes(text)));
      }),
    );
  });

  test("tries, at the start and at the end", () => {
    fc.assert(
      fc.property(fc.array(textOf(0, 5), { minLength: 1, maxLength: 20 }), valueUpTo(10), (list, value) => {
        const texts = numbered(list);
        const [starts, ends] = [
          buildTrie(texts),
          buildTrie(texts.map((one) => ({ ...one, text: reversed(one.text) }))),
        ];
        const lower = value.toLowerCase();
        const atStart: Search = (...given) => scanStart(starts, ...given);
        const atEnd: Search = (...given) => scanEnd(ends, ...given);
        expect(foundBy(atStart, texts, value)).toEqual(expected(texts, (text) => lower.startsWith(text)));
        expect(foundBy(atEnd, texts, value)).toEqual(expected(texts, (text) => lower.endsWith(text)));
      }),
    );
  });

  it("with more nodes than the table rows hold", () => {
    const texts = numbered(
      Array.from({ length: 3000 }, (_, index) => `${index.toString(36)}-${(index * 7919).toString(36)}`),
    );
    const automaton = new Automaton(texts);
    const search: Search = (...given) => automaton.scan(...given);
    const value = texts.map(({ text }) => text.toUpperCase()).join(" ");
    expect(foundBy(search, texts, value)).toEqual(expected(texts, (text) => value.toLowerCase().includes(text)));
  });
});

describe("A number set", () => {
  it("is emptied without touching its members, however often", () => {
    const set = new NumberSet(4);
    for (let round = 0; round < 5; round++) {
      set.add(2);
      set.add(2);
      expect([set.size, set.has(2), set.has(1)]).toEqual([1, true, false]);
      set.clear();
      expect([set.size, set.has(2)]).toEqual([0, false]);
    }
  });
});

describe("The value cache", () => {
  it("remembers, and forgets the oldest when new values come", () => {
    const cache = new ValueCache<number>(512);
    const learn = (value: string) => cache.get(value) ?? cache.set(value, value.length);
    learn("first");
    expect(cache.get("first")).toBe(5);
    for (let i = 0; i < 1500; i++) learn(`value ${i}`);
    expect(cache.get("first")).toBeUndefined();
    expect(cache.get("value 1499")).toBe(10);
  });

  it("rests when values do not repeat, and tries again later", () => {
    const cache = new ValueCache<number>(512);
    for (let i = 0; i < 3000; i++) if (cache.get(`new ${i}`) === undefined) cache.set(`new ${i}`, i);
    cache.set("x", 1);
    expect(cache.get("x")).toBeUndefined();
    for (let i = 0; i < 20_000; i++) if (cache.get("x") === undefined) cache.set("x", 1);
    expect(cache.get("x")).toBe(1);
  });
});
