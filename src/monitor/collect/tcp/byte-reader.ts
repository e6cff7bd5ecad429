import type { Budget } from "../budget.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

/** Every reader may occupy this much without asking; what is above comes out of the budget that all share. */
const FREE_BYTES = 128 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Bytes of a stream on demand: nothing is read that nobody asked for, so not asking is back-pressure. Views that were given
 * out stay valid, because held bytes are never moved within their buffer. Errors: `StreamCut`; `ProtocolError` when the
 * memory does not fit into the budget.
 */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #budget: Budget | undefined;
  #memory = NOTHING;
  #from = 0;
  #to = 0;
  #taken = 0;
  #isBetween = true;

  constructor(chunks: AsyncIterable<Buffer>, budget?: Budget) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#budget = budget;
  }

  heldBytes(): number {
    return this.#to - this.#from;
  }

  /** Whether a message has begun and not ended, as far as who reads asks for ends with `isAtEnd`. */
  isInMessage(): boolean {
    return !this.#isBetween;
  }

  /** What is there, else what comes next; undefined at the end of the stream. */
  async some(): Promise<Buffer | undefined> {
    if (await this.isAtEnd()) return undefined;
    return this.#consume(this.heldBytes());
  }

  /** Whether nothing more comes. */
  async isAtEnd(): Promise<boolean> {
    this.#isBetween = true;
    while (this.heldBytes() === 0) if (!(await this.#more())) return true;
    this.#isBetween = false;
    return false;
  }

  /** The next `size` bytes, which stay unread. */
  async peek(size: number): Promise<Buffer> {
    while (this.heldBytes() < size) if (!(await this.#more())) throw new StreamCut();
    return this.#memory.subarray(this.#from, this.#from + size);
  }

  /** All that is held, unread. */
  held(): Buffer {
    return this.#memory.subarray(this.#from, this.#to);
  }

  async exactly(size: number): Promise<Buffer> {
    await this.peek(size);
    return this.#consume(size);
  }

  async byte(): Promise<number> {
    return (await this.exactly(1))[0] ?? 0;
  }

  /** Throws `size` bytes away without holding them. */
  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      if (this.heldBytes() === 0 && !(await this.#more())) throw new StreamCut();
      left -= this.#consume(Math.min(left, this.heldBytes())).length;
    }
  }

  /** The next `size` bytes as they come. */
  async *take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.heldBytes() === 0 && !(await this.#more())) throw new StreamCut();
      const part = this.#consume(Math.min(left, this.heldBytes()));
      left -= part.length;
      yield part;
    }
  }

  /** Gives the budget back and lets go of where the bytes come from; nothing is to be read after that. */
  release(): void {
    this.#keep(NOTHING);
    this.#chunks.return?.().catch(() => {});
  }

  #consume(size: number): Buffer {
    const part = this.#memory.subarray(this.#from, this.#from + size);
    this.#from += size;
    const held = this.heldBytes();
    if (held === 0) this.#keep(NOTHING);
    // One byte left over from a large message must not occupy the memory of all of it.
    else if (this.#memory.length > FREE_BYTES && 4 * held < this.#memory.length) this.#keep(Buffer.from(this.held()));
    return part;
  }

  #keep(bytes: Buffer): void {
    this.#memory = bytes;
    this.#from = 0;
    this.#to = bytes.length;
    this.#account();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#append(next.value);
    return true;
  }

  #append(chunk: Buffer): void {
    const held = this.heldBytes();
    if (held === 0) {
      this.#keep(chunk);
      return;
    }
    if (this.#to + chunk.length > this.#memory.length) {
      // Half as much again keeps a message of many chunks from being copied once per chunk.
      const grown = Buffer.allocUnsafe(Math.max(Math.ceil(1.5 * held), held + chunk.length));
      this.#memory.copy(grown, 0, this.#from, this.#to);
      this.#memory = grown;
      this.#from = 0;
      this.#to = held;
      this.#account();
    }
    chunk.copy(this.#memory, this.#to);
    this.#to += chunk.length;
  }

  #account(): void {
    if (this.#budget === undefined) return;
    const wanted = Math.max(0, this.#memory.length - FREE_BYTES);
    if (wanted > this.#taken && !this.#budget.take(wanted - this.#taken)) {
      throw new ProtocolError("All senders together hold too much that is unfinished.");
    }
    if (wanted < this.#taken) this.#budget.give(this.#taken - wanted);
    this.#taken = wanted;
  }
}
