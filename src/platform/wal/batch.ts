import { RECORD_HEADER_BYTES, writeRecordHeader } from "./format.ts";
import type { WalEntry } from "./log.ts";

/** Below this, copying a payload is cheaper than one more buffer in the vector. */
const COPY_BELOW_BYTES = 16 * 1024;

export type Sized = { readonly entry: WalEntry; readonly size: number; readonly crc: number; readonly seq: number };

/** The bytes of a batch as few buffers: headers and small payloads together, large payloads as they are. */
export function packRecords(batch: readonly Sized[], salt: number): Uint8Array[] {
  const staging = Buffer.allocUnsafe(batch.reduce((sum, item) => sum + stagedBytes(item), 0));
  const buffers: Uint8Array[] = [];
  let [start, at] = [0, 0];
  for (const { entry, crc, seq } of batch) {
    const { meta, payload, receivedAtMs } = entry;
    const header = { seq, receivedAtMs, metaBytes: meta.length, payloadBytes: payload.length, bodyCrc: crc };
    writeRecordHeader(staging, at, header, salt);
    staging.set(meta, at + RECORD_HEADER_BYTES);
    at += RECORD_HEADER_BYTES + meta.length;
    if (payload.length < COPY_BELOW_BYTES) {
      staging.set(payload, at);
      at += payload.length;
      continue;
    }
    buffers.push(staging.subarray(start, at), payload);
    start = at;
  }
  if (at > start) buffers.push(staging.subarray(start, at));
  return buffers;
}

function stagedBytes({ entry }: Sized): number {
  const copied = entry.payload.length < COPY_BELOW_BYTES ? entry.payload.length : 0;
  return RECORD_HEADER_BYTES + entry.meta.length + copied;
}
