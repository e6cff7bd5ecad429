const DOT = 46;
const COLON = 58;

/** Is `text[from, to)` four decimal octets without leading zeros (RFC 6943 §3.1.1: other spellings are ambiguous)? */
export function isIpv4(text: string, from = 0, to = text.length): boolean {
  if (to - from < 7 || to - from > 15) return false;
  let octet = -1;
  let digits = 0;
  let dots = 0;
  for (let i = from; i < to; i += 1) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (digits === 0) return false;
      dots += 1;
      octet = -1;
      digits = 0;
    } else {
      if (c < 48 || c > 57 || (digits > 0 && octet === 0)) return false;
      octet = (digits === 0 ? 0 : octet * 10) + c - 48;
      digits += 1;
      if (octet > 255) return false;
    }
  }
  return dots === 3 && digits > 0;
}

const isHexDigit = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);

/** Is `text` IPv6 as in RFC 4291 §2.2, with or without an embedded IPv4 tail? */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false;
  let groups = 0;
  let digits = 0;
  let gap = false;
  let i = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gap = true;
    i = 2;
  }
  let start = i;
  for (; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === COLON) {
      if (digits === 0) {
        if (gap || i === 0) return false;
        gap = true;
      } else {
        groups += 1;
        digits = 0;
        if (i === text.length - 1) return false;
      }
      start = i + 1;
    } else if (c === DOT) {
      if (!isIpv4(text, start, text.length)) return false;
      groups += 2;
      return gap ? groups <= 7 : groups === 8;
    } else {
      digits += 1;
      if (digits > 4 || !isHexDigit(c)) return false;
    }
  }
  if (digits > 0) groups += 1;
  return gap ? groups <= 7 : groups === 8;
}

/** "" unless `value` is one address; brackets, a zone and the `::ffff:` of a mapped IPv4 are taken off. Lower case. */
export function toIp(value: unknown): string {
  if (typeof value !== "string" || value.length < 2 || value.length > 80) return "";
  if (isIpv4(value)) return value;
  return toIpv6(value);
}

function toIpv6(value: string): string {
  let text = value;
  if (text.charCodeAt(0) === 91) {
    const end = text.indexOf("]");
    if (end < 0) return "";
    text = text.slice(1, end);
  }
  const zone = text.indexOf("%");
  if (zone >= 0) text = text.slice(0, zone);
  if (text.length > 7 && /^::ffff:/i.test(text) && isIpv4(text, 7)) return text.slice(7);
  if (isIpv6(text)) return text.toLowerCase();
  return isIpv4(text) ? text : "";
}

/** 0 unless `value` is a port, as a number or decimal text. */
export function toPort(value: unknown): number {
  return toCount(value, 65_535);
}

/** 0 unless `value` is a whole number from 0 to `max`: a number, decimal text, or `0x…` text as Windows writes ids. */
export function toCount(value: unknown, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 && value <= max ? value : 0;
  if (typeof value !== "string" || value.length === 0 || value.length > 18) return 0;
  const isHex = value.length > 2 && value.charCodeAt(0) === 48 && (value.charCodeAt(1) | 32) === 120;
  let result = 0;
  for (let i = isHex ? 2 : 0; i < value.length; i += 1) {
    const c = value.charCodeAt(i);
    if (c >= 48 && c <= 57) result = result * (isHex ? 16 : 10) + c - 48;
    else if (isHex && isHexDigit(c)) result = result * 16 + (c | 32) - 87;
    else return 0;
    if (result > max) return 0;
  }
  return result;
}

export const MAX_PID = 0xff_ff_ff_ff;

/** `host:port`, `[v6]:port` or a bare host → its two parts; the port is 0 when there is none. */
export function splitHostPort(text: string): { host: string; port: number } {
  if (text.charCodeAt(0) === 91) {
    const end = text.indexOf("]");
    if (end > 0) return { host: text.slice(1, end), port: toPort(text.slice(end + 2)) };
  }
  const colon = text.lastIndexOf(":");
  if (colon <= 0 || text.indexOf(":") !== colon) return { host: text, port: 0 };
  return { host: text.slice(0, colon), port: toPort(text.slice(colon + 1)) };
}
