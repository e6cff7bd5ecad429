export { type Counters, createCounters, REJECT_REASONS, type RejectReason, type SourceCounts } from "./counters.ts";
export { createIntake, type Intake, type IntakeDeps, type IntakeSnapshot } from "./intake.ts";
export { type CollectLimits, DEFAULT_LIMITS } from "./limits.ts";
export type { AuthenticateToken, Origin, ResolvedSource, ResolveSource, TokenIdentity } from "./origin.ts";
export type { BatchPart, Receipt, Refusal } from "./receipt.ts";
export {
  type CollectedRecord,
  decodeFrames,
  decodeMeta,
  decodeRecord,
  encodeFrames,
  encodeMeta,
  type RecordMeta,
  type Transport,
} from "./record.ts";
