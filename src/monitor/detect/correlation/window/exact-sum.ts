/** Sums of whole numbers up to this are exact as they are. */
const LARGEST_WHOLE = Number.MAX_SAFE_INTEGER;

/**
 * A sum of doubles that can be added to and taken from for ever without drifting. Whole numbers, which logs mostly have, are summed
 * apart; of the rest what is kept are non-overlapping parts whose sum is exact. Source: J. R. Shewchuk, "Adaptive Precision
 * Floating-Point Arithmetic", 1997, GROW-EXPANSION.
 */
export class ExactSum {
  #whole = 0;
  #parts: number[] = [];

  add(value: number): void {
    const whole = this.#whole + value;
    // An exact sum of two whole numbers: neither it nor they are beyond what doubles count one by one.
    if (Math.abs(whole) <= LARGEST_WHOLE && Math.abs(value) <= LARGEST_WHOLE && Math.trunc(value) === value)
      this.#whole = whole;
    else this.#grow(value);
  }

  #grow(value: number): void {
    const parts = this.#parts;
    let carry = value;
    let kept = 0;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at] ?? 0;
      const sum = carry + part;
      const virtual = sum - carry;
      const error = carry - (sum - virtual) + (part - virtual);
      if (error !== 0) parts[kept++] = error;
      carry = sum;
    }
    parts.length = kept;
    if (carry !== 0) parts.push(carry);
  }

  remove(value: number): void {
    this.add(-value);
  }

  /** The double nearest to the exact sum, however its parts came about: half-way cases round to even. */
  value(): number {
    if (this.#parts.length === 0) return this.#whole;
    this.#grow(this.#whole);
    this.#whole = 0;
    const parts = this.#parts;
    let at = parts.length - 1;
    let high = parts[at] ?? 0;
    let low = 0;
    while (at > 0 && low === 0) {
      const part = parts[--at] ?? 0;
      const sum = high + part;
      low = part - (sum - high);
      high = sum;
    }
    const below = parts[at - 1] ?? 0;
    if (at > 0 && low * below > 0) {
      const sum = high + low * 2;
      if (sum - high === low * 2) high = sum;
    }
    return high;
  }
}
