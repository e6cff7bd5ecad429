import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Budget } from "../budget.ts";
import type { RejectReason } from "../counters.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary } from "../receipt.ts";
import { ByteReader } from "./byte-reader.ts";
import type { TcpLimits } from "./limits.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

/** What a protocol sees of its connection. */
export type Channel = {
  readonly origin: Origin;
  readonly reader: ByteReader;
  /** What all senders together may hold beyond their windows. */
  readonly held: Budget;
  /**
   * Resolves with undefined when the frames are durable, else with the reason, which is then counted. What passes (no room,
   * the log away) is tried again until the listener stops. At most `STORE_BYTES` of frames at once, unless one alone is larger.
   */
  store(origin: Origin, frames: readonly Buffer[]): Promise<RejectReason | undefined>;
  /** Resolves when the sender may send more: what it sent is nearly all durable, and it reads our answers. */
  room(): Promise<void>;
  /** Resolves when everything handed to `store` is durable or refused. */
  settled(): Promise<void>;
  send(bytes: Buffer): void;
  /** Resolves after this long, or sooner when the sender goes or the listener stops. */
  pause(ms: number): Promise<void>;
  /** Whether the sender waits for us, because what it sent is not durable yet, and not we for it. */
  isAwaited(): boolean;
  /** The sender has shown that it speaks the protocol: no greeting is waited for any longer. */
  greeted(): void;
};

/** One conversation of a protocol. */
export type Conversation = {
  /** Until the sender ends or breaks the protocol (`ProtocolError`). */
  run(): Promise<void>;
  /** Bytes kept besides those of the reader. */
  heldBytes?(): number;
  /**
   * Once a second, for what must be taken as it is. Without it an unfinished message (as the reader's `isAtEnd` tells)
   * closes the connection when overdue.
   */
  sweep?(isMemoryShort: boolean, idleMs: number): void;
  /** The listener stops: the last words to the sender. */
  farewell?(): void;
};

export type Protocol = {
  /** Whether a greeting must come within `handshakeMs`. */
  readonly hasGreeting: boolean;
  /** Whether the sender waits for answers, which are then given before we close. */
  readonly hasAnswers: boolean;
  open(channel: Channel): Conversation;
};

/** Messages of one call to the intake share one fate, so they must fit into one record. */
export const STORE_BYTES = 256 * 1024;
/** What waiting for the disk takes besides the bytes, so that a flood of one-byte messages is bounded too. */
const FRAME_COST_BYTES = 64;
const CALL_COST_BYTES = 1024;
/** Answers that the sender has not read; above this nothing more is taken from it. */
const UNREAD_ANSWER_BYTES = 64 * 1024;

export type ConnectionDeps = {
  readonly intake: Intake;
  readonly limits: TcpLimits;
  readonly protocol: Protocol;
  readonly held: Budget;
  /** Aborted when the listener stops: what cannot be stored then is given up and counted. */
  readonly stopping: AbortSignal;
  readonly onProtocolError: (error: ProtocolError, peer: string) => void;
  readonly onBug: (error: unknown) => void;
};

/** One sender. Holds at most one unfinished message and a window of messages that are not yet durable. */
export class Connection {
  /** The socket is closed and everything read from it was stored or counted. */
  readonly done: Promise<void>;
  readonly #socket: Socket;
  readonly #deps: ConnectionDeps;
  readonly #peer: string;
  readonly #reader: ByteReader;
  readonly #conversation: Conversation;
  #unstoredBytes = 0;
  #deliveries = 0;
  #wakes: (() => void)[] = [];
  /** Since when we wait for the sender; undefined while it waits for us. */
  #waitingSinceMs: number | undefined;
  #fruitAtMs = performance.now();
  #isGreeted: boolean;
  #isOver = false;

