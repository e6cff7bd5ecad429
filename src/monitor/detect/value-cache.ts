/** Longer values seldom repeat and would hold memory. */
export const MAX_CACHED_LENGTH = 512;
/** After so many questions the cache judges itself: with fewer than one hit in four it rests for eight times as long. */
const TRIAL = 2048;
const REST = 8 * TRIAL;

/** Remembers answers by value: paths, registry keys and command lines repeat a great deal. */
export class ValueCache<T> {
  readonly #half: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  /** Questions since the last judgment; below zero while the cache rests. */
  #asked = 0;
  #hits = 0;

  /** half: a full half becomes the old one, so that a stream of new values never holds more than twice as many. */
  constructor(half: number) {
    this.#half = half;
  }

  get(value: string): T | undefined {
    this.#asked++;
    if (this.#asked <= 0) return undefined;
    if (this.#asked > TRIAL) this.#judge();
    const known = this.#young.get(value) ?? this.#renew(value);
    if (known !== undefined) this.#hits++;
    return known;
  }

  set(value: string, answer: T): void {
    if (this.#asked <= 0) return;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(value, answer);
  }

  #renew(value: string): T | undefined {
    const known = this.#old.get(value);
    if (known !== undefined) this.set(value, known);
    return known;
  }

  #judge(): void {
    const isUseful = this.#hits * 4 > this.#asked;
    this.#asked = isUseful ? 1 : -REST;
    this.#hits = 0;
    if (isUseful) return;
    this.#young = new Map();
    this.#old = new Map();
  }
}
