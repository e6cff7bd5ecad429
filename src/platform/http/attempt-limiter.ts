import { AppError } from "../../kernel/errors.ts";

export type AttemptLimiter = {
  /** Errors: `over_limit` (with `retryAfterSeconds`) when the key has used up its attempts. Counts nothing. */
  check(key: string): void;
  isUsedUp(key: string): boolean;
  count(key: string): void;
  forget(key: string): void;
};

export type LimiterOptions = {
  readonly maxAttempts: number;
  readonly windowMs: number;
  /** The oldest key goes when there are more: memory stays bounded whoever calls. */
  readonly maxKeys?: number;
  readonly nowMs?: () => number;
};

/** Counts failures per key in a fixed window that starts with the first failure. */
export function createAttemptLimiter(options: LimiterOptions): AttemptLimiter {
  const { maxAttempts, windowMs, maxKeys = 10_000, nowMs = Date.now } = options;
  const windows = new Map<string, { count: number; endsAtMs: number }>();

  function open(key: string) {
    const found = windows.get(key);
    if (found && found.endsAtMs > nowMs()) return found;
    windows.delete(key);
    return undefined;
  }

  const usedUp = (key: string) => {
    const window = open(key);
    return window && window.count >= maxAttempts ? window : undefined;
  };

  return {
    isUsedUp: (key) => usedUp(key) !== undefined,
    check(key) {
      const window = usedUp(key);
      if (!window) return;
      const retryAfterSeconds = Math.ceil((window.endsAtMs - nowMs()) / 1000);
      const unit = retryAfterSeconds === 1 ? "second" : "seconds";
      throw new AppError("over_limit", `Too many attempts. Try again in ${retryAfterSeconds} ${unit}.`, {
        retryAfterSeconds,
      });
    },
    count(key) {
      const window = open(key);
      if (window) {
        window.count += 1;
        return;
      }
      windows.set(key, { count: 1, endsAtMs: nowMs() + windowMs });
      if (windows.size > maxKeys) {
        const oldest = windows.keys().next();
        if (!oldest.done) windows.delete(oldest.value);
      }
    },
    forget(key) {
      windows.delete(key);
    },
  };
}
