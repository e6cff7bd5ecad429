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
  readonly #stores: Promise<RejectReason | undefined>[] = [];

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
    this.flush();
    void this.#stores.at(-1)?.finally(() => held.give(bytes));
  }

  flush(): void {
    if (this.#frames.length === 0) return;
    this.#stores.push(this.#channel.store(this.#origin, this.#frames));
    this.#frames = [];
    this.#bytes = 0;
  }

  /** Whether everything is durable, once that is known. */
  async isDurable(): Promise<boolean> {
    this.flush();
    return (await Promise.all(this.#stores)).every((reason) => reason === undefined);
  }
}
