const EMPTY = -1;
const SMALLEST = 1 << 6;
/** A slot is group, value, count, side by side: one look into memory instead of three. */
const STRIDE = 3;

/**
 * How often each (group, value) pair occurs: one open-addressing table for all groups of a correlation, 12 bytes a slot, so that a
 * million small groups do not cost a million maps.
 */
export class PairCounts {
  #slots = emptySlots(SMALLEST);
  #mask = SMALLEST - 1;
  #used = 0;

  get(group: number, value: number): number {
    const at = this.#find(group, value);
    return this.#slots[at] === EMPTY ? 0 : (this.#slots[at + 2] ?? 0);
  }

  /** Returns the new count. */
  add(group: number, value: number): number {
    const at = this.#find(group, value);
    if (this.#slots[at] !== EMPTY) {
      const count = (this.#slots[at + 2] ?? 0) + 1;
      this.#slots[at + 2] = count;
      return count;
    }
    this.#put(at, group, value, 1);
    if (++this.#used * 4 > (this.#mask + 1) * 3) this.#resize((this.#mask + 1) * 2);
    return 1;
  }

  /** Returns the new count; a pair that falls to 0 takes no room. */
  remove(group: number, value: number): number {
    const at = this.#find(group, value);
    if (this.#slots[at] === EMPTY) return 0;
    const count = (this.#slots[at + 2] ?? 0) - 1;
    this.#slots[at + 2] = count;
    if (count > 0) return count;
    this.#vacate(at / STRIDE);
    this.#used--;
    if (this.#mask >= SMALLEST && this.#used * 8 <= this.#mask) this.#resize((this.#mask + 1) / 2);
    return 0;
  }

  #put(at: number, group: number, value: number, count: number): void {
    this.#slots[at] = group;
    this.#slots[at + 1] = value;
    this.#slots[at + 2] = count;
  }

  #find(group: number, value: number): number {
    const slots = this.#slots;
    let at = (hash(group, value) & this.#mask) * STRIDE;
    while (slots[at] !== EMPTY && (slots[at] !== group || slots[at + 1] !== value)) {
      at += STRIDE;
      if (at === slots.length) at = 0;
    }
    return at;
  }

  /** Closes the gap by moving back what was pushed past it, so that no tombstones gather. */
  #vacate(slot: number): void {
    const slots = this.#slots;
    let gap = slot;
    for (let next = (gap + 1) & this.#mask; slots[next * STRIDE] !== EMPTY; next = (next + 1) & this.#mask) {
      const from = next * STRIDE;
      const home = hash(slots[from] ?? EMPTY, slots[from + 1] ?? 0) & this.#mask;
      if (((next - home) & this.#mask) < ((next - gap) & this.#mask)) continue;
      slots.copyWithin(gap * STRIDE, from, from + STRIDE);
      gap = next;
    }
    slots[gap * STRIDE] = EMPTY;
  }

  #resize(size: number): void {
    const before = this.#slots;
    this.#slots = emptySlots(size);
    this.#mask = size - 1;
    for (let at = 0; at < before.length; at += STRIDE) {
      const [group, value] = [before[at] ?? EMPTY, before[at + 1] ?? 0];
      if (group !== EMPTY) this.#put(this.#find(group, value), group, value, before[at + 2] ?? 0);
    }
  }
}

const emptySlots = (size: number): Int32Array<ArrayBuffer> => new Int32Array(size * STRIDE).fill(EMPTY);

function hash(group: number, value: number): number {
  let h = Math.imul(group, 0x9e3779b1) ^ Math.imul(value + 0x7f4a7c15, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
