import { randomUUID } from "node:crypto";
import { AppError } from "../../../kernel/errors.ts";
import { Backoff } from "./backoff.ts";
import { type Address, Peer } from "./peer.ts";
import { type Delivered, type Line, nothingDelivered, PATIENCE, type Patience, type Sender } from "./sender.ts";

const MAX_BATCH_LINES = 500;
const MAX_BATCH_BYTES = 512 * 1024;

/** Called once for each line of a batch that was answered; `isTaken` false = refused for ever. */
export type Settle = (index: number, isTaken: boolean) => void;
export type Batch = { readonly id: string; readonly lines: readonly Line[] };

export type Conversation = {
  /** Sends a batch and returns when all of it is answered. Errors: AppError; what was settled before stays so. */
  deliver(batch: Batch, settle: Settle): Promise<void>;
  /** The protocol's own goodbye. */
  leave?(): Promise<void>;
};
export type Protocol = { readonly name: string; open(peer: Peer): Promise<Conversation> };

export type AcknowledgedOptions = {
  readonly address: Address;
  readonly protocol: Protocol;
  readonly patience?: Patience;
  readonly signal?: AbortSignal | undefined;
};

/** Sends batches over one connection and waits for the answers; what was not answered goes again over the next connection. */
export class AcknowledgedSender implements Sender {
  readonly delivered: Delivered = nothingDelivered();
  readonly #options: AcknowledgedOptions;
  readonly #patience: Patience;
  readonly #backoff: Backoff;
  #open: { readonly peer: Peer; readonly conversation: Conversation } | undefined;
  #batch: Line[] = [];
  #batchBytes = 0;

  constructor(options: AcknowledgedOptions) {
    this.#options = options;
    this.#patience = options.patience ?? PATIENCE;
    this.#backoff = new Backoff(this.#patience.firstPauseMs);
  }

  async send(line: Line): Promise<void> {
    this.#batch.push(line);
    this.#batchBytes += line.bytes.length;
    if (this.#batch.length >= MAX_BATCH_LINES || this.#batchBytes >= MAX_BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    let batch: Batch = { id: randomUUID(), lines: this.#batch };
    this.#batch = [];
    this.#batchBytes = 0;
    while (batch.lines.length > 0) {
      const lines = await this.#attempt(batch);
      this.delivered.retried += lines.length;
      batch = { ...batch, lines };
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#open?.conversation.leave?.().catch(() => undefined);
      await this.#open?.peer.end();
    } finally {
      this.#open?.peer.destroy();
      this.#open = undefined;
    }
  }

  /** The lines that must go again. */
  async #attempt(batch: Batch): Promise<readonly Line[]> {
    const settled = new Set<number>();
    const settle: Settle = (index, isTaken) => {
      if (settled.has(index)) return;
      settled.add(index);
      this.delivered[isTaken ? "acknowledged" : "refused"] += 1;
      this.delivered.bytes += batch.lines[index]?.bytes.length ?? 0;
    };
    try {
      const { conversation } = await this.#connected();
      await conversation.deliver(batch, settle);
      this.#backoff.succeed();
    } catch (error) {
      if (settled.size > 0) this.#backoff.succeed();
      await this.#recover(error);
    }
    return batch.lines.filter((_, index) => !settled.has(index));
  }

  async #connected() {
    if (this.#open?.peer.isUsable) return this.#open;
    const { address, protocol, signal } = this.#options;
    this.#open?.peer.destroy();
    this.#open = undefined;
    const peer = await Peer.connect(address, this.#patience.answerMs, signal);
    try {
      this.#open = { peer, conversation: await protocol.open(peer) };
      return this.#open;
    } catch (error) {
      peer.destroy();
      throw error;
    }
  }

  async #recover(error: unknown): Promise<void> {
    const { address, protocol, signal } = this.#options;
    this.#open?.peer.destroy();
    this.#open = undefined;
    signal?.throwIfAborted();
    const { host, port } = address;
    const isPassing = error instanceof AppError && (error.code === "unavailable" || error.code === "over_limit");
    if (!isPassing) throw error;
    if (this.#backoff.failures >= this.#patience.attempts - 1)
      throw new AppError(
        "unavailable",
        `The ${protocol.name} receiver is away. ${error.message}`,
        { host, port },
        error,
      );
    await this.#backoff.wait(0, signal);
  }
}
