import type ipaddr from "ipaddr.js";

/**
 * What an address is to a company's perimeter. `public`: somebody's on the internet. `private`: inside by its nature (RFC 1918, RFC 4193,
 * loopback, link-local, multicast, broadcast). `reserved`: neither, such as documentation, 0.0.0.0 and shared carrier space (RFC 6598).
 * Source: the IANA special-purpose registries, as in ipaddr.js.
 */
export type AddressClass = "public" | "private" | "reserved";

const PRIVATE = new Set(["private", "uniqueLocal", "loopback", "linkLocal", "multicast", "broadcast"]);

export function classOf(address: ipaddr.IPv4 | ipaddr.IPv6): AddressClass {
  const range = address.range();
  if (range === "unicast") return "public";
  return PRIVATE.has(range) ? "private" : "reserved";
}
