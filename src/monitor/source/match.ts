import ipaddr from "ipaddr.js";
import { fail, ok, type Result } from "../../kernel/result.ts";

/** What a source asks of a sender: every given part must hold. */
export type Pattern = {
  readonly transport?: string | undefined;
  /** Address or CIDR. */
  readonly peer?: string | undefined;
  /** Host name with `*` for any run of characters. */
  readonly hostName?: string | undefined;
};
export type Sender = {
  readonly transport: string;
  readonly peer: string;
  /** Proved by a client certificate; stands beside the host name that the sender claims. */
  readonly peerName?: string | undefined;
  readonly hostName?: string | undefined;
};

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];
type Matcher<T> = {
  readonly owner: T;
  readonly rank: readonly [number, number, number];
  readonly matches: (sender: Sender, address: ipaddr.IPv4 | ipaddr.IPv6 | undefined) => boolean;
};

/** An address or CIDR as a network; a bare address is a network of one. */
export function parseNetwork(text: string): Result<Network> {
  const trimmed = text.trim();
  if (!trimmed.includes("/")) {
    const address = parseAddress(trimmed);
    return address ? ok([address, address.kind() === "ipv4" ? 32 : 128]) : fail("not_an_address");
  }
  if (!ipaddr.isValidCIDR(trimmed) || !isFullAddress(trimmed.split("/")[0] ?? "")) return fail("not_a_network");
  const [address, bits] = ipaddr.parseCIDR(trimmed);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    return bits >= 96 ? ok([address.toIPv4Address(), bits - 96]) : fail("not_a_network");
  }
  return ok([address, bits]);
}

/** The most specific source that matches, or undefined: host name before address, narrow networks before wide ones. */
export function compileMatchers<T>(
  sources: readonly { readonly owner: T; readonly pattern: Pattern }[],
): (sender: Sender) => T | undefined {
  const matchers = sources.flatMap(({ owner, pattern }) => compile(owner, pattern)).sort(byRank);
  return (sender) => {
    const address = parseAddress(sender.peer);
    return matchers.find((matcher) => matcher.matches(sender, address))?.owner;
  };
}

function compile<T>(owner: T, { transport, peer, hostName }: Pattern): Matcher<T>[] {
  if (!peer && !hostName) return [];
  const network = peer ? parseNetwork(peer) : undefined;
  if (network && !network.ok) return [];
  const matchesHost = hostName ? hostMatcher(hostName) : undefined;
  const bits = network ? network.value[1] + (network.value[0].kind() === "ipv4" ? 96 : 0) : -1;
  return [
    {
      owner,
      rank: [hostName ? literalLength(hostName) : -1, bits, transport ? 1 : 0],
      matches: (sender, address) =>
        (!transport || transport === sender.transport) &&
        (!matchesHost || matchesHost(sender.hostName ?? "") || matchesHost(sender.peerName ?? "")) &&
        (!network || (address !== undefined && contains(network.value, address))),
    },
  ];
}

const byRank = <T>(one: Matcher<T>, two: Matcher<T>): number =>
  two.rank[0] - one.rank[0] || two.rank[1] - one.rank[1] || two.rank[2] - one.rank[2];

const literalLength = (pattern: string): number => pattern.replaceAll("*", "").length;

function contains([network, bits]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** Strict notation only: `10.1` or `0x0a.1` must not quietly become an address. IPv4-mapped IPv6 is IPv4. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isFullAddress(text) ? ipaddr.process(text) : undefined;
}

const isFullAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(":") && ipaddr.IPv6.isValid(text));

/** `*` stands for any run of characters. Linear in the text times the parts, so that no pattern can hang a listener. */
function hostMatcher(pattern: string): (hostName: string) => boolean {
  const parts = pattern.toLowerCase().split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return (hostName) => hostName.toLowerCase() === first;
  const middle = parts.slice(1, -1);
  return (hostName) => {
    const text = hostName.toLowerCase();
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
