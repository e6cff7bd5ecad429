const SMALL_BYTES = 4 * 1024;
const FIRST_BYTES = 8 * 1024;
const MOST_BYTES = 1024 * 1024;

/**
 * Pieces of one event until it is whole. Large ones are kept as they are; small ones are copied together: a sender that cuts its
 * body into single bytes must not cost an object for each.
 */
export class Held {
  #parts: Buffer[] = [];
  #tail: Buffer | undefined;
  #used = 0;
  size = 0;

  add(bytes: Buffer): void {
    this.size += bytes.length;
    if (bytes.length >= SMALL_BYTES) {
      this.#close();
      this.#parts.push(bytes);
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      this.#tail ??= Buffer.allocUnsafe(Math.min(MOST_BYTES, Math.max(FIRST_BYTES, this.size)));
      const copied = bytes.copy(this.#tail, this.#used, from);
      from += copied;
      this.#used += copied;
      if (this.#used === this.#tail.length) this.#close();
    }
  }

  /** Everything, which is forgotten. */
  take(): Buffer {
    this.#close();
    const whole = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    this.clear();
    return whole;
  }

  clear(): void {
    this.#parts = [];
    this.#tail = undefined;
    this.#used = 0;
    this.size = 0;
  }

  #close(): void {
    if (this.#tail !== undefined && this.#used > 0) this.#parts.push(this.#tail.subarray(0, this.#used));
    this.#tail = undefined;
    this.#used = 0;
  }
}
