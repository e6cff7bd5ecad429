/** What can be wrong with an EVTX file. The records around it are read all the same. */
export const DAMAGES = [
  "not_evtx",
  "file_header",
  "file_header_checksum",
  "not_closed",
  "file_cut_short",
  "not_a_chunk",
  "chunk_cut_short",
  "chunk_header",
  "chunk_header_checksum",
  "chunk_checksum",
  "record_size",
  "record_lost",
  "record_unreadable",
] as const;
export type DamageKind = (typeof DAMAGES)[number];

/** Damage that may have cost records; a wrong checksum alone has not. */
export const LOSSES: ReadonlySet<DamageKind> = new Set([
  "not_evtx",
  "file_cut_short",
  "not_a_chunk",
  "chunk_cut_short",
  "record_lost",
  "record_unreadable",
]);

/** `offset`: bytes from the start of the file. */
export type Damage = { readonly kind: DamageKind; readonly offset: number; readonly detail: string };

export const damageAt = (kind: DamageKind, offset: number, detail: string): Damage => ({ kind, offset, detail });
