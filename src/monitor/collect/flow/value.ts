import type { ElementType } from "./elements.ts";

export type FlowValue = string | number;

const NTP_TO_UNIX_SECONDS = 2_208_988_800;

/** The octets [at, at + length) as a value; undefined when they say nothing. The caller has checked that they are there. */
export function readValue(bytes: Buffer, at: number, length: number, type: ElementType): FlowValue | undefined {
  if (length === 0) return undefined;
  switch (type) {
    case "unsigned":
      return length <= 8 ? unsigned(bytes, at, length) : hex(bytes, at, length);
    case "seconds":
      return length <= 4 ? bytes.readUIntBE(at, length) : unsigned(bytes, at, Math.min(length, 8));
    case "ntp":
      return length === 8 ? ntpMs(bytes, at) : hex(bytes, at, length);
    case "ip":
      return length === 4 || length === 16 ? address(bytes, at, length) : hex(bytes, at, length);
    case "mac":
      return hex(bytes, at, length).replace(/(..)(?=.)/g, "$1:");
    case "text":
      return text(bytes, at, length) || undefined;
    case "octets":
      return length <= 4 ? bytes.readUIntBE(at, length) : hex(bytes, at, length);
  }
}

const MAX_TEXT_BYTES = 4_096;

/** Texts of a fixed length are filled up with NUL. */
function text(bytes: Buffer, at: number, length: number): string {
  let end = at + Math.min(length, MAX_TEXT_BYTES);
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return bytes.toString("utf8", at, end);
}

const hex = (bytes: Buffer, at: number, length: number): string => bytes.toString("hex", at, at + length);

/** A number while it is exact as one, else decimal text. */
export function unsigned(bytes: Buffer, at: number, length: number): FlowValue {
  if (length <= 6) return bytes.readUIntBE(at, length);
  const value = BigInt(`0x${hex(bytes, at, length)}`);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

/** NTP's seconds since 1900 and 2^-32 seconds as UTC milliseconds (RFC 7011 §6.1.9, §6.1.10). */
const ntpMs = (bytes: Buffer, at: number): number =>
  (bytes.readUInt32BE(at) - NTP_TO_UNIX_SECONDS) * 1000 + Math.floor((bytes.readUInt32BE(at + 4) * 1000) / 2 ** 32);

/** IPv4, or IPv6 as RFC 5952 writes it: the longest run of zero groups, from two on, is left out. */
export function address(bytes: Buffer, at: number, length: number): string {
  if (length === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i));
  let [from, count] = [0, 0];
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - i > count) [from, count] = [i, end - i];
  }
  const joined = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return count < 2 ? joined(groups) : `${joined(groups.slice(0, from))}::${joined(groups.slice(from + count))}`;
}
