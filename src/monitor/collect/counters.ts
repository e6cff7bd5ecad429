/** Why events were not taken, or not taken whole. Each is counted per source and shown. */
export const REJECT_REASONS = [
  "too_large", // one event above the limit
  "malformed_json",
  "not_an_object", // JSON, but not an event
  "unsupported_action", // update or delete over `_bulk`
  "unknown_source", // the sender may not send
  "over_limit", // no room: the sender was told, or (UDP) the event is lost
  "unavailable", // the log or the state engine is away
  "cut", // kept up to the line limit; the rest of the line is lost
  "unterminated", // kept, but the sender never ended the line
  "no_template", // a set of flows whose template never came: nobody knows how many flows it held
  "malformed_flow", // a part of a datagram that is against its protocol
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

type Rejections = Readonly<Partial<Record<RejectReason, number>>>;

type SourceCounts = {
  readonly sourceId: string;
  readonly acceptedEvents: number;
  readonly acceptedBytes: number;
  readonly unacknowledgedEvents: number;
  readonly lastAcceptedAtMs: number;
  readonly rejected: Rejections;
};

type Mutable = Omit<{ -readonly [K in keyof SourceCounts]: SourceCounts[K] }, "rejected"> & {
  rejected: Partial<Record<RejectReason, number>>;
};

const MAX_SOURCES = 10_000;
/** Sources past the bound share one row, so that a flood of invented host names cannot eat memory. */
const OTHER_SOURCES = "(other)";
/** Rejected before it was known whose events they were. */
export const NO_SOURCE = "(unknown)";

export type Counters = {
  pending(sourceId: string, events: number): void;
  settled(sourceId: string, events: number): void;
  accepted(sourceId: string, events: number, bytes: number, atMs: number): void;
  rejected(sourceId: string, reason: RejectReason, events: number): void;
  authFailed(transport: string): void;
  snapshot(): CountersSnapshot;
};
export type CountersSnapshot = {
  readonly sources: readonly SourceCounts[];
  /** Requests with a wrong or missing token, by transport. */
  readonly authFailures: Readonly<Record<string, number>>;
};

/** Counts since the start of the process; nothing here is a rate. */
export function createCounters(): Counters {
  const sources = new Map<string, Mutable>();
  const authFailures: Record<string, number> = {};
  const of = (sourceId: string): Mutable => {
    const known = sources.get(sourceId);
    if (known !== undefined) return known;
    if (sources.size >= MAX_SOURCES && sourceId !== OTHER_SOURCES) return of(OTHER_SOURCES);
    const fresh = {
      sourceId,
      acceptedEvents: 0,
      acceptedBytes: 0,
      unacknowledgedEvents: 0,
      lastAcceptedAtMs: 0,
      rejected: {},
    };
    sources.set(sourceId, fresh);
    return fresh;
  };
  return {
    pending(sourceId, events) {
      of(sourceId).unacknowledgedEvents += events;
    },
    settled(sourceId, events) {
      of(sourceId).unacknowledgedEvents -= events;
    },
    accepted(sourceId, events, bytes, atMs) {
      const row = of(sourceId);
      row.acceptedEvents += events;
      row.acceptedBytes += bytes;
      row.lastAcceptedAtMs = atMs;
    },
    rejected(sourceId, reason, events) {
      const { rejected } = of(sourceId);
      rejected[reason] = (rejected[reason] ?? 0) + events;
    },
    authFailed(transport) {
      authFailures[transport] = (authFailures[transport] ?? 0) + 1;
    },
    snapshot: () => ({
      sources: [...sources.values()].map((row) => ({ ...row, rejected: { ...row.rejected } })),
      authFailures: { ...authFailures },
    }),
  };
}
