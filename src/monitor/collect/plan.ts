import type { CollectLimits } from "./limits.ts";

export type RecordPlan = {
  /** Frames [from, to) of the call. */
  readonly from: number;
  readonly to: number;
  readonly payloadBytes: number;
};

const LENGTH_BYTES = 4;

/**
 * Cuts a run of events into records of at most `recordBytes` (a larger event stands alone) and lists the events that are
 * too large to take. Every index is in exactly one of the two lists; order is kept.
 */
export function planRecords(
  frames: readonly Uint8Array[],
  limits: Pick<CollectLimits, "recordBytes" | "frameBytes" | "framesPerRecord">,
): { readonly records: readonly RecordPlan[]; readonly tooLarge: readonly number[] } {
  const records: RecordPlan[] = [];
  const tooLarge: number[] = [];
  let from = 0;
  let bytes = 0;
  const close = (to: number): void => {
    if (to > from) records.push({ from, to, payloadBytes: bytes });
    from = to;
    bytes = 0;
  };
  for (const [index, frame] of frames.entries()) {
    if (frame.byteLength > limits.frameBytes) {
      close(index);
      tooLarge.push(index);
      from = index + 1;
      continue;
    }
    const size = LENGTH_BYTES + frame.byteLength;
    if (bytes + size > limits.recordBytes || index - from >= limits.framesPerRecord) close(index);
    bytes += size;
  }
  close(frames.length);
  return { records, tooLarge };
}
