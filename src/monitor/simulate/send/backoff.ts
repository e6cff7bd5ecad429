import { setTimeout as sleep } from "node:timers/promises";

/** Waits longer after each failure: 0.2 s, doubling, at most 10 s; never less than the other side asked for. */
export class Backoff {
  #failures = 0;
  readonly #firstMs: number;

  constructor(firstMs = 200) {
    this.#firstMs = firstMs;
  }

  get failures(): number {
    return this.#failures;
  }

  succeed(): void {
    this.#failures = 0;
  }

  async wait(askedMs: number, signal: AbortSignal | undefined): Promise<void> {
    const ownMs = Math.min(10_000, this.#firstMs * 2 ** this.#failures);
    this.#failures += 1;
    await sleep(Math.min(60_000, Math.max(ownMs, askedMs)), undefined, signal === undefined ? {} : { signal });
  }
}

/** Retry-After in milliseconds (RFC 9110 §10.2.3, seconds form); 0 when absent or unreadable. */
export function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) * 1000 : 0;
}
