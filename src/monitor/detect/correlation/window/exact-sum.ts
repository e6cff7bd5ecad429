/**
 * A sum of doubles that can be added to and taken from for ever without drifting: what is kept are non-overlapping parts whose sum
 * is exact. Source: J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997, GROW-EXPANSION.
 */
export class ExactSum {
  #parts: number[] = [];

  add(value: number): void {
    let carry = value;
    let kept = 0;
    for (const part of this.#parts) {
      const sum = carry + part;
      const virtual = sum - carry;
      const error = carry - (sum - virtual) + (part - virtual);
      if (error !== 0) this.#parts[kept++] = error;
      carry = sum;
    }
    this.#parts.length = kept;
    if (carry !== 0) this.#parts.push(carry);
  }

  remove(value: number): void {
    this.add(-value);
  }

  /** The double nearest to the exact sum, however its parts came about: half-way cases round to even. */
  value(): number {
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
