import type { Durations } from "./contract.ts";

/** The moments of one incident, milliseconds since 1970; undefined = not declared. */
export type Moments = {
  readonly beganMs: number;
  readonly detectedMs: number | undefined;
  /** When somebody took it up: the first act of a person (an incident that formed by itself has none yet), the analysis begun. */
  readonly takenUpMs: readonly number[];
  /** As they stand: after a return only what was declared anew. */
  readonly containedMs: number | undefined;
  readonly restoredMs: number | undefined;
};

/**
 * MTTD, MTTA, MTTC and MTTR of one incident. Detection counts from the first event, the rest from detection. What lies
 * before its beginning is not a duration: null, never 0. The report over many incidents (`response-times.sql`) says the same.
 */
export function durationsOf({ beganMs, detectedMs, takenUpMs, containedMs, restoredMs }: Moments): Durations {
  const since = (from: number | undefined, to: number | undefined): number | null =>
    from === undefined || to === undefined || to < from ? null : to - from;
  const takenUp = detectedMs === undefined ? [] : takenUpMs.filter((ms) => ms >= detectedMs);
  return {
    detect: since(beganMs, detectedMs),
    acknowledge: since(detectedMs, takenUp.length === 0 ? undefined : Math.min(...takenUp)),
    contain: since(detectedMs, containedMs),
    restore: since(detectedMs, restoredMs),
  };
}
