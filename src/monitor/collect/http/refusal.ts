import { AppError } from "../../../kernel/errors.ts";
import type { RejectReason } from "../counters.ts";
import type { Receipt } from "../receipt.ts";

/** Throws the AppError that stands for events refused as a whole: `over_limit`, `unavailable`, `forbidden`. Others pass. */
export function throwRefusal(reason: RejectReason | undefined): void {
  if (reason === "over_limit") throw new AppError("over_limit", "No room for more events now.");
  if (reason === "unavailable") throw new AppError("unavailable", "Events cannot be stored now.");
  if (reason === "unknown_source") throw new AppError("forbidden", "This sender may not send events.");
}

/**
 * For protocols that cannot name single events to be sent again: whatever a retry may bring makes the whole request an error,
 * because an event that comes twice is better than one that is lost. Returns how many were refused for good.
 */
export function refusedForGood({ refusals }: Receipt): number {
  for (const { reason } of refusals) throwRefusal(reason);
  return refusals.reduce((sum, { from, to }) => sum + to - from, 0);
}
