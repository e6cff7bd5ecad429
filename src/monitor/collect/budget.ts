/** Bytes of memory that senders may occupy together. What does not fit is refused, never queued without bound. */
export type Budget = {
  readonly maxBytes: number;
  usedBytes(): number;
  /** False when there is no room; nothing is taken then. */
  take(bytes: number): boolean;
  give(bytes: number): void;
};

export function createBudget(maxBytes: number): Budget {
  let used = 0;
  return {
    maxBytes,
    usedBytes: () => used,
    take(bytes) {
      if (used + bytes > maxBytes) return false;
      used += bytes;
      return true;
    },
    give(bytes) {
      used -= bytes;
    },
  };
}
