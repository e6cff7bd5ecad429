import type { UnitKey } from "./company.ts";

export const SYSLOG_TRANSPORTS = ["syslog-udp", "syslog-tcp", "syslog-tls", "relp"] as const;
/** Those take JSON documents, as shippers make them of lines of files. */
export const DOCUMENT_TRANSPORTS = ["bulk", "ndjson", "forward", "lumberjack"] as const;
/** Those take a line as it is, with its host and time beside it. */
export const ENVELOPE_TRANSPORTS = ["hec", "otlp-json", "otlp-protobuf"] as const;
export const FLOW_TRANSPORTS = ["netflow9", "ipfix"] as const;
export const TRANSPORTS = [
  ...SYSLOG_TRANSPORTS,
  ...DOCUMENT_TRANSPORTS,
  ...ENVELOPE_TRANSPORTS,
  ...FLOW_TRANSPORTS,
] as const;
export type Transport = (typeof TRANSPORTS)[number];
export type FlowTransport = (typeof FLOW_TRANSPORTS)[number];
/** Those by which lines of a device can go. */
export type LineTransport = Exclude<Transport, FlowTransport>;

export const isFlowTransport = (name: Transport): name is FlowTransport => name === "netflow9" || name === "ipfix";

/** The planted intrusion's stages, in the order in which they begin. */
export const STAGES = [
  "ssh-brute-force",
  "web-scan",
  "phishing",
  "execution",
  "command-and-control",
  "credential-dump",
  "discovery",
  "lateral-movement",
  "persistence",
  "collection",
  "exfiltration",
  "cover-up",
] as const;
export type Stage = (typeof STAGES)[number];

/** One log line as its device sends it. `bytes` is the syslog message without framing, the JSON document, the line, or the flow record. */
export type SimulatedEvent = {
  /** The event's own instant, UTC milliseconds, whole. */
  readonly atMs: number;
  readonly unit: UnitKey;
  /** The host that writes the log. */
  readonly source: string;
  readonly transport: Transport;
  readonly bytes: Buffer;
  /** Set on events of the planted intrusion. */
  readonly stage?: Stage;
};
