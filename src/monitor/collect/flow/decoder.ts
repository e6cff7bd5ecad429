import { createDomains, DEFAULT_FLOW_LIMITS, type FlowLimits } from "./domains.ts";
import type { Decoded, Export, Refused, Sender } from "./flow.ts";
import { decodeNetflow5 } from "./netflow5.ts";
import { decodeSets } from "./sets.ts";
import { decodeSflow } from "./sflow.ts";

export type FlowDecoder = {
  /** nowMs: UTC milliseconds. Never throws; what cannot be read is in `refused`. */
  decode(bytes: Buffer, sender: Sender, nowMs: number): Decoded;
  /** Forgets what is too old, and tells what waited in vain since the last call. Infinity: everything. */
  sweep(nowMs: number): Refused[];
  size(): { domains: number; fields: number; waitingBytes: number };
};

/** NetFlow v5 and v9, IPFIX and sFlow v5, told apart by their version field. Holds templates, bounded; no I/O, no clock. */
export function createFlowDecoder(limits: Partial<FlowLimits> = {}): FlowDecoder {
  let lost: Refused[] = [];
  const domains = createDomains({ ...DEFAULT_FLOW_LIMITS, ...limits }, ({ address }) => {
    lost.push({ address, reason: "no_template", events: 1 });
  });
  const takeLost = (): Refused[] => {
    const taken = lost;
    lost = [];
    return taken;
  };
  const sets = (bytes: Buffer, { address, port }: Sender, from: Export, nowMs: number): Decoded => {
    // RFC 7011 §8: templates are the transport session's own, so another port cannot change what this one said.
    const domain = domains.of(`${from.protocol} ${address} ${port} ${from.domain}`, address);
    const at = from.protocol === "ipfix" ? 16 : 20;
    const decoded = decodeSets({ bytes, from, domain, address, nowMs, at }, domains);
    return { flows: decoded.flows, refused: [...decoded.refused, ...takeLost()] };
  };
  return {
    decode(bytes, sender, nowMs) {
      const malformed: Decoded = {
        flows: [],
        refused: [{ address: sender.address, reason: "malformed_flow", events: 1 }],
      };
      if (bytes.length < 16) return malformed;
      const version = bytes.readUInt16BE(0);
      if (version === 5) return decodeNetflow5(bytes, sender.address);
      if (version === 9 && bytes.length >= 20) return sets(bytes, sender, netflow9(bytes), nowMs);
      if (version === 10) {
        const length = bytes.readUInt16BE(2);
        if (length < 16 || length > bytes.length) return malformed;
        return sets(bytes.subarray(0, length), sender, ipfix(bytes), nowMs);
      }
      return bytes.readUInt32BE(0) === 5 ? decodeSflow(bytes, sender.address, nowMs) : malformed;
    },
    sweep(nowMs) {
      domains.sweep(nowMs);
      return takeLost();
    },
    size: domains.size,
  };
}

/** RFC 3954 §5.1: the clock is told in whole seconds, so instants counted from it are up to a second early. */
const netflow9 = (bytes: Buffer): Export => ({
  protocol: "netflow-v9",
  sysUpTimeMs: bytes.readUInt32BE(4),
  exportMs: bytes.readUInt32BE(8) * 1000,
  domain: bytes.readUInt32BE(16),
});

/** RFC 7011 §3.1. */
const ipfix = (bytes: Buffer): Export => ({
  protocol: "ipfix",
  sysUpTimeMs: undefined,
  exportMs: bytes.readUInt32BE(4) * 1000,
  domain: bytes.readUInt32BE(12),
});
