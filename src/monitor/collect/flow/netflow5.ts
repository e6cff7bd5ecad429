import { type Decoded, fromUpTime, newFlow } from "./flow.ts";
import { address } from "./value.ts";

const HEADER_BYTES = 24;
const RECORD_BYTES = 48;

/** NetFlow v5: a fixed header and up to 30 records of 48 bytes. What the count promises and the datagram lacks is refused. */
export function decodeNetflow5(bytes: Buffer, peer: string): Decoded {
  if (bytes.length < HEADER_BYTES)
    return { flows: [], refused: [{ address: peer, reason: "malformed_flow", events: 1 }] };
  const promised = bytes.readUInt16BE(2);
  const count = Math.min(promised, Math.floor((bytes.length - HEADER_BYTES) / RECORD_BYTES));
  const flows = Array.from({ length: count }, (_, i) => record(bytes, HEADER_BYTES + i * RECORD_BYTES));
  const missing = promised - count;
  return { flows, refused: missing > 0 ? [{ address: peer, reason: "malformed_flow", events: missing }] : [] };
}

function record(bytes: Buffer, at: number) {
  const sysUpTimeMs = bytes.readUInt32BE(4);
  const exportMs = bytes.readUInt32BE(8) * 1000 + Math.floor(bytes.readUInt32BE(12) / 1e6);
  const domain = bytes.readUInt16BE(20);
  // The two high bits are the mode, the rest the interval.
  const interval = bytes.readUInt16BE(22) & 0x3fff;
  const time = (offset: number): number => fromUpTime(exportMs, sysUpTimeMs, bytes.readUInt32BE(at + offset));
  return {
    ...newFlow({ protocol: "netflow-v5", exportMs, sysUpTimeMs, domain }),
    flowStartMilliseconds: time(24),
    flowEndMilliseconds: time(28),
    sourceIPv4Address: address(bytes, at, 4),
    destinationIPv4Address: address(bytes, at + 4, 4),
    ipNextHopIPv4Address: address(bytes, at + 8, 4),
    ingressInterface: bytes.readUInt16BE(at + 12),
    egressInterface: bytes.readUInt16BE(at + 14),
    packetDeltaCount: bytes.readUInt32BE(at + 16),
    octetDeltaCount: bytes.readUInt32BE(at + 20),
    sourceTransportPort: bytes.readUInt16BE(at + 32),
    destinationTransportPort: bytes.readUInt16BE(at + 34),
    tcpControlBits: bytes.readUInt8(at + 37),
    protocolIdentifier: bytes.readUInt8(at + 38),
    ipClassOfService: bytes.readUInt8(at + 39),
    bgpSourceAsNumber: bytes.readUInt16BE(at + 40),
    bgpDestinationAsNumber: bytes.readUInt16BE(at + 42),
    sourceIPv4PrefixLength: bytes.readUInt8(at + 44),
    destinationIPv4PrefixLength: bytes.readUInt8(at + 45),
    ...(interval > 1 && { samplingRate: interval }),
  };
}
