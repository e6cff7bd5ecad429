import type { Encoding } from "../../kernel/encoding/index.ts";
import type { Transport } from "./record.ts";

/** What is known of a sender before its source is looked up. */
export type Origin = {
  readonly transport: Transport;
  /** Address without a port. */
  readonly peer: string;
  /** The name in the sender's client certificate, which our CA vouches for. */
  readonly peerName?: string;
  readonly tokenId?: string;
  /** What people called the token: names a source that nobody registered. */
  readonly tokenName?: string;
  /** Unit and source that the token was made for. */
  readonly unitId?: string;
  readonly sourceId?: string;
  /** Host name in the message itself: tells hosts behind one relay apart. A claim of the sender, never proof. */
  readonly hostName?: string;
  /** `?source=`: the name under which the sender wants its events kept. */
  readonly sourceName?: string;
  /** `?format=`: the parser that the sender asks for. */
  readonly format?: string;
  /** `?encoding=`, or what the stream itself says: stands above the source's own. */
  readonly encoding?: Encoding;
  /** IANA name, as the settings say: stands above the source's own. */
  readonly timeZone?: string;
};

export type ResolvedSource = {
  readonly sourceId: string;
  readonly unitId: string;
  /** "auto" or a pinned parser. */
  readonly format: string;
  readonly timeZone?: string;
  /** Pinned; without it each line is looked at. */
  readonly encoding?: Encoding;
};

/**
 * Which source (and so which unit) an origin's events belong to. Rejects with AppError `forbidden` or `not_found` when the
 * origin may not send, with any other AppError when it cannot be known now. Answers are kept for a few seconds.
 */
export type ResolveSource = (origin: Origin) => Promise<ResolvedSource>;

export type TokenIdentity = {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly unitId: string;
  readonly sourceId?: string;
};

/** The token behind a secret, or undefined when there is none, it was revoked, or it may not send events. */
export type AuthenticateToken = (secret: string) => Promise<TokenIdentity | undefined>;

/** The part of the write-ahead log that the collector writes to. */
export type RecordLog = {
  append(entry: { receivedAtMs: number; meta: Uint8Array; payload: Uint8Array }): Promise<number>;
};

/** The origin's address as people write it: an IPv4 peer of a dual-stack socket is IPv4. */
export const peerAddress = (address: string | undefined): string => (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
