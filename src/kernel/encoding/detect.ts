import { isUtf8 } from "node:buffer";
import type { Encoding } from "./contract.ts";
import { eucJpCost, latinCost, shiftJisCost, utf8Cost } from "./cost.ts";
import { isIso2022Jp } from "./iso-2022-jp.ts";
import { sniffUtf16 } from "./utf16.ts";

/** What stands further on decides nothing more. */
const LOOKED_AT_BYTES = 16_384;

/**
 * The encoding of one line. Valid UTF-8 is UTF-8, unless it is built as UTF-16 or ISO-2022-JP are: with zero bytes at every other
 * place, or with escapes that switch to Japanese. Otherwise the reading that makes the most usual text of the bytes (`cost.ts`).
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  const utf16 = sniffUtf16(bytes);
  if (utf16 !== undefined) return utf16;
  if (isUtf8(bytes)) return isIso2022Jp(bytes) ? "iso-2022-jp" : "utf-8";
  const head = bytes.length > LOOKED_AT_BYTES ? bytes.subarray(0, LOOKED_AT_BYTES) : bytes;
  let best: Encoding = "utf-8";
  let least = utf8Cost(head);
  for (const [encoding, costOf] of LEGACY) {
    const cost = costOf(head);
    if (cost < least) [best, least] = [encoding, cost];
  }
  return best;
}

/** The first of equals counts. */
const LEGACY: readonly (readonly [Encoding, (bytes: Uint8Array) => number])[] = [
  ["shift_jis", shiftJisCost],
  ["euc-jp", eucJpCost],
  ["windows-1252", latinCost],
];
