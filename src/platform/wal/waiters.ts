type Waiter = { readonly seq: number; readonly resolve: () => void; readonly reject: (reason: unknown) => void };

/** Those who wait for a record past a seq. */
export class Waiters {
  #lastSeq: number;
  /** A read from `from` found nothing up to `to` (all damaged): waking a reader for these would spin. */
  #barren = { from: 0, to: 0 };
  readonly #waiting = new Set<Waiter>();

  constructor(lastSeq: number) {
    this.#lastSeq = lastSeq;
  }

  wait(seq: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#isReadable(seq)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        seq,
        resolve: () => {
          leave();
          resolve();
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      const abort = () => waiter.reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      this.#waiting.add(waiter);
    });
  }

  advance(lastSeq: number): void {
    this.#lastSeq = lastSeq;
    for (const waiter of [...this.#waiting]) if (this.#isReadable(waiter.seq)) waiter.resolve();
  }

  nothingReadable(from: number, to: number): void {
    this.#barren = { from, to };
  }

  close(reason: Error): void {
    for (const waiter of [...this.#waiting]) waiter.reject(reason);
  }

  #isReadable(seq: number): boolean {
    if (this.#lastSeq <= seq) return false;
    return seq + 1 < this.#barren.from || this.#lastSeq > this.#barren.to;
  }
}
