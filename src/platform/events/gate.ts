import { AppError } from "../../kernel/errors.ts";

export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `maxRunning` through at a time. Errors: `over_limit` when `maxWaiting` are in line already. */
export function createGate(maxRunning: number, maxWaiting: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting)
        throw new AppError("over_limit", "Too many searches are running. Try again in a moment.");
      await new Promise<void>((turn) => waiting.push(turn));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not freed: whoever waits first runs next.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
