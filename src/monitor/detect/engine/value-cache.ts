/** Values in each of the two halves; a half that is full becomes the old one. Two halves bound what a stream of new values holds. */
const HALF = 512;
/** Longer values seldom repeat and would hold memory. */
const MAX_LENGTH = 2048;
/** After so many lookups the cache judges itself: with fewer hits than one in eight it rests for eight times as long. */
const TRIAL = 2048;
const REST = TRIAL * 8;

/** Remembers answers by value: paths, user names and command lines repeat a great deal in logs. */
export class ValueCache<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #asked = 0;
  #hits = 0;

  get(value: string): T | undefined {
    if (++this.#asked < 0 || value.length > MAX_LENGTH) return undefined;
    if (this.#asked > TRIAL) this.#judge();
    const found = this.#young.get(value) ?? this.#refresh(value);
    if (found !== undefined) this.#hits++;
    return found;
  }

  set(value: string, answer: T): void {
    if (this.#asked < 0 || value.length > MAX_LENGTH) return;
    if (this.#young.size >= HALF) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(value, answer);
  }

  #refresh(value: string): T | undefined {
    const found = this.#old.get(value);
    if (found !== undefined) this.set(value, found);
    return found;
  }

  #judge(): void {
    const isUseful = this.#hits * 8 > this.#asked;
    this.#asked = isUseful ? 0 : -REST;
    this.#hits = 0;
    if (isUseful) return;
    this.#young = new Map();
    this.#old = new Map();
  }
}
