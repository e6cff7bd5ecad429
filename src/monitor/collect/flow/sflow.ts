import { type Decoded, type Flow, MAX_FLOWS_PER_DATAGRAM, newFlow } from "./flow.ts";
import { readEthernet, readIpv4, readIpv6 } from "./packet.ts";
import { address, unsigned } from "./value.ts";

/** sFlow v5 (sflow.org, 2004): XDR, big-endian words; samples and their records each carry their length. */
export function decodeSflow(bytes: Buffer, peer: string, nowMs: number): Decoded {
  const decoded: Decoded = { flows: [], refused: [] };
  const malformed = (): Decoded => {
    decoded.refused.push({ address: peer, reason: "malformed_flow", events: 1 });
    return decoded;
  };
  const agentBytes = { 1: 4, 2: 16 }[bytes.readUInt32BE(4)];
  if (agentBytes === undefined || bytes.length < 24 + agentBytes) return malformed();
  const head: Flow = {
    // sFlow tells no time of day: the arrival is the nearest that is known.
    ...newFlow({
      protocol: "sflow-v5",
      exportMs: nowMs,
      sysUpTimeMs: undefined,
      domain: bytes.readUInt32BE(8 + agentBytes),
    }),
    exporterAddress: address(bytes, 8, agentBytes),
  };
  const count = bytes.readUInt32BE(20 + agentBytes);
  let at = 24 + agentBytes;
  for (let i = 0; i < count; i += 1) {
    const sample = blockAt(bytes, at);
    if (sample === undefined || decoded.flows.length >= MAX_FLOWS_PER_DATAGRAM) return malformed();
    const flow = readSample(sample, head);
    if (flow === undefined) malformed();
    else if (flow !== "unknown") decoded.flows.push(flow);
    at = sample.next;
  }
  return decoded;
}

type Block = { readonly type: number; readonly body: Buffer; readonly next: number };

/** `type, length, bytes` at that place; undefined when it goes past the end. */
function blockAt(bytes: Buffer, at: number): Block | undefined {
  if (bytes.length - at < 8) return undefined;
  const length = bytes.readUInt32BE(at + 4);
  if (length > bytes.length - at - 8) return undefined;
  return { type: bytes.readUInt32BE(at), body: bytes.subarray(at + 8, at + 8 + length), next: at + 8 + length };
}

function readSample({ type, body }: Block, head: Flow): Flow | "unknown" | undefined {
  switch (type) {
    case 1:
      return flowSample(body, head, false);
    case 2:
      return counterSample(body, head, 8);
    case 3:
      return flowSample(body, head, true);
    case 4:
      return counterSample(body, head, 12);
    default:
      return "unknown";
  }
}

/** In the compact form an interface's two high bits say what the number is; only 0 is an interface. */
const compact = (word: number): number | undefined => (word >>> 30 === 0 ? word : undefined);

function flowSample(body: Buffer, head: Flow, isExpanded: boolean): Flow | undefined {
  const fixed = isExpanded ? 44 : 32;
  if (body.length < fixed) return undefined;
  const word = (at: number): number => body.readUInt32BE(at);
  const rateAt = isExpanded ? 12 : 8;
  const ingress = isExpanded ? (word(24) === 0 ? word(28) : undefined) : compact(word(20));
  const egress = isExpanded ? (word(32) === 0 ? word(36) : undefined) : compact(word(24));
  const flow: Flow = { ...head, samplingRate: Math.max(1, word(rateAt)), packetDeltaCount: 1 };
  if (ingress !== undefined) flow.ingressInterface = ingress;
  if (egress !== undefined) flow.egressInterface = egress;
  return eachRecord(body, fixed, (record) => readFlowRecord(record, flow)) ? flow : undefined;
}

function eachRecord(body: Buffer, from: number, read: (record: Block) => void): boolean {
  const count = body.readUInt32BE(from - 4);
  let at = from;
  for (let i = 0; i < count; i += 1) {
    const record = blockAt(body, at);
    if (record === undefined) return false;
    read(record);
    at = record.next;
  }
  return true;
}

/** Raw packet header (1), and the switch's own words on VLANs (1001); others say nothing that a flow has. */
function readFlowRecord({ type, body }: Block, flow: Flow): void {
  if (type === 1001 && body.length >= 16) flow.vlanId = body.readUInt32BE(0);
  if (type !== 1 || body.length < 16) return;
  flow.octetDeltaCount = body.readUInt32BE(4);
  const packet = body.subarray(16, 16 + Math.min(body.readUInt32BE(12), body.length - 16));
  const protocol = body.readUInt32BE(0);
  if (protocol === 1) readEthernet(packet, flow);
  else if (protocol === 11) readIpv4(packet, flow);
  else if (protocol === 12) readIpv6(packet, flow);
}

const COUNTERS: readonly (readonly [name: string, at: number, bytes: 4 | 8])[] = [
  ["ifIndex", 0, 4],
  ["ifType", 4, 4],
  ["ifSpeed", 8, 8],
  ["ifDirection", 16, 4],
  ["ifStatus", 20, 4],
  ["ifInOctets", 24, 8],
  ["ifInUcastPkts", 32, 4],
  ["ifInMulticastPkts", 36, 4],
  ["ifInBroadcastPkts", 40, 4],
  ["ifInDiscards", 44, 4],
  ["ifInErrors", 48, 4],
  ["ifInUnknownProtos", 52, 4],
  ["ifOutOctets", 56, 8],
  ["ifOutUcastPkts", 64, 4],
  ["ifOutMulticastPkts", 68, 4],
  ["ifOutBroadcastPkts", 72, 4],
  ["ifOutDiscards", 76, 4],
  ["ifOutErrors", 80, 4],
  ["ifPromiscuousMode", 84, 4],
];

/** Interface counters (1) under SNMP's names; a sample without them says nothing that is kept. */
function counterSample(body: Buffer, head: Flow, from: number): Flow | "unknown" | undefined {
  if (body.length < from + 4) return undefined;
  let flow: Flow | undefined;
  const isWhole = eachRecord(body, from + 4, (record) => {
    if (record.type !== 1 || record.body.length < 88) return;
    flow = { ...head, sampleType: "counters" };
    for (const [name, at, bytes] of COUNTERS) flow[name] = unsigned(record.body, at, bytes);
  });
  return isWhole ? (flow ?? "unknown") : undefined;
}
