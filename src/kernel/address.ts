import ipaddr from "ipaddr.js";

/**
 * Undefined when the text is no address. An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) is that IPv4 address. Most texts that are asked
 * about are names of machines, which the general parser turns down by way of an exception: they are told by their characters first.
 */
export function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.includes(":")) return ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : undefined;
  // `10`, `0x7f` and `010.1.1.1` are addresses to C's inet_aton, and other ones than people mean.
  return DOTTED.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
}

const DOTTED = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
