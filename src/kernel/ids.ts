import { randomBytes } from "node:crypto";

/** Crockford base 32: sorts like the number it encodes, and has no letters that people misread. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id such as `unit_06f3…`: 48 bits of milliseconds, then 80 random bits, so ids sort by creation. */
export function newId(prefix: string, nowMs: number = Date.now()): string {
  let time = "";
  for (let rest = nowMs, i = 0; i < 10; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let random = "";
  for (const byte of randomBytes(16)) random += ALPHABET.charAt(byte & 31);
  return `${prefix}_${time}${random}`;
}
