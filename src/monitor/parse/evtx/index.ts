export { CHUNK_BYTES } from "./chunk.ts";
export { type Damage, type DamageKind, LOSSES } from "./damage.ts";
export { type EvtxFile, readEvtx } from "./evtx.ts";
export { checkFileHeader, FILE_HEADER_BYTES, isEvtx } from "./header.ts";
export { type EvtxRecord, readChunk } from "./records.ts";
