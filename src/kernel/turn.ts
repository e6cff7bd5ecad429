/** Does work when all that asked before it is done; while it waits, an aborted signal ends the wait. */
export type Turn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** One at a time, in the order asked. Errors: those of the work; the signal's reason. Not for work that asks for the same turn again. */
export function createTurn(): Turn {
  let last: Promise<void> = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const mine = Promise.withResolvers<void>();
    last = before.then(() => mine.promise);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      mine.resolve();
    }
  };
}

async function unlessAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (signal === undefined) return await wait;
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([wait, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
