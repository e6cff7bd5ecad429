import type { UnitKey } from "./company.ts";

export const TRANSPORTS = ["syslog-udp", "syslog-tcp", "bulk"] as const;
export type Transport = (typeof TRANSPORTS)[number];

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

/** One log line as its device sends it. `bytes` is the syslog message without framing, or the JSON document for `_bulk`. */
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
