/** The steps of a call: how long each waits for an answer. */
type Steps = readonly { readonly afterMinutes: number }[];

export type Advance = {
  /** Index of the step to fire now; undefined = the rounds are used up. */
  readonly step: number | undefined;
  /** When the next is due, epoch milliseconds; undefined = it is over. */
  readonly nextMs: number | undefined;
};

/**
 * What is due after `fired` steps over all rounds. The step's wait counts from now: after a stop of the server people get the
 * time to answer that they were promised, instead of all overdue steps at once.
 */
export function advance(steps: Steps, repeats: number, fired: number, nowMs: number): Advance {
  const total = steps.length * (repeats + 1);
  const step = fired % steps.length;
  const current = steps[step];
  if (fired >= total || current === undefined) return { step: undefined, nextMs: undefined };
  return { step, nextMs: nowMs + current.afterMinutes * 60_000 };
}
