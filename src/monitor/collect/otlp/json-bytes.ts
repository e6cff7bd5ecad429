import { AppError } from "../../../kernel/errors.ts";
import { hasTooManyContainers, MAX_CONTAINERS, stringEnd } from "../json-scan.ts";

const QUOTE = 0x22;
const MINUS = 0x2d;
/** Fewer digits are always held exactly by a number. */
const LONG_DIGITS = 16;

/**
 * Makes a request in JSON fit to be parsed. Integers of 16 digits and more become texts, which they are in protobuf's JSON:
 * as plain numbers, which senders write too, JSON.parse would round them. (Its own way to tell, a reviver, takes a request of
 * hostile shape 17 seconds.) Errors: AppError `too_large` for more than a million objects and lists.
 */
export function quoteLongIntegers(json: Buffer): Buffer {
  if (hasTooManyContainers(json))
    throw new AppError("too_large", `A request may hold at most ${MAX_CONTAINERS} objects and lists.`);
  let quoted: Buffer | undefined;
  let length = 0;
  let copied = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = stringEnd(json, at) - 1;
    else if (byte === MINUS || isDigit(byte)) {
      const end = numberEnd(json, at);
      if (isLongInteger(json, at, end)) {
        // Two quotes for at least sixteen digits.
        quoted ??= Buffer.allocUnsafe(Math.ceil(json.length * (1 + 2 / LONG_DIGITS)));
        length += json.copy(quoted, length, copied, at);
        quoted[length] = QUOTE;
        length += 1 + json.copy(quoted, length + 1, at, end);
        quoted[length] = QUOTE;
        length += 1;
        copied = end;
      }
      at = end - 1;
    }
  }
  if (quoted === undefined) return json;
  return quoted.subarray(0, length + json.copy(quoted, length, copied));
}

/** One past what may belong to the number that starts at `from`. */
function numberEnd(json: Buffer, from: number): number {
  let at = from + 1;
  while (at < json.length && isOfNumber(json[at] ?? 0)) at += 1;
  return at;
}

function isLongInteger(json: Buffer, from: number, end: number): boolean {
  const first = json[from] === MINUS ? from + 1 : from;
  if (end - first < LONG_DIGITS) return false;
  for (let at = first; at < end; at += 1) if (!isDigit(json[at] ?? 0)) return false;
  return true;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** Digits, signs, point, e and E. */
const isOfNumber = (byte: number): boolean =>
  isDigit(byte) || byte === 0x2b || byte === MINUS || byte === 0x2e || byte === 0x65 || byte === 0x45;
