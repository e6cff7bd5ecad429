/** No entry; no group. */
export const NONE = -1;

/** What an entry was found to be. */
export const HELD = 1;
export const FIRED = 2;
export const REPORTED = 4;
export const PASSED_ON = 8;

const FIRST_CAPACITY = 64;
/** An entry is 32 bytes: half of one line of the processor's cache. */
const BYTES = 32;
/** Places within an entry: time and id among its four words of eight bytes, the others among its eight words of four. */
const [ID] = [1];
const [NEXT, PREV, MARKS, VALUE] = [4, 5, 6, 7];
const FLAG_BITS = 8;
const FLAGS = (1 << FLAG_BITS) - 1;

/**
 * The events in all windows of a correlation, as doubly linked lists. A window's events lie scattered, so all that is known of one
 * stands together: arrays of their own for times, links and marks cost a miss of the cache each. `value` is a number of the text
 * table, `amount` a number that is summed or ranked.
 */
export class Entries {
  readonly hasValues: boolean;
  readonly hasAmounts: boolean;
  #doubles: Float64Array;
  #ids: BigUint64Array;
  #words: Int32Array;
  #amounts: Float64Array;
  #capacity = FIRST_CAPACITY;
  #used = 0;
  #free = NONE;
  size = 0;

  constructor(holds: { readonly value: boolean; readonly amount: boolean }) {
    this.hasValues = holds.value;
    this.hasAmounts = holds.amount;
    const memory = new ArrayBuffer(FIRST_CAPACITY * BYTES);
    this.#doubles = new Float64Array(memory);
    this.#ids = new BigUint64Array(memory);
    this.#words = new Int32Array(memory);
    this.#amounts = new Float64Array(holds.amount ? FIRST_CAPACITY : 0);
  }

  /** A new entry, linked to none and without marks. */
  take(timeMs: number, id: bigint, member: number): number {
    this.size++;
    let entry = this.#free;
    if (entry !== NONE) this.#free = this.next(entry);
    else {
      if (this.#used === this.#capacity) this.#grow();
      entry = this.#used++;
    }
    this.#doubles[entry << 2] = timeMs;
    this.#ids[(entry << 2) + ID] = id;
    this.#words[(entry << 3) + MARKS] = member << FLAG_BITS;
    return entry;
  }

  give(entry: number): void {
    this.size--;
    this.setNext(entry, this.#free);
    this.#free = entry;
  }

  /** -Infinity of no entry. */
  time(entry: number): number {
    return entry === NONE ? Number.NEGATIVE_INFINITY : (this.#doubles[entry << 2] ?? 0);
  }

  id(entry: number): bigint {
    return this.#ids[(entry << 2) + ID] ?? 0n;
  }

  next(entry: number): number {
    return this.#words[(entry << 3) + NEXT] ?? NONE;
  }

  setNext(entry: number, next: number): void {
    this.#words[(entry << 3) + NEXT] = next;
  }

  prev(entry: number): number {
    return this.#words[(entry << 3) + PREV] ?? NONE;
  }

  setPrev(entry: number, prev: number): void {
    this.#words[(entry << 3) + PREV] = prev;
  }

  member(entry: number): number {
    return (this.#words[(entry << 3) + MARKS] ?? 0) >>> FLAG_BITS;
  }

  /** 0 of no entry. */
  flags(entry: number): number {
    return entry === NONE ? 0 : (this.#words[(entry << 3) + MARKS] ?? 0) & FLAGS;
  }

  setFlags(entry: number, flags: number): void {
    const at = (entry << 3) + MARKS;
    this.#words[at] = ((this.#words[at] ?? 0) & ~FLAGS) | flags;
  }

  value(entry: number): number {
    return this.#words[(entry << 3) + VALUE] ?? 0;
  }

  setValue(entry: number, value: number): void {
    this.#words[(entry << 3) + VALUE] = value;
  }

  amount(entry: number): number {
    return this.#amounts[entry] ?? 0;
  }

  setAmount(entry: number, amount: number): void {
    this.#amounts[entry] = amount;
  }

  #grow(): void {
    this.#capacity = Math.ceil(this.#capacity * 1.5);
    const memory = new ArrayBuffer(this.#capacity * BYTES);
    this.#words = larger(this.#words, new Int32Array(memory));
    this.#doubles = new Float64Array(memory);
    this.#ids = new BigUint64Array(memory);
    if (this.hasAmounts) this.#amounts = larger(this.#amounts, new Float64Array(this.#capacity));
  }
}

/** Copies an array into a longer one of its kind. */
export function larger<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
