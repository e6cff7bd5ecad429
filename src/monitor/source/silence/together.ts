/** The id under which the watch keeps the silence of all sources together; no source can have it. */
export const COLLECTION = "(collection)";

/** A source that is not silent yet. `afterMs`: silent for longer and it is told. */
export type Waiting = { readonly lastMs: number; readonly waitedMs: number; readonly afterMs: number };

const MIN_SOURCES = 5;

/** Silent for longer than it should be. */
export const isOver = ({ waitedMs, afterMs }: Waiting): boolean => waitedMs > afterMs;

/**
 * Whether it is our own hearing that failed, and not each of the sources that fall silent in this look: more than half of those that
 * should have been heard since, at least five, are past half of their time, which is past their usual pause. A source that pauses for
 * longer than all this has lasted says nothing either way.
 */
export function isCut(waiting: readonly Waiting[]): boolean {
  const sinceMs = waiting.filter(isOver).reduce((min, { lastMs }) => Math.min(min, lastMs), Number.POSITIVE_INFINITY);
  const isLate = ({ waitedMs, afterMs }: Waiting): boolean => 2 * waitedMs > afterMs;
  const late = waiting.filter(isLate).length;
  const heard = waiting.filter((one) => !isLate(one) && one.lastMs >= sinceMs).length;
  return late >= MIN_SOURCES && late > heard;
}
