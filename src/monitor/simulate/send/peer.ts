import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AppError } from "../../../kernel/errors.ts";

/** Nobody answers a batch at such length. */
const MAX_HELD_BYTES = 256 * 1024;

/** tls: `ca` is an authority's certificate as PEM text, instead of those that Node knows. */
export type Address = {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly ca?: string };
};

export type Parsed<T> = { readonly value: T; readonly bytes: number };

/** A TCP or TLS connection on which everything that is waited for ends by itself: with what came, an AppError, or the signal. */
export class Peer {
  readonly #socket: Socket;
  readonly #waitMs: number;
  readonly #signal: AbortSignal | undefined;
  #held: Buffer = Buffer.alloc(0);
  #failure: unknown;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket, waitMs: number, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#waitMs = waitMs;
    this.#signal = signal;
    socket.on("data", (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      // Read on only by what was asked for: a server that talks without end fills no memory.
      if (this.#held.length > MAX_HELD_BYTES) socket.pause();
      this.#wake?.();
    });
    socket.on("error", (error) => {
      this.#failure ??= error;
      this.#wake?.();
    });
    for (const event of ["close", "end", "drain"] as const) socket.on(event, () => this.#wake?.());
  }

  static async connect(address: Address, waitMs: number, signal?: AbortSignal): Promise<Peer> {
    const { host, port, tls } = address;
    const socket =
      tls === undefined
        ? connect({ host, port, noDelay: true })
        : connectTls({ host, port, ...(tls.ca !== undefined && { ca: tls.ca }) });
    const peer = new Peer(socket, waitMs, signal);
    let isOpen = false;
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      isOpen = true;
      peer.#wake?.();
    });
    try {
      await peer.#until(() => isOpen, late("nobody answers", waitMs));
      return peer;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable && !this.#socket.readableEnded;
  }

  /** Waits while the other side's window is shut. Errors: `over_limit` when it stays so. */
  async write(bytes: Buffer, waitMs = this.#waitMs): Promise<void> {
    this.#mustBeOpen();
    if (this.#socket.write(bytes)) return;
    const shut = new AppError("over_limit", `For ${waitMs / 1000} s it takes no more.`);
    await this.#until(() => !this.#socket.writableNeedDrain, shut, waitMs);
  }

  /** The next answer. `parse` says undefined while more bytes are needed, and throws at what is no answer. */
  async read<T>(parse: (held: Buffer) => Parsed<T> | undefined): Promise<T> {
    let parsed: Parsed<T> | undefined;
    await this.#until(
      () => {
        parsed = parse(this.#held);
        if (parsed === undefined && this.#held.length > MAX_HELD_BYTES) throw strange("an answer without end");
        return parsed !== undefined;
      },
      late("no answer came", this.#waitMs),
    );
    if (parsed === undefined) throw strange("nothing");
    this.#held = this.#held.subarray(parsed.bytes);
    if (this.#held.length <= MAX_HELD_BYTES) this.#socket.resume();
    return parsed.value;
  }

  /** Says goodbye and waits until the other side has gone too, but not for ever. */
  async end(): Promise<void> {
    this.#socket.end();
    // Nothing that comes now is looked at.
    this.#socket.removeAllListeners("data").resume();
    await this.#until(() => this.#socket.closed, late("it does not hang up", this.#waitMs)).catch(() => undefined);
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #mustBeOpen(): void {
    this.#signal?.throwIfAborted();
    if (this.#failure !== undefined) throw closed(this.#failure);
    if (!this.isUsable) throw closed(undefined);
  }

  async #until(isDone: () => boolean, otherwise: AppError, waitMs = this.#waitMs): Promise<void> {
    const lateAt = performance.now() + waitMs;
    while (!isDone()) {
      this.#signal?.throwIfAborted();
      if (this.#failure !== undefined) throw closed(this.#failure);
      if (this.#socket.destroyed || this.#socket.readableEnded) throw closed(undefined);
      const leftMs = lateAt - performance.now();
      if (leftMs <= 0) throw otherwise;
      await this.#pause(leftMs);
    }
  }

  #pause(leftMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener("abort", wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, leftMs);
      this.#signal?.addEventListener("abort", wake);
      this.#wake = wake;
    });
  }
}

const late = (what: string, waitMs: number): AppError => new AppError("unavailable", `For ${waitMs / 1000} s ${what}.`);

/** What the protocol does not know: trying again would not help. */
export const strange = (what: string): AppError =>
  new AppError("upstream", `The other side does not speak this protocol: ${what}.`);

/** Errors of the system pass; those of TLS, such as an authority that is not known, do not. */
function closed(cause: unknown): AppError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isFinal = code !== "" && !/^E(?!RR_)[A-Z]+$/.test(code);
  const why = cause instanceof Error ? cause.message || code : "it hung up";
  return new AppError(isFinal ? "upstream" : "unavailable", `The connection failed: ${why}.`, {}, cause);
}
