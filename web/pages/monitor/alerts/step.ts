type Standing = {
  /** The row that the keyboard stands on; -1 = it is not in the list. */
  readonly at: number;
  /** Where it stood last; -1 = nowhere yet. */
  readonly lastAt: number;
  readonly by: 1 | -1;
  readonly count: number;
};

/** The row to go to. When the row stood on has left, the next one has moved up into its place. */
export function stepFrom({ at, lastAt, by, count }: Standing): number {
  const wanted = at >= 0 || lastAt < 0 ? at + by : lastAt + (by === 1 ? 0 : -1);
  return Math.min(count - 1, Math.max(0, wanted));
}
