import { ASCII, FOLDED } from "./fold.ts";
import type { NumberSet } from "./number-set.ts";
import type { NumberedText } from "./trie.ts";

const GRAM = 3;
/** Shorter texts leave too little to skip. */
const MIN_LENGTH = 6;
const MAX_WINDOW = 64;
/** With more texts, too many places of a value look promising. */
const MAX_TEXTS = 32;
/** Five bits of each of three characters; a letter's case is not among them. */
const GRAMS = 1 << 15;

/** A text, and where in it the gram stands. */
type Place = { readonly text: string; readonly number: number; readonly offset: number };

/**
 * Finds long texts in a value while looking at a fraction of its characters. Every text has a window of equal length; probes
 * stand so close that one of them falls wholly into any occurrence of a window, and most see at once that nothing is near.
 * Source: q-gram sampling, as in Navarro & Raffinot 2002, "Flexible Pattern Matching in Strings", chapter 3.
 */
export class GramScan {
  readonly #stride: number;
  readonly #bits = new Uint32Array(GRAMS / 32);
  readonly #places = new Map<number, Place[]>();

  static suits(texts: readonly NumberedText[]): boolean {
    return texts.length <= MAX_TEXTS && texts.every(({ text }) => text.length >= MIN_LENGTH);
  }

  /** texts: distinct, lower-cased, ASCII, such that `suits` agrees. */
  constructor(texts: readonly NumberedText[]) {
    const window = Math.min(MAX_WINDOW, ...texts.map(({ text }) => text.length));
    this.#stride = window - GRAM + 1;
    for (const { text, number } of texts) {
      const start = rarestWindow(text, window);
      for (let offset = start; offset < start + this.#stride; offset++) this.#add({ text, number, offset });
    }
  }

  /** As `Automaton.scan`. */
  scan(value: string, isLowered: boolean, found: NumberSet): boolean {
    const bits = this.#bits;
    const stride = this.#stride;
    const last = value.length - GRAM;
    for (let at = stride - 1; at <= last; at += stride) {
      const a = value.charCodeAt(at);
      const b = value.charCodeAt(at + 1);
      const c = value.charCodeAt(at + 2);
      if ((a | b | c) >= ASCII && !isLowered) return false;
      const gram = gramOf(a, b, c);
      if ((((bits[gram >>> 5] ?? 0) >>> (gram & 31)) & 1) === 0) continue;
      for (const place of this.#places.get(gram) ?? []) {
        const same = isAt(value, at - place.offset, place.text);
        if (same === undefined && !isLowered) return false;
        if (same) found.add(place.number);
      }
    }
    return true;
  }

  #add(place: Place): void {
    const code = (at: number) => place.text.charCodeAt(place.offset + at);
    const gram = gramOf(code(0), code(1), code(2));
    this.#bits[gram >>> 5] = (this.#bits[gram >>> 5] ?? 0) | (1 << (gram & 31));
    const places = this.#places.get(gram);
    if (places) places.push(place);
    else this.#places.set(gram, [place]);
  }
}

const gramOf = (a: number, b: number, c: number): number => ((a & 31) << 10) | ((b & 31) << 5) | (c & 31);

/** Whether the text stands there, ignoring case; undefined when a character beyond ASCII decides. */
function isAt(value: string, start: number, text: string): boolean | undefined {
  if (start < 0 || start + text.length > value.length) return false;
  for (let i = 0; i < text.length; i++) {
    const code = value.charCodeAt(start + i);
    if (code >= ASCII) return undefined;
    if (FOLDED[code] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Letters that make up most of paths, commands and English; what has few of them is seldom met by chance. */
const COMMON = new Set("etaoinsrcdlm");

function rarestWindow(text: string, window: number): number {
  const commonness = (start: number) =>
    [...text.slice(start, start + window)].filter((char) => COMMON.has(char)).length;
  let best = 0;
  for (let start = 1; start + window <= text.length; start++) if (commonness(start) < commonness(best)) best = start;
  return best;
}
