const MAX_KEPT = 200;

/**
 * Answers that stand for a while: many browsers ask the same of the engines, and all at once when something changed. Those
 * who ask while one is worked out share it; one that fails is not kept.
 */
export function createKept<T>(keepMs: number, nowMs: () => number) {
  const kept = new Map<string, { readonly untilMs: number; readonly answer: Promise<T> }>();
  return (key: string, work: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known && known.untilMs > nowMs()) return known.answer;
    const mine = { untilMs: nowMs() + keepMs, answer: work() };
    kept.delete(key);
    kept.set(key, mine);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    mine.answer.catch(() => {
      if (kept.get(key) === mine) kept.delete(key);
    });
    return mine.answer;
  };
}
