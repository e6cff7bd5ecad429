import { stringEnd } from "../json-scan.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/**
 * The bytes of a member's value in a JSON object, as they were written; of the last one, as JSON.parse has it. The object
 * must be valid. Undefined when no member is written with exactly this name (escapes in it are not read).
 */
export function memberBytes(object: Buffer, name: string): Buffer | undefined {
  const quoted = Buffer.from(JSON.stringify(name));
  let found: Buffer | undefined;
  let depth = 0;
  let keyFrom = -1;
  let valueFrom = -1;
  let isWanted = false;
  for (let at = 0; at < object.length; at += 1) {
    const byte = object[at] ?? 0;
    if (byte === QUOTE) {
      const end = stringEnd(object, at);
      if (depth === 1 && valueFrom < 0) {
        keyFrom = at;
        isWanted = object.subarray(keyFrom, end).equals(quoted);
      }
      at = end - 1;
    } else if (OPEN.has(byte)) depth += 1;
    else if (depth === 1 && byte === COLON) valueFrom = at + 1;
    else if (depth === 1 && (byte === COMMA || CLOSE.has(byte))) {
      if (isWanted && valueFrom >= 0) found = trim(object.subarray(valueFrom, at));
      valueFrom = -1;
      isWanted = false;
      if (byte !== COMMA) depth -= 1;
    } else if (CLOSE.has(byte)) depth -= 1;
  }
  return found;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

function trim(bytes: Buffer): Buffer {
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from += 1;
  while (to > from && isSpace(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}
