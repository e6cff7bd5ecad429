import ipaddr from "ipaddr.js";

/** Inclusive range of addresses, both ends as IPv6 text (IPv4 mapped into ::ffff:0:0/96), which is how they are stored. */
export type AddressRange = { readonly low: string; readonly high: string };

const MAPPED_BITS = 96;

/** An address as the store holds it: `10.0.0.1` → `::ffff:10.0.0.1`. undefined when the text is no address. */
export function readAddress(text: string): string | undefined {
  const bytes = bytesOf(text);
  return bytes && textOf(bytes);
}

/** `10.0.0.0/8`, `2001:db8::/32`, or whole octets with a star (`10.0.*`). Host bits are ignored. */
export function readNetwork(text: string): AddressRange | undefined {
  const network = starNetwork(text) ?? text;
  const slash = network.lastIndexOf("/");
  if (slash < 0 || !/^\d{1,3}$/.test(network.slice(slash + 1))) return undefined;
  const address = network.slice(0, slash);
  const bytes = bytesOf(address);
  if (bytes === undefined) return undefined;
  const isV4 = !address.includes(":");
  const prefix = Number(network.slice(slash + 1));
  if (prefix > (isV4 ? 32 : 128)) return undefined;
  const bits = isV4 ? prefix + MAPPED_BITS : prefix;
  const edge = (fill: 0 | 255) =>
    bytes.map((byte, i) => {
      const kept = Math.max(0, Math.min(8, bits - i * 8));
      const mask = (0xff << (8 - kept)) & 0xff;
      return (byte & mask) | (fill & ~mask & 0xff);
    });
  return { low: textOf(edge(0)), high: textOf(edge(255)) };
}

function starNetwork(text: string): string | undefined {
  const match = /^((?:\d{1,3}\.){1,3})\*$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const octets = match[1].split(".").filter((octet) => octet !== "");
  return `${[...octets, "0", "0", "0"].slice(0, 4).join(".")}/${octets.length * 8}`;
}

function bytesOf(text: string): number[] | undefined {
  // Only the two usual forms: ipaddr.js also reads `1` or `0x7f.1`, which nobody means.
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(text) && !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return undefined;
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv4 ? address.toIPv4MappedAddress().toByteArray() : address.toByteArray();
}

const textOf = (bytes: number[]): string => {
  const address = new ipaddr.IPv6(bytes);
  return address.isIPv4MappedAddress() ? `::ffff:${address.toIPv4Address().toString()}` : address.toRFC5952String();
};