  constructor(socket: Socket, origin: Origin, deps: ConnectionDeps) {
    this.#socket = socket;
    this.#deps = deps;
    this.#peer = origin.peer;
    this.#isGreeted = !deps.protocol.hasGreeting;
    this.#reader = new ByteReader(this.#received(), deps.held);
    // A sender that breaks off is everyday life; what it sent whole is stored.
    socket.on("error", () => {});
    for (const event of ["drain", "close"]) socket.on(event, () => this.#wake());
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    this.#conversation = deps.protocol.open({
      origin,
      reader: this.#reader,
      held: deps.held,
      store: (from, frames) => this.#store(from, frames),
      room: () => this.#room(),
      settled: () => this.#settled(),
      send: (bytes) => this.#send(bytes),
      pause: (ms) => this.#pause(ms),
      isAwaited: () => this.#waitingSinceMs === undefined,
      greeted: () => {
        this.#isGreeted = true;
      },
    });
    this.done = Promise.all([this.#run(), closed]).then(() => this.#reader.release());
  }

  heldBytes(): number {
    return this.#reader.heldBytes() + (this.#conversation.heldBytes?.() ?? 0);
  }
  /** How long the sender has been silent; 0 while it waits for us. */
  idleMs(): number {
    return this.#waitingSinceMs === undefined ? 0 : performance.now() - this.#waitingSinceMs;
  }
  /**
   * How long it has brought nothing whole, however many bytes trickle in. 0 while it waits for us, and while something of
   * its is on the way to the log: that stays in memory, so that to end the connection would free nothing.
   */
  fruitlessMs(): number {
    return this.#waitingSinceMs === undefined || this.#deliveries > 0 ? 0 : performance.now() - this.#fruitAtMs;
  }
  isPaused(): boolean {
    return this.#unstoredBytes > this.#deps.limits.windowBytes;
  }
  /** Why the connection must close now, if it must. Where memory is short, a message that trickles in is no better than silence. */
  overdue(isMemoryShort: boolean): "idle" | "greeting" | "unfinished" | undefined {
    const { limits } = this.#deps;
    if (!this.#isGreeted && performance.now() - this.#fruitAtMs >= limits.handshakeMs) return "greeting";
    if (this.idleMs() >= limits.idleMs) return "idle";
    const isUnfinished = this.#isOver || (this.#conversation.sweep === undefined && this.#reader.isInMessage());
    const waitedMs = isMemoryShort ? this.fruitlessMs() : this.idleMs();
    return isUnfinished && waitedMs >= limits.unfinishedMs ? "unfinished" : undefined;
  }
  sweep(isMemoryShort: boolean): void {
    this.#conversation.sweep?.(isMemoryShort, this.idleMs());
  }
  /** Tells the sender that we want no more; what it waits for is still answered. */
  end(): void {
    const { protocol, onBug } = this.#deps;
    if (!protocol.hasAnswers) return void this.#socket.end();
    this.#settled()
      .then(nextTurn)
      .then(() => {
        this.#conversation.farewell?.();
        this.#socket.end();
      })
      .catch(onBug);
  }
  close(): void {
    this.#socket.destroy();
  }

  async #run(): Promise<void> {
    const { onProtocolError, onBug } = this.#deps;
    try {
      await this.#conversation.run();
    } catch (error) {
      if (error instanceof ProtocolError) onProtocolError(error, this.#peer);
      else if (!(error instanceof StreamCut)) onBug(error);
    }
    await this.#settled();
    // The answers to what was settled last are written by those who waited for it.
    await nextTurn();
    // Whoever does not read them is waited for no longer than for the end of a message.
    this.#isOver = true;
    this.#waitingSinceMs = performance.now();
    this.#socket.destroySoon();
  }

  async *#received(): AsyncGenerator<Buffer> {
    const chunks: AsyncIterator<Buffer> = this.#socket.iterator({ destroyOnReturn: false });
    for (;;) {
      this.#waitingSinceMs = performance.now();
      const next = await chunks.next().catch(() => undefined);
      this.#waitingSinceMs = undefined;
      if (next === undefined || next.done) return;
      yield next.value;
    }
  }

  async #store(from: Origin, frames: readonly Buffer[]): Promise<RejectReason | undefined> {
    const bytes = frames.reduce((sum, frame) => sum + frame.length + FRAME_COST_BYTES, CALL_COST_BYTES);
    this.#unstoredBytes += bytes;
    this.#deliveries += 1;
    try {
      return await this.#untilStored(from, frames);
    } catch (error) {
      this.#deps.onBug(error);
      this.#deps.intake.reject(from, "unavailable", frames.length);
      return "unavailable";
    } finally {
      this.#unstoredBytes -= bytes;
      this.#deliveries -= 1;
      this.#fruitAtMs = performance.now();
      this.#wake();
    }
  }

  async #untilStored(from: Origin, frames: readonly Buffer[]): Promise<RejectReason | undefined> {
    const { intake, stopping, limits } = this.#deps;
    for (;;) {
      const reason = await intake.gather(from, frames);
      if (reason === undefined) return undefined;
      if (!isTemporary(reason) || stopping.aborted) {
        intake.reject(from, reason, frames.length);
        return reason;
      }
      await pause(limits.retryMs, undefined, { signal: stopping }).catch(() => {});
    }
  }

  async #room(): Promise<void> {
    while (this.isPaused()) await this.#nextWake();
    while (this.#socket.writableLength > UNREAD_ANSWER_BYTES && !this.#socket.destroyed) {
      this.#waitingSinceMs = performance.now();
      await this.#nextWake();
      this.#waitingSinceMs = undefined;
    }
  }
  async #settled(): Promise<void> {
    while (this.#deliveries > 0) await this.#nextWake();
  }
  #nextWake(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve));
  }
  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }

  async #pause(ms: number): Promise<void> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    this.#socket.once("close", leave);
    if (this.#socket.destroyed) leave();
    await pause(ms, undefined, { signal: AbortSignal.any([this.#deps.stopping, gone.signal]) }).catch(() => {});
    this.#socket.off("close", leave);
  }

  #send(bytes: Buffer): void {
    this.#fruitAtMs = performance.now();
    if (this.#socket.writable) this.#socket.write(bytes);
  }
}
