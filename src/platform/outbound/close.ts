import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

/** Ranges that are this machine or what stands beside it, and IPv6 ranges that carry an IPv4 address of any kind. */
const CLOSE = new Set([
  ...["loopback", "linkLocal", "unspecified", "broadcast", "multicast", "reserved", "deprecatedSiteLocal"],
  ...["rfc6052", "rfc6145", "6to4", "teredo", "discard"],
]);
/** Metadata services of clouds in ranges that are a company's own: AWS in IPv6, Alibaba. */
const METADATA = ["fd00:ec2::254", "100.100.100.200"];
/** Ranges of a company's own network. */
const INTERNAL = new Set(["private", "uniqueLocal", "carrierGradeNat"]);

const parsed = (text: string) => ipaddr.process(text.replace(/%.*$/, ""));

/** Whether an address is this machine or what stands beside it. */
export function isClose(text: string): boolean {
  const address = parsed(text);
  if (CLOSE.has(address.range())) return true;
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
  const same = address.toNormalizedString();
  return [...METADATA, ...own].some((one) => parsed(one).toNormalizedString() === same);
}

/** Whether an address is on the inside: close, or in a range that is never routed in public. */
export const isInternal = (text: string): boolean => isClose(text) || INTERNAL.has(parsed(text).range());
