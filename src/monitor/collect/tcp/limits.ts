/** Bounds that all TCP listeners share. Sizes in bytes, times in milliseconds. */
export type TcpLimits = {
  readonly maxConnections: number;
  /** Per connection: more than this not yet durable, and its socket is no longer read. */
  readonly windowBytes: number;
  /** All connections together: bytes of unfinished messages. */
  readonly maxHeldBytes: number;
  /** A message that has not ended after this long is given up: syslog takes it as it is, the others close. */
  readonly unfinishedMs: number;
  /** TLS, and the greeting of protocols that have one, must be done within this. */
  readonly handshakeMs: number;
  readonly idleMs: number;
  /** When all places are taken, whoever has brought nothing whole for this long gives theirs to the newcomer. */
  readonly evictAfterMs: number;
  readonly retryMs: number;
};

export const TCP_LIMITS: TcpLimits = {
  maxConnections: 1_000,
  windowBytes: 256 * 1024,
  maxHeldBytes: 64 * 1024 * 1024,
  unfinishedMs: 30_000,
  handshakeMs: 10_000,
  idleMs: 60 * 60_000,
  evictAfterMs: 10_000,
  retryMs: 250,
};
