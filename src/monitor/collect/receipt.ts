import { AppError } from "../../kernel/errors.ts";
import type { RejectReason } from "./counters.ts";
import type { Head } from "./lines/line-head.ts";
import type { Origin, ResolvedSource } from "./origin.ts";

/** Frames [from, to) of a call that were not taken, and why. */
export type Refusal = { readonly from: number; readonly to: number; readonly reason: RejectReason };

/** What became of a call's frames: those in no refusal are durable (fsync done). `accepted` is their number. */
export type Receipt = { readonly accepted: number; readonly refusals: readonly Refusal[] };

/** Which part of a resumable upload the frames are: the first is its event number `from`, the others follow without gaps. */
export type BatchPart = { readonly key: string; readonly from: number };

/** How far a partition of Kafka is read once the frames are in the log; they must be one record. */
export type ReadPlace = { readonly key: string; readonly next: number };

/** Frames of one source on their way to the log. */
export type Run = {
  readonly source: ResolvedSource;
  readonly origin: Origin;
  readonly frames: readonly Uint8Array[];
  readonly batch?: BatchPart;
  readonly head?: Head;
  readonly place?: ReadPlace;
};

export const refuseAll = (count: number, reason: RejectReason): Receipt => ({
  accepted: 0,
  refusals: count === 0 ? [] : [{ from: 0, to: count, reason }],
});

/** Expected failures become reasons; bugs are thrown on. */
export function reasonOf(error: unknown): RejectReason {
  if (!(error instanceof AppError)) throw error;
  if (error.code === "over_limit") return "over_limit";
  if (error.code === "forbidden" || error.code === "not_found" || error.code === "unauthenticated") {
    return "unknown_source";
  }
  if (error.code === "too_large") return "too_large";
  return "unavailable";
}

/** Reasons that pass: the same events can be stored later. */
export const isTemporary = (reason: RejectReason): boolean => reason === "over_limit" || reason === "unavailable";
