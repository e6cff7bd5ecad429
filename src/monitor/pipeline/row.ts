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
