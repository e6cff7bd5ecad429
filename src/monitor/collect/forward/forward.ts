import { countText } from "../../../kernel/count.ts";
import { AppError } from "../../../kernel/errors.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { Batch } from "../tcp/batch.ts";
import type { ByteReader } from "../tcp/byte-reader.ts";
import type { Channel, Conversation, Protocol } from "../tcp/connection.ts";
import { readInflated } from "../tcp/inflated.ts";
import { TCP_LIMITS } from "../tcp/limits.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";
import { listenTcp, type TcpListener, type TcpOptions } from "../tcp/server.ts";
import { forwardEvent, splitEntry, textIn } from "./event.ts";
import { greet } from "./handshake.ts";
import { pack, packText, peekHead, readArrayHead, readText, readValue } from "./msgpack.ts";

const WRONG_KEY_PAUSE_MS = 5_000;
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 512 * 1024;
const MAX_TAG_BYTES = 4_096;
/** What it says is given back as one text of 16 bits of length. */
const MAX_OPTION_BYTES = 65_535;
const NIL = 0xc0;
/** A map of one pair, whose value follows. */
const ACK = Buffer.concat([Buffer.from([0x81]), pack("ack")]);
/** By the first byte of what is compressed. */
const ENCODINGS: ReadonlyMap<number | undefined, "gzip" | "zstd"> = new Map([
  [0x1f, "gzip"],
  [0x28, "zstd"],
]);

export type ForwardOptions = Omit<TcpOptions, "protocol" | "transport"> & {
  /** What senders must know; absent = whoever may connect may send. */
  readonly sharedKey?: string | undefined;
  /** Counts a wrong key from this address. Errors: `over_limit` after too many. */
  readonly countWrongKey?: (address: string) => void;
  /** How long an address that had too many waits for its answer. */
  readonly wrongKeyPauseMs?: number;
  readonly maxEventBytes?: number;
};

/** The Forward protocol of Fluentd and Fluent Bit: a chunk is acknowledged when all of it is durable. */
export function listenForward(options: ForwardOptions): Promise<TcpListener> {
  const deps = { ...options, maxEventBytes: options.maxEventBytes ?? MAX_EVENT_BYTES };
  const protocol: Protocol = {
    hasGreeting: options.sharedKey !== undefined,
    hasAnswers: true,
    open: (channel) => new ForwardConversation(channel, deps),
  };
  const limits = { ...TCP_LIMITS, windowBytes: WINDOW_BYTES, ...options.limits };
  return listenTcp({ ...options, transport: "forward", limits, protocol });
}

type Deps = Pick<ForwardOptions, "sharedKey" | "countWrongKey" | "wrongKeyPauseMs"> & {
  readonly intake: Intake;
  readonly maxEventBytes: number;
};

class ForwardConversation implements Conversation {
  readonly #channel: Channel;
  readonly #deps: Deps;
  #origin: Origin;
  #isRefused = false;
  /** Of the message that is being read. */
  #batch: Batch | undefined;

  constructor(channel: Channel, deps: Deps) {
    this.#channel = channel;
    this.#deps = deps;
    this.#origin = channel.origin;
  }

