import type { RejectReason } from "../counters.ts";
import type { Origin } from "../origin.ts";
import { type Channel, STORE_BYTES } from "./connection.ts";
import { ProtocolError } from "./protocol-error.ts";

/**
 * The events of one window or chunk that a sender waits to have acknowledged as a whole. They are stored while they come;
 * what is refused on the way for good leaves the whole unacknowledged.
 */
export class Batch {
  readonly #channel: Channel;
  readonly #origin: Origin;
  #frames: Buffer[] = [];
  #bytes = 0;
  /** Without those that are done: a window may have four billion events. */
  readonly #stores = new Set<Promise<RejectReason | undefined>>();
  #isRefused = false;

  constructor(channel: Channel, origin: Origin) {
    this.#channel = channel;
    this.#origin = origin;
  }

  /** Resolves when there is room for more. Errors: `ProtocolError` when all senders together hold too much. */
  async add(frame: Buffer): Promise<void> {
    if (this.#bytes + frame.length > STORE_BYTES) this.flush();
    this.#frames.push(frame);
    this.#bytes += frame.length + 4;
    if (frame.length > STORE_BYTES) this.#flushLarge(frame.length);
    else if (this.#bytes >= STORE_BYTES) this.flush();
    await this.#channel.room();
  }

  /** The window of a connection bounds small events; a large one is held at the cost of all. */
  #flushLarge(bytes: number): void {
    const { held } = this.#channel;
    if (!held.take(bytes)) throw new ProtocolError("All senders together hold too much that is not stored.");
    this.flush(() => held.give(bytes));
  }

  flush(onDone?: () => void): void {
    if (this.#frames.length === 0) return;
    const store = this.#channel.store(this.#origin, this.#frames);
    this.#frames = [];
    this.#bytes = 0;
    this.#stores.add(store);
    void store.then((reason) => {
      this.#isRefused ||= reason !== undefined;
      this.#stores.delete(store);
      onDone?.();
    });
  }

  /** Whether everything is durable, once that is known. */
  async isDurable(): Promise<boolean> {
    this.flush();
    await Promise.all(this.#stores);
    return !this.#isRefused;
  }
}
