import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { AppError } from "../../../kernel/errors.ts";
import { Backoff } from "./backoff.ts";

const MAX_ATTEMPTS = 8;

export type TcpStats = { sent: number; bytes: number; connections: number };

/** Octet-counted syslog over one connection (RFC 6587 §3.4.1). Sent means handed to the kernel: the protocol has no ack. */
export class TcpSender {
  readonly stats: TcpStats = { sent: 0, bytes: 0, connections: 0 };
  readonly #to: { readonly host: string; readonly port: number };
  readonly #signal: AbortSignal | undefined;
  readonly #backoff = new Backoff();
  #socket: Socket | undefined;

  constructor(to: { host: string; port: number }, signal?: AbortSignal) {
    this.#to = to;
    this.#signal = signal;
  }

  /** Waits while the receiver's window is shut. Errors: `unavailable` when it stays away. */
  async send(message: Buffer): Promise<void> {
    const framed = Buffer.concat([Buffer.from(`${message.length} `), message]);
    for (;;) {
      try {
        const socket = await this.#connected();
        if (!socket.write(framed)) await once(socket, "drain", this.#abortable());
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
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.destroyed) return;
    socket.end();
    await once(socket, "close").catch(() => undefined);
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== undefined && !this.#socket.destroyed && this.#socket.writable) return this.#socket;
    const socket = connect({ ...this.#to, noDelay: true });
    // Errors end the socket, which the next send notices; without a listener they would end the process.
    socket.on("error", () => socket.destroy());
    this.#socket = socket;
    await once(socket, "connect", this.#abortable());
    this.stats.connections += 1;
    // The receiver has nothing to say; reading lets its close be seen.
    socket.resume();
    return socket;
  }

  async #recover(error: unknown): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#signal?.throwIfAborted();
    if (this.#backoff.failures >= MAX_ATTEMPTS) {
      throw new AppError("unavailable", "The syslog TCP listener does not answer.", { ...this.#to }, error);
    }
    await this.#backoff.wait(0, this.#signal);
  }

  #abortable(): { signal?: AbortSignal } {
    return this.#signal === undefined ? {} : { signal: this.#signal };
  }
}
