import ipaddr from "ipaddr.js";

const MAPPED = 10;

/** Writes an address as 16 bytes (IPv4 mapped into IPv6) at `offset`. Returns false, leaving zeros, when the text is no address. */
export function packIp(text: string, into: Uint8Array, offset: number): boolean {
  if (packIpv4(text, into, offset)) return true;
  into.fill(0, offset, offset + 16);
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return false;
  into.set(ipaddr.IPv6.parse(text).toByteArray(), offset);
  return true;
}

/** Dotted decimal by hand: it is nearly every address we see, and ten times faster than the general parser. */
function packIpv4(text: string, into: Uint8Array, offset: number): boolean {
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (digits === 0 || part === 3) return false;
      into[offset + 12 + part] = value;
      part += 1;
      digits = 0;
      value = 0;
    } else {
      value = value * 10 + code - 0x30;
      digits += 1;
      if (code < 0x30 || code > 0x39 || digits > 3 || value > 255) return false;
    }
  }
  if (part !== 3 || digits === 0) return false;
  into[offset + 15] = value;
  into[offset + MAPPED] = 0xff;
  into[offset + MAPPED + 1] = 0xff;
  return true;
}
