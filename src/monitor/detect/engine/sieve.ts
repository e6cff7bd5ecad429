import { ASCII, FOLDED, isAscii } from "./fold.ts";
import type { NumberSet } from "./number-set.ts";
import type { NumberedText } from "./trie.ts";

/** Characters of a gram, and the shortest text that has one. */
export const GRAM = 3;
const CLASS_BITS = 5;
const GRAMS = 1 << (GRAM * CLASS_BITS);

/** Letters without their case, and the signs that paths and commands are made of; the rest share what is left. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const folded = FOLDED[code] ?? 0;
  if (folded >= 97 && folded <= 122) return folded - 96;
  if (folded >= 48 && folded <= 57) return 27;
  return ({ 32: 28, 92: 29, 45: 30, 47: 30, 46: 31 } as Record<number, number>)[code] ?? 0;
});

/** Places filed at most, roughly: with more of them, too many grams of a value would have to be looked into. */
const MAX_PLACES = 2000;
const MAX_STRIDE = 62;
/** With longer strides, a value's characters are not worth copying before they are looked at. */
const MIN_SKIP = 4;
/** A character can be two in lower case. */
const GROWTH = 2;

/** Where a text can be recognized: the gram that ends `offset` characters after the text's start. */
type Place = { readonly gram: number; readonly text: number; readonly offset: number };

/**
 * Finds which of many texts occur in a value. Grams of three characters are looked up in a bitmap that stays in the processor's
 * nearest cache, and only texts filed under a gram that is there are compared; unlike in an automaton no step waits for the one
 * before. Texts that are long enough are filed under several neighboring grams, so that only every so many need be looked at.
 * Source: Wu & Manber 1994, "A Fast Algorithm for Multi-Pattern Searching"; Navarro & Raffinot 2002, chapter 3 (q-gram sampling).
 */
export class Sieve {
  readonly #stride: number;
  readonly #shortest: number;
  readonly #bits = new Uint32Array(GRAMS / 32);
  /** Places filed under gram g are `first[g]` up to, not including, `first[g + 1]`. */
  readonly #first = new Uint32Array(GRAMS + 1);
  readonly #texts: Int32Array;
  readonly #offsets: Int32Array;
  /** By text: where its characters begin in the pool, and its number. */
  readonly #starts: Int32Array;
  readonly #pool: Uint8Array;
  readonly #numbers: Int32Array;

