import { AppError } from "../../../kernel/errors.ts";
import { Backoff } from "./backoff.ts";
import { type Address, Peer } from "./peer.ts";
import { PATIENCE, type Patience } from "./sender.ts";

export type TcpStats = { sent: number; bytes: number; connections: number };

/** Octet-counted syslog over one connection (RFC 6587 §3.4.1), or over TLS (RFC 5425). Sent means handed to the kernel: the protocol has no ack. */
export class TcpSender {
  readonly stats: TcpStats = { sent: 0, bytes: 0, connections: 0 };
  readonly #to: Address;
  readonly #signal: AbortSignal | undefined;
  readonly #patience: Patience;
  readonly #backoff: Backoff;
  #peer: Peer | undefined;

  constructor(to: Address, signal?: AbortSignal, patience: Patience = PATIENCE) {
    this.#to = to;
    this.#signal = signal;
    this.#patience = patience;
    this.#backoff = new Backoff(patience.firstPauseMs);
  }

  /** Waits while the receiver's window is shut. Errors: `unavailable` when it stays away, `over_limit` when it stays shut, `upstream` when TLS fails. */
  async send(message: Buffer): Promise<void> {
    const framed = Buffer.concat([Buffer.from(`${message.length} `), message]);
    for (;;) {
      try {
        const peer = await this.#connected();
        // What is in a shut window would be lost with the connection: it is waited for, and no other is tried.
        await peer.write(framed, this.#patience.answerMs * this.#patience.attempts);
        this.#backoff.succeed();
        this.stats.sent += 1;
        this.stats.bytes += framed.length;
        return;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async close(): Promise<void> {
    const peer = this.#peer;
    this.#peer = undefined;
    await peer?.end();
  }

  async #connected(): Promise<Peer> {
    if (this.#peer?.isUsable) return this.#peer;
    this.#peer?.destroy();
    this.#peer = await Peer.connect(this.#to, this.#patience.answerMs, this.#signal);
    this.stats.connections += 1;
    return this.#peer;
  }

  async #recover(error: unknown): Promise<void> {
    this.#peer?.destroy();
    this.#peer = undefined;
    this.#signal?.throwIfAborted();
    if (!(error instanceof AppError) || error.code !== "unavailable") throw error;
    if (this.#backoff.failures >= this.#patience.attempts) {
      const { host, port } = this.#to;
      throw new AppError("unavailable", "The syslog TCP listener does not answer.", { host, port }, error);
    }
    await this.#backoff.wait(0, this.#signal);
  }
}
