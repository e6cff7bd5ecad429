import { AsyncLocalStorage } from "node:async_hooks";

/**
 * PGlite has one connection: a query outside the transaction, awaited inside it, waits for itself for ever.
 * PostgreSQL would answer it from another connection and hide the mistake, so both refuse it here.
 */
export function createTransactionGuard(): {
  enter<T>(work: () => Promise<T>): Promise<T>;
  refuseInside(): void;
} {
  const inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  return {
    async enter(work) {
      const mark = { isOpen: true };
      try {
        // Drizzle queries run when awaited: the await must happen inside the mark.
        return await inside.run(mark, async () => await work());
      } finally {
        mark.isOpen = false;
      }
    },
    refuseInside() {
      if (inside.getStore()?.isOpen) {
        throw new Error("a query ran outside the open transaction: use the tx that the transaction hands in");
      }
    },
  };
}
