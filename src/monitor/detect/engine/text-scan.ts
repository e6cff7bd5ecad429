import { FOLDED } from "./fold.ts";

const GRAM = 4;
/** Shorter texts leave too little to skip. */
const MIN_WINDOW = GRAM + 1;
const MAX_WINDOW = 32;
const MAX_TEXTS = 256;
const BITS = 1 << 16;
const LOWER = 0x2020_2020;
/** Runs of characters that JSON text has just as they are: letter case apart, they are found in it wherever they are in a value. */
const PLAIN_RUN = /[ !#-.0-[\]-~]+/g;
/** May be in a number's text, which JSON can write in other ways: 1e5 for 100000, and 1e400 for what reads as infinity. */
const isInNumbers = (text: string): boolean =>
  /^[-+]?\d*\.?\d*(?:e[-+]?\d*)?$/.test(text) || "-infinity".includes(text);

type Place = { readonly text: Uint8Array; readonly offset: number };

/**
 * Tells that none of some texts is in any value of an event, by a look at a fraction of its JSON text. Each text has a window of
 * equal length; four bytes are looked at so often that one look falls wholly into any occurrence of a window. Only for JSON text
 * without Unicode escapes, in which no letter beyond ASCII is one of ASCII in lower case. Source: q-gram sampling, as in `sieve.ts`.
 */
export class TextScan {
  readonly #stride: number;
  readonly #bits = new Uint32Array(BITS / 32);
  readonly #places = new Map<number, Place[]>();

  /** Undefined when the texts leave too little to skip. texts: lower-cased. */
  static of(texts: readonly string[]): TextScan | undefined {
    if (texts.some(isInNumbers)) return undefined;
    const runs = texts.map(longestRun);
    const window = Math.min(MAX_WINDOW, ...runs.map((run) => run.length));
    return texts.length > MAX_TEXTS || window < MIN_WINDOW ? undefined : new TextScan(runs, window);
  }

  private constructor(runs: readonly string[], window: number) {
    this.#stride = window - GRAM + 1;
    for (const run of runs) {
      const text = Uint8Array.from(run, (char) => char.charCodeAt(0));
      const start = rarestWindow(run, window);
      for (let offset = start; offset < start + this.#stride; offset++) this.#add({ text, offset });
    }
  }

  mayBeIn(bytes: DataView, length: number): boolean {
    const bits = this.#bits;
    const stride = this.#stride;
    for (let at = 0; at + GRAM <= length; at += stride) {
      const gram = gramAt(bytes, at);
      if ((((bits[gram >>> 5] ?? 0) >>> (gram & 31)) & 1) !== 0 && this.#isText(gram, bytes, at)) return true;
    }
    return false;
  }

  #isText(gram: number, bytes: DataView, at: number): boolean {
    return (this.#places.get(gram) ?? []).some(({ text, offset }) => isAt(text, bytes, at - offset));
  }

  #add(place: Place): void {
    const { buffer, byteOffset } = place.text;
    const gram = gramAt(new DataView(buffer), byteOffset + place.offset);
    this.#bits[gram >>> 5] = (this.#bits[gram >>> 5] ?? 0) | (1 << (gram & 31));
    const places = this.#places.get(gram);
    if (places) places.push(place);
    else this.#places.set(gram, [place]);
  }
}

/** Sixteen bits of four bytes; a letter's case is not among them. */
const gramAt = (bytes: DataView, at: number): number => Math.imul(bytes.getInt32(at, true) | LOWER, 0x9e37_79b1) >>> 16;

function isAt(text: Uint8Array, bytes: DataView, start: number): boolean {
  if (start < 0 || start + text.length > bytes.byteLength) return false;
  for (let i = 0; i < text.length; i++) if (FOLDED[bytes.getUint8(start + i)] !== text[i]) return false;
  return true;
}

function longestRun(text: string): string {
  return [...text.matchAll(PLAIN_RUN)].map(([run]) => run).reduce((a, b) => (b.length > a.length ? b : a), "");
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
