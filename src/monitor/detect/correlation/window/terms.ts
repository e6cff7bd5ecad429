/** One event on its way into one correlation. Instants are UTC milliseconds. */
export type Arrival = {
  readonly scope: number;
  readonly key: string;
  readonly member: number;
  /** The event's own time. */
  readonly timeMs: number;
  /** How far the clock of receiving has come. */
  readonly clockMs: number;
  readonly id: bigint;
  /** Of value_count: the value, folded. */
  readonly text: string;
  /** Of sums and ranks: the number. */
  readonly amount: number;
};

/** One of the events that a firing rests on. `member`: its rule's place in the correlation's list. */
export type Contribution = { readonly id: bigint; readonly timeMs: number; readonly member: number };

/** What a window held when it met the condition. */
export type WindowFinding = {
  /** Event time of the window's last event, and of its first. */
  readonly timeMs: number;
  readonly firstMs: number;
  /** Events in the window, and the figure that the condition was asked about. */
  readonly count: number;
  readonly figure: number;
  /** The newest of them, oldest first: at most 50. */
  readonly events: readonly Contribution[];
};

export type Limits = {
  /** How far behind its group's newest event an event may be and still be put in its place. */
  readonly latenessMs: number;
  readonly maxGroups: number;
  readonly maxEntries: number;
  /** Events that a late one may make the window pass over, coming back. */
  readonly maxSteps: number;
};

export type WindowCounters = {
  /** Events further behind than allowed, in time or in events: not correlated. */
  tooLate: number;
  /** Put in their place although a newer one had come before. */
  outOfOrder: number;
  /** Groups given up while they were still of use, because there were too many. */
  groupsDropped: number;
  /** Events given up while they were still of use, because there were too many. */
  eventsDropped: number;
};
