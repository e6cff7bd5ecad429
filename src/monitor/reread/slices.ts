import type { Candidate, Within } from "./stored.ts";

/** Events of a slice and bytes of their raw texts: what is held several times over while it is read. */
const MAX_EVENTS = 2_000;
const MAX_BYTES = 8 << 20;

/**
 * Cuts events, in the order of their numbers, into slices of one stream. `isCounted` is true up to some event and false from then on; no
 * slice has events on both sides of that: what was told of before a crash and what was not stay apart.
 */
export function* slicesOf(
  sourceId: string,
  candidates: Iterable<Candidate>,
  isCounted: (candidate: Candidate) => boolean,
): Generator<Within> {
  let open: { seqs: string[]; stream: number; bytes: number; counted: boolean } | undefined;
  for (const candidate of candidates) {
    const counted = isCounted(candidate);
    const isOther = open && (open.stream !== candidate.stream || open.counted !== counted);
    if (open && (isOther || open.seqs.length === MAX_EVENTS || open.bytes + candidate.bytes > MAX_BYTES)) {
      yield sliceOf(sourceId, open.stream, open.seqs);
      open = undefined;
    }
    open ??= { seqs: [], stream: candidate.stream, bytes: 0, counted };
    open.seqs.push(candidate.seq);
    open.bytes += candidate.bytes;
  }
  if (open) yield sliceOf(sourceId, open.stream, open.seqs);
}

/** Precondition: at least one number, ascending. */
export const sliceOf = (sourceId: string, stream: number, seqs: readonly string[]): Within => ({
  sourceId,
  stream,
  seqs: [...seqs],
  first: seqs[0] ?? "0",
  last: seqs.at(-1) ?? "0",
});