  /** texts: distinct, lower-cased, ASCII, not shorter than a gram. */
  constructor(texts: readonly NumberedText[]) {
    this.#shortest = texts.reduce((least, { text }) => Math.min(least, text.length), MAX_STRIDE + GRAM - 1);
    this.#stride = Math.max(1, Math.min(this.#shortest - GRAM + 1, Math.floor(MAX_PLACES / texts.length)));
    if (this.#stride < MIN_SKIP) this.#stride = 1;
    this.#pool = Uint8Array.from(Buffer.from(texts.map(({ text }) => text).join(""), "latin1"));
    this.#numbers = Int32Array.from(texts, ({ number }) => number);
    this.#starts = startsOf(texts);
    const places = placesOf(texts, this.#stride).sort((a, b) => a.gram - b.gram);
    for (const { gram } of places) {
      this.#bits[gram >>> 5] = (this.#bits[gram >>> 5] ?? 0) | (1 << (gram & 31));
      this.#first[gram + 1] = (this.#first[gram + 1] ?? 0) + 1;
    }
    for (let gram = 0; gram < GRAMS; gram++)
      this.#first[gram + 1] = (this.#first[gram + 1] ?? 0) + (this.#first[gram] ?? 0);
    this.#texts = Int32Array.from(places, ({ text }) => text);
    this.#offsets = Int32Array.from(places, ({ offset }) => offset);
  }

  /**
   * Adds the number of each text that occurs, ignoring case. False when it met a character beyond ASCII in a value that is not
   * lower-cased yet: the caller then asks again with the lower-cased value.
   */
  scan(value: string, isLowered: boolean, found: NumberSet): boolean {
    if (value.length < this.#shortest) return isLowered || value.length * GROWTH < this.#shortest || isAscii(value);
    if (this.#stride >= MIN_SKIP) return this.#scanSome(value, isLowered, found);
    const bytes = bytesOf(value, isLowered);
    if (bytes === undefined) return false;
    this.#scanAll(bytes, value.length, found);
    return true;
  }

  #scanAll(bytes: Uint8Array, length: number, found: NumberSet): void {
    const bits = this.#bits;
    let gram = 0;
    for (let at = 0; at < length; at++) {
      gram = ((gram << CLASS_BITS) | (CLASSES[bytes[at] ?? 0] ?? 0)) & (GRAMS - 1);
      if (((bits[gram >>> 5] ?? 0) >>> (gram & 31)) & 1) this.#compare(gram, bytes, at, length, found);
    }
  }

  #scanSome(value: string, isLowered: boolean, found: NumberSet): boolean {
    const bits = this.#bits;
    const stride = this.#stride;
    for (let at = GRAM - 2 + stride; at < value.length; at += stride) {
      const a = value.charCodeAt(at - 2);
      const b = value.charCodeAt(at - 1);
      const c = value.charCodeAt(at);
      if ((a | b | c) >= ASCII && !isLowered) return false;
      const gram = ((CLASSES[a] ?? 0) << (2 * CLASS_BITS)) | ((CLASSES[b] ?? 0) << CLASS_BITS) | (CLASSES[c] ?? 0);
      if ((((bits[gram >>> 5] ?? 0) >>> (gram & 31)) & 1) === 0) continue;
      if (!this.#compareText(gram, value, at, isLowered, found)) return false;
    }
    return true;
  }

  /** As `#compare`, and false as `scan`. */
  #compareText(gram: number, value: string, last: number, isLowered: boolean, found: NumberSet): boolean {
    const end = this.#first[gram + 1] ?? 0;
    for (let place = this.#first[gram] ?? 0; place < end; place++) {
      const text = this.#texts[place] ?? 0;
      const start = last - (this.#offsets[place] ?? 0);
      const from = this.#starts[text] ?? 0;
      const size = (this.#starts[text + 1] ?? 0) - from;
      if (start < 0 || start + size > value.length) continue;
      let same = 0;
      for (; same < size; same++) {
        const code = value.charCodeAt(start + same);
        if (code >= ASCII && !isLowered) return false;
        if (FOLDED[code] !== this.#pool[from + same]) break;
      }
      if (same === size) found.add(this.#numbers[text] ?? 0);
    }
    return true;
  }

  #compare(gram: number, bytes: Uint8Array, last: number, length: number, found: NumberSet): void {
    const end = this.#first[gram + 1] ?? 0;
    for (let place = this.#first[gram] ?? 0; place < end; place++) {
      const text = this.#texts[place] ?? 0;
      const start = last - (this.#offsets[place] ?? 0);
      const from = this.#starts[text] ?? 0;
      const size = (this.#starts[text + 1] ?? 0) - from;
      if (start < 0 || start + size > length) continue;
      let same = 0;
      while (same < size && FOLDED[bytes[start + same] ?? 0] === this.#pool[from + same]) same++;
      if (same === size) found.add(this.#numbers[text] ?? 0);
    }
  }
}

function startsOf(texts: readonly NumberedText[]): Int32Array {
  const starts = new Int32Array(texts.length + 1);
  for (const [index, { text }] of texts.entries()) starts[index + 1] = (starts[index] ?? 0) + text.length;
  return starts;
}

/** Files each text where its grams are rarest: rare in ordinary text, and with few other texts under them. */
function placesOf(texts: readonly NumberedText[], stride: number): Place[] {
  const load = new Uint16Array(GRAMS);
  return texts.flatMap(({ text }, index) => {
    const costs = Array.from(
      { length: text.length - GRAM + 1 },
      (_, at) => commonness(text, at) * (4 + (load[gramOf(text, at)] ?? 0)),
    );
    let [best, bestCost] = [0, Number.POSITIVE_INFINITY];
    for (let at = 0; at + stride <= costs.length; at++) {
      let cost = 0;
      for (let i = at; i < at + stride; i++) cost += costs[i] ?? 0;
      if (cost < bestCost) [best, bestCost] = [at, cost];
    }
    return Array.from({ length: stride }, (_, i): Place => {
      const gram = gramOf(text, best + i);
      load[gram] = (load[gram] ?? 0) + 1;
      return { gram, text: index, offset: best + i + GRAM - 1 };
    });
  });
}

function gramOf(text: string, from: number): number {
  let gram = 0;
  for (let at = from; at < from + GRAM; at++) gram = (gram << CLASS_BITS) | (CLASSES[text.charCodeAt(at)] ?? 0);
  return gram;
}

/** How often letters stand in commands and paths, roughly: a gram of rare ones is met by chance least. */
const FREQUENT = "etaoinsrcdlmpwgu.\\ 0123456789";
const frequencyOf = (char: string): number =>
  FREQUENT.includes(char) ? 3 : char < "\x80" && /[a-z]/.test(char) ? 1 : 2;

function commonness(text: string, from: number): number {
  let product = 1;
  for (let at = from; at < from + GRAM; at++) product *= frequencyOf(text.charAt(at));
  return product;
}

/** Room for values of common length; longer ones get their own. */
const scratch = Buffer.allocUnsafe(65_536);
/** Fits no text, as texts are ASCII. */
const FOREIGN = 255;

/**
 * The value's characters as bytes, good until the next call; undefined when there is one beyond ASCII in a value that is not
 * lower-cased yet.
 */
function bytesOf(value: string, isLowered: boolean): Uint8Array | undefined {
  const bytes = value.length * 3 <= scratch.length ? scratch : Buffer.allocUnsafe(value.length * 3);
  if (bytes.write(value) === value.length) return bytes;
  if (!isLowered) return undefined;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    bytes[at] = code < ASCII ? code : FOREIGN;
  }
  return bytes;
}
