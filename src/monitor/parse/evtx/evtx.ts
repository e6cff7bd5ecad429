import { CHUNK_BYTES } from "./chunk.ts";
import type { Damage } from "./damage.ts";
import { checkFileHeader, FILE_HEADER_BYTES, isEvtx } from "./header.ts";
import { type EvtxRecord, readChunk } from "./records.ts";

export type EvtxFile = { readonly records: readonly EvtxRecord[]; readonly damage: readonly Damage[] };

/** A whole event log in memory. Large files are better read chunk by chunk: see readChunk. Never throws. */
export function readEvtx(file: Buffer): EvtxFile {
  const records: EvtxRecord[] = [];
  const damage = [...checkFileHeader(file, file.length)];
  const sink = { onRecord: (one: EvtxRecord) => records.push(one), onDamage: (one: Damage) => damage.push(one) };
  for (let at = isEvtx(file) ? FILE_HEADER_BYTES : 0; at < file.length; at += CHUNK_BYTES)
    readChunk(file.subarray(at, at + CHUNK_BYTES), at, sink);
  return { records, damage };
}
