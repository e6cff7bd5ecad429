import type { Intake } from "../intake.ts";
import { jsonObjectProblem } from "../json-object.ts";
import { Batch } from "../tcp/batch.ts";
import type { ByteReader } from "../tcp/byte-reader.ts";
import type { Channel, Conversation, Protocol } from "../tcp/connection.ts";
import { readInflated } from "../tcp/inflated.ts";
import { TCP_LIMITS } from "../tcp/limits.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";
import { listenTcp, type TcpListener, type TcpOptions } from "../tcp/server.ts";
import { type LumberjackFrame, type LumberjackVersion, lumberjackAck, readLumberjackFrame } from "./frame.ts";

const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Beats call a connection dead after 30 s without a word. */
const KEEP_ALIVE_MS = 5_000;
const WINDOW_BYTES = 512 * 1024;

export type LumberjackOptions = Omit<TcpOptions, "protocol" | "transport"> & {
  readonly maxEventBytes?: number;
  readonly keepAliveMs?: number;
};

/**
 * Lumberjack 2, what Beats and Elastic Agent speak to Logstash, and 1, what Logstash speaks to another: a window is
 * acknowledged when all of it is durable.
 */
export function listenLumberjack(options: LumberjackOptions): Promise<TcpListener> {
  const { intake, maxEventBytes = MAX_EVENT_BYTES, keepAliveMs = KEEP_ALIVE_MS } = options;
  const limits = { ...TCP_LIMITS, windowBytes: WINDOW_BYTES, ...options.limits };
  const protocol: Protocol = {
    hasGreeting: false,
    hasAnswers: true,
    open: (channel) => new LumberjackConversation(channel, { intake, maxEventBytes, keepAliveMs }),
  };
  return listenTcp({ ...options, transport: "lumberjack", limits, protocol });
}

type Deps = { readonly intake: Intake; readonly maxEventBytes: number; readonly keepAliveMs: number };
type Window = {
  readonly version: LumberjackVersion;
  readonly size: number;
  readonly batch: Batch;
  events: number;
};

class LumberjackConversation implements Conversation {
  readonly #channel: Channel;
  readonly #deps: Deps;
  #window: Window | undefined;
  #version: LumberjackVersion = "2";
  /** Windows that came whole and are not yet acknowledged. */
  #unacknowledged = 0;
  /** Acknowledgements go out in the order of the windows. */
  #acknowledging: Promise<void> = Promise.resolve();
  #isRefused = false;

  constructor(channel: Channel, deps: Deps) {
    this.#channel = channel;
    this.#deps = deps;
  }

  async run(): Promise<void> {
    const { reader } = this.#channel;
    const keepAlive = setInterval(() => this.#showLife(), this.#deps.keepAliveMs);
    try {
      while (!(await reader.isAtEnd())) await this.#read(reader, true);
    } finally {
      this.#window?.batch.flush();
      await this.#channel.settled();
      clearInterval(keepAlive);
    }
  }

  /** Only while the sender waits for us: one that has nothing to send needs no word. Version 1 would take 0 for everything. */
  #showLife(): void {
    const isAwaited = this.#unacknowledged > 0 || (this.#window !== undefined && this.#channel.isAwaited());
    if (isAwaited && this.#version === "2") this.#channel.send(lumberjackAck("2", 0));
  }

  async #read(reader: ByteReader, mayBeCompressed: boolean): Promise<void> {
    if (this.#isRefused) throw new ProtocolError("The sender's events are not taken.");
    const frame = await readLumberjackFrame(reader, this.#deps.maxEventBytes);
    if (frame.kind === "window") return this.#open(frame);
    if (frame.kind === "event") return await this.#take(frame, reader);
    if (!mayBeCompressed) throw new ProtocolError("A compressed Lumberjack frame inside another.");
    const { held } = this.#channel;
    const { limits } = this.#deps.intake;
    await readInflated(reader, { encoding: "deflate", size: frame.size, held, limits }, async (inner) => {
      while (!(await inner.isAtEnd())) await this.#read(inner, false);
    });
  }

  #open({ version, size }: Extract<LumberjackFrame, { kind: "window" }>): void {
    if (this.#window !== undefined) throw new ProtocolError("A Lumberjack window began before the last was full.");
    this.#version = version;
    if (size === 0) return;
    this.#window = { version, size, batch: new Batch(this.#channel, this.#channel.origin), events: 0 };
  }

  async #take({ seq, event }: Extract<LumberjackFrame, { kind: "event" }>, reader: ByteReader): Promise<void> {
    const window = this.#window;
    if (window === undefined) throw new ProtocolError("A Lumberjack event outside of a window.");
    const { intake } = this.#deps;
    const problem = event === undefined ? "too_large" : jsonObjectProblem(event);
    if (problem !== undefined) intake.reject(this.#channel.origin, problem, 1);
    else if (event !== undefined) await window.batch.add(event);
    window.events += 1;
    if (window.events === window.size) {
      this.#acknowledge(window, seq);
      await this.#channel.room();
    }
    // Nothing more is here: what has come need not wait for what has not.
    else if (reader.heldBytes() === 0) window.batch.flush();
  }

  #acknowledge({ batch, version }: Window, seq: number): void {
    this.#window = undefined;
    this.#unacknowledged += 1;
    const durable = batch.isDurable();
    this.#acknowledging = this.#acknowledging.then(async () => {
      // Beats number events anew in each window: an answer after one that is missing would stand for that one.
      if (!this.#isRefused && (await durable)) this.#channel.send(lumberjackAck(version, seq));
      else this.#isRefused = true;
      this.#unacknowledged -= 1;
    });
  }
}
