import type { Changed } from "./use-live.ts";

/** One look at a time: what changes during one is looked at together, after it. A look that fails says nothing: the next one looks again. */
export function createLooker(look: (changed: Changed) => Promise<void>): (changed: Changed) => void {
  let isLooking = false;
  let pending: { readonly changed: Changed } | undefined;
  const run = async (): Promise<void> => {
    isLooking = true;
    while (pending) {
      const { changed } = pending;
      pending = undefined;
      await look(changed).catch(() => undefined);
    }
    isLooking = false;
  };
  return (changed) => {
    const before = pending ? pending.changed : new Set<string>();
    pending = { changed: before && changed && new Set([...before, ...changed]) };
    if (!isLooking) void run();
  };
}