  async run(): Promise<void> {
    const { reader } = this.#channel;
    if (!(await this.#greet())) return;
    try {
      while (!(await reader.isAtEnd())) {
        if (this.#isRefused) throw new ProtocolError("The sender's events are not taken.");
        // Some senders say nil to see whether we are there.
        if ((await reader.peek(1))[0] === NIL) await reader.skip(1);
        else await this.#message(reader);
        await this.#channel.room();
      }
    } finally {
      // What came whole of a message that broke off is kept.
      this.#batch?.flush();
    }
  }

  async #greet(): Promise<boolean> {
    const { sharedKey } = this.#deps;
    if (sharedKey === undefined) return true;
    const { reader, send, greeted } = this.#channel;
    const hostName = await greet({ reader, send, sharedKey, onWrongKey: () => this.#countWrongKey() });
    if (hostName === undefined) return false;
    greeted();
    // The key proves that the sender is one of ours, so that its name for itself may choose its source.
    if (hostName !== "") this.#origin = { ...this.#origin, hostName };
    return true;
  }

  /** Past the limit the answer is late. A right key never waits: many senders may stand behind one address. */
  async #countWrongKey(): Promise<void> {
    const { intake, countWrongKey, wrongKeyPauseMs = WRONG_KEY_PAUSE_MS } = this.#deps;
    intake.counters.authFailed("forward");
    try {
      countWrongKey?.(this.#origin.peer);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await this.#channel.pause(wrongKeyPauseMs);
    }
  }

  /** `[tag, time, record, option?]`, or `[tag, entries, option?]` with entries as an array or packed into one text. */
  async #message(reader: ByteReader): Promise<void> {
    const items = await readArrayHead(reader);
    if (items < 2 || items > 4) throw new ProtocolError(`A Forward message of ${countText(items, "part")}.`);
    const tag = await readText(reader, MAX_TAG_BYTES);
    const batch = new Batch(this.#channel, this.#origin);
    this.#batch = batch;
    const { kind, size, headBytes } = await peekHead(reader);
    const isMessage = kind !== "array" && kind !== "str" && kind !== "bin";
    if (items === 4 && !isMessage) throw new ProtocolError("A Forward message of 4 parts that is no event.");
    if (isMessage) await this.#single(reader, tag, batch);
    else {
      await reader.skip(headBytes);
      if (kind === "array") for (let i = 0; i < size; i += 1) await this.#entry(reader, tag, batch);
      else await this.#packed(reader, { tag, batch, size });
    }
    const hasOption = items === (isMessage ? 4 : 3);
    const option = hasOption ? await readValue(reader, MAX_OPTION_BYTES) : undefined;
    const chunk = option && textIn(option, "chunk");
    void this.#acknowledge(batch, chunk && Buffer.from(chunk));
  }

  async #single(reader: ByteReader, tag: Buffer, batch: Batch): Promise<void> {
    const time = await readValue(reader, MAX_OPTION_BYTES);
    const ownTime = time && Buffer.from(time);
    const record = await readValue(reader, this.#deps.maxEventBytes);
    if (ownTime === undefined || record === undefined) this.#reject("too_large");
    else await this.#add({ time: ownTime, record }, tag, batch);
  }

  async #entry(reader: ByteReader, tag: Buffer, batch: Batch): Promise<void> {
    const entry = await readValue(reader, this.#deps.maxEventBytes);
    if (entry === undefined) return this.#reject("too_large");
    const parts = splitEntry(entry);
    if (parts === undefined) this.#reject("not_an_object");
    else await this.#add(parts, tag, batch);
  }

  /** Entries one after the other, compressed or not: an entry is an array, so neither gzip's first byte nor zstd's begins one. */
  async #packed(reader: ByteReader, { tag, batch, size }: { tag: Buffer; batch: Batch; size: number }): Promise<void> {
    if (size === 0) return;
    const encoding = ENCODINGS.get((await reader.peek(1))[0]) ?? "identity";
    const { held } = this.#channel;
    await readInflated(reader, { encoding, size, held, limits: this.#deps.intake.limits }, async (inner) => {
      while (!(await inner.isAtEnd())) await this.#entry(inner, tag, batch);
    });
  }

  async #add(parts: { time: Buffer; record: Buffer }, tag: Buffer, batch: Batch): Promise<void> {
    const event = forwardEvent(parts, tag);
    if (!event.ok) this.#reject(event.error);
    else if (event.value.length > this.#deps.maxEventBytes) this.#reject("too_large");
    else await batch.add(event.value);
  }

  #reject(reason: "too_large" | "not_an_object"): void {
    this.#deps.intake.reject(this.#origin, reason, 1);
  }

  async #acknowledge(batch: Batch, chunk: Buffer | undefined): Promise<void> {
    if (!(await batch.isDurable())) this.#isRefused = true;
    else if (chunk !== undefined) this.#channel.send(Buffer.concat([ACK, packText(chunk)]));
  }
}
