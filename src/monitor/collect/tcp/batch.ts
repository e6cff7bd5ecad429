import type { RejectReason } from "../counters.ts";
import type { Origin } from "../origin.ts";
import { type Channel, STORE_BYTES } from "./connection.ts";

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

  /** Resolves when there is room for more. */
  async add(frame: Buffer): Promise<void> {
    if (this.#bytes + frame.length > STORE_BYTES) this.flush();
    this.#frames.push(frame);
    this.#bytes += frame.length + 4;
    if (this.#bytes >= STORE_BYTES) this.flush();
    await this.#channel.room();
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
