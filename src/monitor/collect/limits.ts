const KIB = 1024;
const MIB = 1024 * KIB;

/** One record of the log holds at most this many events, because an event's number is recordSeq · 2^20 + its index. */
export const MAX_FRAMES_PER_RECORD = 2 ** 20;

/** Every bound of the collector in one place. Sizes in bytes, times in milliseconds. */
export const DEFAULT_LIMITS = {
  /** A record's payload, unless one event alone is larger. */
  recordBytes: MIB,
  /** One event. Larger ones are refused and counted. */
  frameBytes: 64 * MIB,
  framesPerRecord: MAX_FRAMES_PER_RECORD,
  /** Bytes held for senders that wait for their acknowledgement, bodies being read included. */
  inFlightBytes: 256 * MIB,
  /** How long, and how much, small syslog messages gather before one append. */
  gatherMs: 5,
  gatherBytes: 256 * KIB,
  /** A `_bulk` body after inflation, as Elasticsearch's own `http.max_content_length`. */
  bulkBodyBytes: 100 * MIB,
  /** A streamed body after inflation: far above any real file, it only stops an endless one. */
  streamBodyBytes: 64 * 1024 * MIB,
  /** Inflated bytes per compressed byte, judged once `inflateGraceBytes` are out. Logs reach 10–100; a bomb 1,000. */
  inflateRatio: 400,
  inflateGraceBytes: 8 * MIB,
  /** A body that sends nothing for this long is given up. */
  bodyStallMs: 60_000,
} as const;

export type CollectLimits = { readonly [K in keyof typeof DEFAULT_LIMITS]: number };
