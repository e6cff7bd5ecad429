import { isEvtx } from "../../monitor/parse/index.ts";
import { isBinary, problemWith } from "../ingest/decode.ts";

/** Why a file that begins so is nothing to hunt in; undefined when it is something. */
export function whyNot(head: Buffer): string | undefined {
  if (isEvtx(head)) return undefined;
  const known = problemWith(head);
  if (known !== undefined) return known.problem;
  return isBinary(head) ? "is binary data that hunt knows nothing of" : undefined;
}
