const LAST_ROUND = 0x7fffffff;

/** A set of small numbers that is emptied in no time: a number is in it when its mark is of the present round. */
export class NumberSet {
  readonly members: Int32Array;
  size = 0;
  readonly #marks: Int32Array;
  #round = 1;

  /** limit: numbers are 0 up to, not including, limit. */
  constructor(limit: number) {
    this.members = new Int32Array(limit);
    this.#marks = new Int32Array(limit);
  }

  add(number: number): void {
    if (this.#marks[number] === this.#round) return;
    this.#marks[number] = this.#round;
    this.members[this.size++] = number;
  }

  has(number: number): boolean {
    return this.#marks[number] === this.#round;
  }

  clear(): void {
    this.size = 0;
    if (this.#round === LAST_ROUND) {
      this.#marks.fill(0);
      this.#round = 0;
    }
    this.#round++;
  }
}
