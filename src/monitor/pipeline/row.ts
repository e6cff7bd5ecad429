import type { ParsedEvent } from "../event/index.ts";

/** An event as the engine stores it: the parsed event plus where it came from and which rules matched. */
export type EventRow = {
  readonly event: ParsedEvent;
  readonly receivedMs: number;
  readonly seq: bigint;
  readonly unitId: string;
  readonly sourceId: string;
  readonly raw: Uint8Array;
  readonly ruleIds: readonly string[];
};

/** Frames per record, as a power of two: an event's seq is `recordSeq * 2^20 + frame`. */
const FRAME_BITS = 20n;

/** The event's number for ever. Together with the stream (the log's own number) it names the event. */
export const eventSeq = (recordSeq: number, frame: number): bigint => (BigInt(recordSeq) << FRAME_BITS) | BigInt(frame);

/** The other way: where in the log the event came. */
export const recordPlace = (seq: bigint): { seq: number; frame: number } => ({
  seq: Number(seq >> FRAME_BITS),
  frame: Number(seq & ((1n << FRAME_BITS) - 1n)),
});

/**
 * First seq, last seq and number of rows: enough to name a block's rows. A block holds all rows between its ends that the
 * engine did not have yet, and what the engine has only grows; so equal ends and an equal count mean the same rows.
 */
export class SeqSpan {
  #first: bigint | undefined;
  #last = 0n;

  add(seq: bigint): void {
    this.#first ??= seq;
    this.#last = seq;
  }

  take(rows: number): string {
    const name = `${this.#first ?? 0n}-${this.#last}-${rows}`;
    this.#first = undefined;
    return name;
  }
}
