export { type BulkRoutesDeps, bulkRoutes } from "./bulk/routes.ts";
export { createBulkServer } from "./bulk/server.ts";
export { type Counters, createCounters, REJECT_REASONS, type RejectReason, type SourceCounts } from "./counters.ts";
export { createIntake, type Intake, type IntakeDeps, type IntakeSnapshot } from "./intake.ts";
export { type CollectLimits, DEFAULT_LIMITS } from "./limits.ts";
export { type Batches, createBatches } from "./lines/batches.ts";
export { createJsonSplitter } from "./lines/json-splitter.ts";
export { type IngestRoutesDeps, ingestRoutes } from "./lines/routes.ts";
export { createLineSplitter, type Splitter } from "./lines/splitter.ts";
export type { AuthenticateToken, Origin, ResolvedSource, ResolveSource, TokenIdentity } from "./origin.ts";
export type { BatchPart, Receipt, Refusal } from "./receipt.ts";
export {
  type CollectedRecord,
  decodeFrames,
  decodeMeta,
  decodeRecord,
  encodeFrames,
  encodeMeta,
  type RecordMeta,
  type Transport,
} from "./record.ts";
export type { SyslogOptions } from "./syslog/deliver.ts";
export { listenSyslogTcp, type SyslogTcp, type TcpStats } from "./syslog/tcp.ts";
export { listenSyslogUdp, type SyslogUdp, type UdpStats } from "./syslog/udp.ts";
