/** Distinct names known; an event with more is read the slow way, so that a hostile sender cannot grow the table. */
export const MAX_NAMES = 16_384;
const MAX_LENGTH = 255;
const BUCKETS = 4 * MAX_NAMES;
const NOTHING = 0xffff;

/** No name: before an object's first, and for one that is left to JSON.parse. */
export const NO_NAME = -1;

/**
 * Numbers the names of JSON members by their bytes. Most events name the same fields in the same order, so the name that
 * followed last time is compared first, and only a wrong guess is looked up.
 */
export class NameTable {
  /** The names as text, by number. */
  readonly names: string[] = [];
  readonly #bytes: DataView[] = [];
  readonly #buckets = new Uint16Array(BUCKETS).fill(NOTHING);
  /** The name seen last after each name; the first entry is for an object's first name. */
  readonly #next = new Uint16Array(MAX_NAMES + 1);
  /** The event in which a name was seen last: it may be there once. */
  readonly #seen = new Int32Array(MAX_NAMES);
  #round = 0;

  /** To be called before an event's names are looked for. */
  begin(): number {
    this.#round = (this.#round + 1) | 0;
    return this.#round;
  }

  /** The number of a name, which it gets now if need be; NO_NAME when the table is full. */
  numberOf(name: string): number {
    const bytes = new TextEncoder().encode(name);
    return this.#lookUp(new DataView(bytes.buffer), 0, bytes.length);
  }

  /** The number of the name in `from`..`to`, given the one before it. NO_NAME for a name that is unusual or there already. */
  find(bytes: DataView, from: number, to: number, before: number, round: number): number {
    let name = this.#next[before + 1] ?? 0;
    if (!this.#isAt(name, bytes, from, to)) {
      name = this.#lookUp(bytes, from, to);
      if (name === NO_NAME) return NO_NAME;
      this.#next[before + 1] = name;
    }
    if (this.#seen[name] === round) return NO_NAME;
    this.#seen[name] = round;
    return name;
  }

  #isAt(number: number, bytes: DataView, from: number, to: number): boolean {
    const name = this.#bytes[number];
    const length = to - from;
    if (name === undefined || name.byteLength !== length) return false;
    let at = 0;
    for (; at + 4 <= length; at += 4) if (name.getInt32(at, true) !== bytes.getInt32(from + at, true)) return false;
    for (; at < length; at++) if (name.getUint8(at) !== bytes.getUint8(from + at)) return false;
    return true;
  }

  #lookUp(bytes: DataView, from: number, to: number): number {
    if (to - from > MAX_LENGTH) return NO_NAME;
    let hash = 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes.getUint8(at), 0x01000193);
    for (let bucket = hash ^ (hash >>> 15); ; bucket++) {
      const known = this.#buckets[bucket & (BUCKETS - 1)] ?? NOTHING;
      if (known === NOTHING) return this.#add(copyOf(bytes, from, to), bucket & (BUCKETS - 1));
      if (this.#isAt(known, bytes, from, to)) return known;
    }
  }

  /** Names with escapes or beyond ASCII can be written in several ways, and each must be known as one. */
  #add(name: Uint8Array<ArrayBuffer>, bucket: number): number {
    if (this.names.length === MAX_NAMES || name.some((code) => code === 92 || code >= 128)) return NO_NAME;
    this.#buckets[bucket] = this.names.length;
    this.#bytes.push(new DataView(name.buffer));
    return this.names.push(String.fromCharCode(...name)) - 1;
  }
}

const copyOf = (bytes: DataView, from: number, to: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: to - from }, (_, at) => bytes.getUint8(from + at));
