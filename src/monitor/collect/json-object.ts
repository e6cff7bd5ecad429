import { JsonCheck } from "../../kernel/json/check.ts";
import type { RejectReason } from "./counters.ts";

const OPEN_BRACE = 0x7b;
const check = new JsonCheck();

/**
 * Why these bytes are no JSON object, or undefined when they are one. Bytes are read as Latin-1: JSON's own characters are
 * ASCII, so the verdict is the same as for UTF-8, and bytes that are no UTF-8 inside a string are let through whole.
 */
export function jsonObjectProblem(
  bytes: Buffer,
): Extract<RejectReason, "malformed_json" | "not_an_object"> | undefined {
  if (check.isObject(bytes)) return undefined;
  try {
    JSON.parse(bytes.toString("latin1"));
  } catch {
    return "malformed_json";
  }
  return bytes[firstInk(bytes)] === OPEN_BRACE ? undefined : "not_an_object";
}

function firstInk(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
  return at;
}
