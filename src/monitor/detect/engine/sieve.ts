import { ASCII, FOLDED } from "./fold.ts";
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

/**
 * Finds which of many texts occur in a value. Every text is filed under its rarest gram of three characters; a value's grams are
 * looked up in a bitmap that stays in the processor's nearest cache, and only texts filed under a gram that is there are compared.
 * Unlike in an automaton no step waits for the one before. Source: Wu & Manber 1994, "A Fast Algorithm for Multi-Pattern Searching".
 */
export class Sieve {
  readonly #bits = new Uint32Array(GRAMS / 32);
  /** Texts filed under gram g are `#texts[#first[g]]` up to, not including, `#texts[#first[g + 1]]`. */
  readonly #first = new Int32Array(GRAMS + 1);
  readonly #texts: Int32Array;
  /** By text: where in it its gram stands, where its characters begin and end in the pool, its number. */
  readonly #offsets: Int32Array;
  readonly #starts: Int32Array;
  readonly #pool: Uint8Array;
  readonly #numbers: Int32Array;

  /** texts: distinct, lower-cased, ASCII, not shorter than a gram. */
  constructor(texts: readonly NumberedText[]) {
    this.#pool = Uint8Array.from(Buffer.from(texts.map(({ text }) => text).join(""), "latin1"));
    this.#numbers = Int32Array.from(texts, ({ number }) => number);
    this.#offsets = new Int32Array(texts.length);
    this.#starts = new Int32Array(texts.length + 1);
    const grams = this.#chooseGrams(texts);
    for (const gram of grams) {
      this.#bits[gram >>> 5] = (this.#bits[gram >>> 5] ?? 0) | (1 << (gram & 31));
      this.#first[gram + 1] = (this.#first[gram + 1] ?? 0) + 1;
    }
    for (let gram = 0; gram < GRAMS; gram++) this.#first[gram + 1] = (this.#first[gram + 1] ?? 0) + (this.#first[gram] ?? 0);
    this.#texts = Int32Array.from(texts.keys()).sort((a, b) => (grams[a] ?? 0) - (grams[b] ?? 0));
  }

  /** Adds the number of each text that occurs, ignoring case. bytes: ASCII; what is beyond it fits no text. */
  scan(bytes: Uint8Array, length: number, found: NumberSet): void {
    const bits = this.#bits;
    let gram = 0;
    for (let at = 0; at < length; at++) {
      gram = ((gram << CLASS_BITS) | (CLASSES[bytes[at] ?? 0] ?? 0)) & (GRAMS - 1);
      if (((bits[gram >>> 5] ?? 0) >>> (gram & 31)) & 1 && at >= GRAM - 1) this.#compare(gram, bytes, at, length, found);
    }
  }

  #compare(gram: number, bytes: Uint8Array, last: number, length: number, found: NumberSet): void {
    const end = this.#first[gram + 1] ?? 0;
    for (let i = this.#first[gram] ?? 0; i < end; i++) {
      const text = this.#texts[i] ?? 0;
      const start = last - (this.#offsets[text] ?? 0);
      const from = this.#starts[text] ?? 0;
      const size = (this.#starts[text + 1] ?? 0) - from;
      if (start < 0 || start + size > length) continue;
      let same = 0;
      while (same < size && FOLDED[bytes[start + same] ?? 0] === this.#pool[from + same]) same++;
      if (same === size) found.add(this.#numbers[text] ?? 0);
    }
  }

  /** The rarest gram of each text: rare in ordinary text, and with few other texts under it. */
  #chooseGrams(texts: readonly NumberedText[]): Int32Array {
    const load = new Uint16Array(GRAMS);
    return Int32Array.from(texts, ({ text }, index) => {
      this.#starts[index + 1] = (this.#starts[index] ?? 0) + text.length;
      let [best, bestCost, offset] = [0, Number.POSITIVE_INFINITY, 0];
      for (let at = 0; at + GRAM <= text.length; at++) {
        const gram = gramOf(text, at);
        const cost = commonness(text, at) * (4 + (load[gram] ?? 0));
        if (cost < bestCost) [best, bestCost, offset] = [gram, cost, at + GRAM - 1];
      }
      load[best] = (load[best] ?? 0) + 1;
      this.#offsets[index] = offset;
      return best;
    });
  }
}

function gramOf(text: string, from: number): number {
  let gram = 0;
  for (let at = from; at < from + GRAM; at++) gram = (gram << CLASS_BITS) | (CLASSES[text.charCodeAt(at)] ?? 0);
  return gram;
}

/** How often letters stand in commands and paths, roughly: a gram of rare ones is met by chance least. */
const FREQUENT = "etaoinsrcdlmpwgu.\\ 0123456789";
const frequencyOf = (char: string): number => (FREQUENT.includes(char) ? 3 : char < "\x80" && /[a-z]/.test(char) ? 1 : 2);

const commonness = (text: string, from: number): number =>
  [...text.slice(from, from + GRAM)].reduce((product, char) => product * frequencyOf(char), 1);

/** Room for values of common length; longer ones get their own. */
const scratch = Buffer.allocUnsafe(65_536);
/** Fits no text, as texts are ASCII. */
const FOREIGN = 255;

/**
 * The value's characters as bytes, good until the next call; undefined when there is one beyond ASCII in a value that is not
 * lower-cased yet.
 */
export function bytesOf(value: string, isLowered: boolean): Uint8Array | undefined {
  const bytes = value.length * 3 <= scratch.length ? scratch : Buffer.allocUnsafe(value.length * 3);
  if (bytes.write(value) === value.length) return bytes;
  if (!isLowered) return undefined;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    bytes[at] = code < ASCII ? code : FOREIGN;
  }
  return bytes;
}
