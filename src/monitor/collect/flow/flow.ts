import type { FlowValue } from "./value.ts";

/** One flow under the standard's element names, with what only its datagram knows: becomes one JSON line. */
export type Flow = Record<string, FlowValue>;

/** Why a part of a datagram was not taken: it waited for its template in vain, is against its protocol, or is too much. */
export type FlowProblem = "no_template" | "malformed_flow" | "over_limit";

export type Sender = { readonly address: string; readonly port: number };
export type Refused = { readonly address: string; readonly reason: FlowProblem; readonly events: number };
export type Decoded = { readonly flows: Flow[]; readonly refused: Refused[] };

/** Far above what fits into a datagram of a real exporter; stops one-byte records from becoming 65,000 events. */
export const MAX_FLOWS_PER_DATAGRAM = 4_096;

/** When a datagram left, and what it says of the exporter's clock. sysUpTimeMs: undefined for IPFIX, which has none. */
export type Export = {
  readonly protocol: "netflow-v5" | "netflow-v9" | "ipfix" | "sflow-v5";
  readonly exportMs: number;
  readonly sysUpTimeMs: number | undefined;
  readonly domain: number;
};

export const newFlow = ({ protocol, exportMs, domain }: Export): Flow => ({
  flowProtocol: protocol,
  exportTimeMilliseconds: exportMs,
  observationDomainId: domain,
});

/** An instant of the exporter's 32-bit uptime clock as UTC milliseconds: the difference is right across the clock's wrap. */
export const fromUpTime = (exportMs: number, sysUpTimeMs: number, upTimeMs: number): number =>
  exportMs - ((sysUpTimeMs - upTimeMs) | 0);
