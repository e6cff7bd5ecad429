export type SyslogTcpLimits = {
  readonly maxConnections: number;
  readonly maxMessageBytes: number;
  /** Per connection: more than this not yet durable, and its socket is no longer read. */
  readonly windowBytes: number;
  /** All connections together: unfinished messages. */
  readonly maxHeldBytes: number;
  /** A message that has not ended after this long is taken as it is. */
  readonly unfinishedMs: number;
  /** A message that ends with NUL is whole when nothing has followed for this long. */
  readonly nulMs: number;
  readonly idleMs: number;
  /** When all places are taken, whoever was silent for this long gives theirs to the newcomer. */
  readonly evictAfterMs: number;
  readonly retryMs: number;
};

export const SYSLOG_TCP_LIMITS: SyslogTcpLimits = {
  maxConnections: 1_000,
  maxMessageBytes: 256 * 1024,
  windowBytes: 256 * 1024,
  maxHeldBytes: 64 * 1024 * 1024,
  unfinishedMs: 30_000,
  nulMs: 500,
  idleMs: 60 * 60_000,
  evictAfterMs: 10_000,
  retryMs: 250,
};
