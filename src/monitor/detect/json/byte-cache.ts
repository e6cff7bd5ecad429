/** Longer texts seldom come again. */
const MAX_LENGTH = 8192;

/**
 * Remembers what was found out about texts, by their bytes as they stand in an event: no text is decoded to be looked up. An
 * owner is whatever the answer depends on besides. Emptied when full, so that it never holds more than its pool.
 */
export class ByteCache<T> {
  readonly #pool: Uint8Array;
  readonly #view: DataView;
  #used = 0;
  #count = 0;
  readonly #hashes: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #owners: (object | undefined)[];
  readonly #answers: (T | undefined)[];
  /** Where the last text asked for belongs. */
  #entry = -1;
  #hash = 0;

  /** entries: a power of two, of which half are used at most. poolBytes: for the texts themselves. */
  constructor(entries: number, poolBytes: number) {
    this.#pool = new Uint8Array(poolBytes);
    this.#view = new DataView(this.#pool.buffer);
    this.#hashes = new Int32Array(entries);
    this.#starts = new Int32Array(entries);
    this.#lengths = new Int32Array(entries);
    this.#owners = new Array<object | undefined>(entries).fill(undefined);
    this.#answers = new Array<T | undefined>(entries).fill(undefined);
  }

  /** The answer for the text in `from`..`to`, if it is known. */
  get(owner: object, bytes: DataView, from: number, to: number): T | undefined {
    const length = to - from;
    this.#entry = -1;
    if (length > MAX_LENGTH) return undefined;
    this.#hash = hashOf(bytes, from, to);
    const mask = this.#hashes.length - 1;
    for (let entry = this.#hash & mask; ; entry = (entry + 1) & mask) {
      const known = this.#owners[entry];
      if (known === undefined) {
        this.#entry = entry;
        return undefined;
      }
      if (known === owner && this.#hashes[entry] === this.#hash && this.#isSame(entry, bytes, from, length))
        return this.#answers[entry];
    }
  }

  /** Keeps the answer for the text that was asked for last. */
  set(owner: object, bytes: Uint8Array, from: number, to: number, answer: T): void {
    const [entry, length] = [this.#entry, to - from];
    if (entry < 0 || length > this.#pool.length) return;
    if (this.#used + length > this.#pool.length || this.#count > this.#hashes.length / 2) this.#empty();
    this.#pool.set(bytes.subarray(from, to), this.#used);
    this.#hashes[entry] = this.#hash;
    this.#starts[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#owners[entry] = owner;
    this.#answers[entry] = answer;
    this.#used += length;
    this.#count++;
  }

  #isSame(entry: number, bytes: DataView, from: number, length: number): boolean {
    if (this.#lengths[entry] !== length) return false;
    const start = this.#starts[entry] ?? 0;
    let i = 0;
    for (; i + 4 <= length; i += 4)
      if (bytes.getInt32(from + i, true) !== this.#view.getInt32(start + i, true)) return false;
    for (; i < length; i++) if (bytes.getUint8(from + i) !== this.#view.getUint8(start + i)) return false;
    return true;
  }

  #empty(): void {
    this.#owners.fill(undefined);
    this.#answers.fill(undefined);
    this.#used = 0;
    this.#count = 0;
  }
}

/** Four bytes at a time; the last ones may be taken twice. */
function hashOf(bytes: DataView, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) hash = Math.imul(hash ^ bytes.getInt32(at, true), 0x9e3779b1) ^ (hash >>> 15);
  for (; at < to; at++) hash = Math.imul(hash ^ bytes.getUint8(at), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
