import { isEvtx } from "../../monitor/parse/index.ts";
import { problemWith } from "../ingest/decode.ts";

const BINARY_SHARE = 0.02;

/** Why a file that begins so is nothing to hunt in; undefined when it is something. */
export function whyNot(head: Buffer): string | undefined {
  if (isEvtx(head)) return undefined;
  const known = problemWith(head);
  if (known !== undefined) return known;
  return isBinary(head) ? "is binary data that hunt knows nothing of" : undefined;
}

/** Logs have a NUL or another control character now and then; programs and pictures are full of them. */
function isBinary(head: Buffer): boolean {
  let controls = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) controls += 1;
  return controls > 16 && controls > head.length * BINARY_SHARE;
}
