/**
 * The closed vocabulary of "did what" (どうした): every parser answers with one of these words, so that rules, charts and
 * translations can rely on them. This file imports nothing: the web translates each word.
 */
export const ACTIONS = [
  // Processes and what runs in them
  "process-started",
  "process-ended",
  "process-accessed",
  "process-tampered",
  "thread-injected",
  "image-loaded",
  "driver-loaded",
  "command-run",
  "script-run",
  "script-started",
  "script-ended",
  "shell-started",
  "shell-ended",
  "program-blocked",
  "program-failed",
  // Files, disks, devices
  "file-created",
  "file-accessed",
  "file-changed",
  "file-deleted",
  "file-renamed",
  "file-blocked",
  "file-time-changed",
  "file-stream-created",
  "file-downloaded",
  "disk-read-raw",
  "device-connected",
  "clipboard-changed",
  "share-accessed",
  "share-changed",
  // Registry, pipes, WMI
  "registry-key-created",
  "registry-key-deleted",
  "registry-key-renamed",
  "registry-value-set",
  "registry-value-deleted",
  "pipe-created",
  "pipe-connected",
  "wmi-operation-run",
  "wmi-subscription-changed",
  // Identity: sessions
  "logged-on",
  "logon-failed",
  "logged-off",
  "credentials-checked",
  "explicit-credentials-used",
  "credentials-read",
  "ticket-requested",
  "privileges-assigned",
  "privilege-used",
  "session-opened",
  "session-closed",
  "session-reconnected",
  "session-disconnected",
  "screen-locked",
  "screen-unlocked",
  "user-switched",
  // Identity: accounts
  "user-created",
  "user-deleted",
  "user-changed",
  "user-enabled",
  "user-disabled",
  "user-locked",
  "user-unlocked",
  "user-examined",
  "password-changed",
  "password-reset",
  "group-created",
  "group-deleted",
  "group-changed",
  "group-examined",
  "group-member-added",
  "group-member-removed",
  "directory-object-changed",
  "directory-object-accessed",
  // Objects and their protection
  "object-accessed",
  "object-deleted",
  "object-released",
  "handle-duplicated",
  "permissions-changed",
  "key-used",
  "key-restored",
  // The system itself
  "system-started",
  "system-stopped",
  "system-time-changed",
  "service-installed",
  "service-changed",
  "service-started",
  "service-stopped",
  "service-failed",
  "task-created",
  "task-changed",
  "task-deleted",
  "task-enabled",
  "task-disabled",
  "task-started",
  "task-ended",
  "policy-changed",
  "audit-policy-changed",
  "log-cleared",
  "monitoring-changed",
  "monitoring-failed",
  "log-source-silent",
  "log-source-recovered",
  "log-collection-silent",
  "log-collection-recovered",
  "configuration-changed",
  "update-installed",
  // Network
  "connection-opened",
  "connection-allowed",
  "connection-denied",
  "connection-ended",
  "connection-failed",
  "flow-observed",
  "port-opened",
  "firewall-rule-added",
  "firewall-rule-changed",
  "firewall-rule-deleted",
  "firewall-changed",
  "http-request",
  "http-request-denied",
  "server-error",
  "dns-query",
  "dns-query-denied",
  "dns-answer",
  "zone-transfer",
  "address-leased",
  "address-released",
  "mail-queued",
  "mail-transferred",
  "mail-rejected",
  "mail-removed",
  "file-transferred",
  // Security products and clouds
  "anomaly-detected",
  "attack-detected",
  "attack-blocked",
  "malware-detected",
  "malware-blocked",
  "protection-changed",
  "api-called",
  "system-call-made",
] as const;

export type Action = (typeof ACTIONS)[number];

/** ECS event.outcome. */
export const OUTCOMES = ["success", "failure", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why an event is stored with less than a full reading. The raw bytes are kept in every case. */
export const PROBLEMS = [
  "empty", // nothing but white space
  "line_too_long", // past the length that is parsed; only the head was read
  "unrecognized", // no format fits
  "not_the_pinned_format", // the source is pinned to a format that this line is not
  "broken_json", // starts like JSON and is not
  "too_many_fields", // only the first fields were kept
  "too_deep", // nesting past the bound was left out
  "time_absurd", // before 1970 or after 2200
  "time_unreadable", // a time is there and cannot be read
] as const;
export type Problem = (typeof PROBLEMS)[number];

/** What a source may be pinned to. "auto" looks at each line. */
export const FORMATS = [
  "auto",
  "windows",
  "json",
  "syslog",
  "apache",
  "nginx",
  "web",
  "squid",
  "cef",
  "leef",
  "zeek",
  "w3c",
  "csv",
  "keyvalue",
  "panos",
  "checkpoint",
  "sonicwall",
  "yamaha",
  "flow",
  "raw",
] as const;
export type FormatId = (typeof FORMATS)[number];
