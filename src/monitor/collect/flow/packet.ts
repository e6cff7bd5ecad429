import type { Flow } from "./flow.ts";
import { address } from "./value.ts";

const ETHERNET_BYTES = 14;
const VLANS = new Set([0x8100, 0x88a8, 0x9100]);
/** IPv6 headers that may stand before the transport's (RFC 8200 §4): hop-by-hop, routing, destination options. */
const EXTENSIONS = new Set([0, 43, 60]);
const MAX_EXTENSIONS = 8;

/** The first bytes of an Ethernet frame, as far as they go: what they say is added to the flow, the rest is left out. */
export function readEthernet(bytes: Buffer, flow: Flow): void {
  if (bytes.length < ETHERNET_BYTES) return;
  const mac = (at: number): string => bytes.toString("hex", at, at + 6).replace(/(..)(?=.)/g, "$1:");
  flow.destinationMacAddress = mac(0);
  flow.sourceMacAddress = mac(6);
  let at = 12;
  for (let tags = 0; tags < 2 && VLANS.has(bytes.readUInt16BE(at)) && bytes.length >= at + 6; tags += 1) {
    flow[tags === 0 ? "vlanId" : "customerVlanId"] = bytes.readUInt16BE(at + 2) & 0x0fff;
    at += 4;
  }
  const type = bytes.readUInt16BE(at);
  flow.ethernetType = type;
  if (type === 0x0800) readIpv4(bytes.subarray(at + 2), flow);
  else if (type === 0x86dd) readIpv6(bytes.subarray(at + 2), flow);
}

export function readIpv4(bytes: Buffer, flow: Flow): void {
  const first = bytes[0] ?? 0;
  const headBytes = (first & 0x0f) * 4;
  if (bytes.length < 20 || first >> 4 !== 4 || headBytes < 20) return;
  flow.sourceIPv4Address = address(bytes, 12, 4);
  flow.destinationIPv4Address = address(bytes, 16, 4);
  flow.protocolIdentifier = bytes.readUInt8(9);
  flow.ipClassOfService = bytes.readUInt8(1);
  // Only the first fragment has ports.
  if ((bytes.readUInt16BE(6) & 0x1fff) === 0) readTransport(bytes.subarray(headBytes), bytes.readUInt8(9), flow);
}

export function readIpv6(bytes: Buffer, flow: Flow): void {
  if (bytes.length < 40 || bytes.readUInt8(0) >> 4 !== 6) return;
  flow.sourceIPv6Address = address(bytes, 8, 16);
  flow.destinationIPv6Address = address(bytes, 24, 16);
  let next = bytes.readUInt8(6);
  let at = 40;
  for (let i = 0; i < MAX_EXTENSIONS && EXTENSIONS.has(next) && bytes.length >= at + 8; i += 1) {
    next = bytes.readUInt8(at);
    at += 8 * (bytes.readUInt8(at + 1) + 1);
  }
  flow.protocolIdentifier = next;
  readTransport(bytes.subarray(at), next, flow);
}

function readTransport(bytes: Buffer, protocol: number, flow: Flow): void {
  if ((protocol !== 6 && protocol !== 17) || bytes.length < 4) return;
  flow.sourceTransportPort = bytes.readUInt16BE(0);
  flow.destinationTransportPort = bytes.readUInt16BE(2);
  if (protocol === 6 && bytes.length >= 14) flow.tcpControlBits = bytes.readUInt8(13);
}
