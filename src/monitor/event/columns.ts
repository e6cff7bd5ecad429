/**
 * The hot columns of an event: one list from which the row type, the ClickHouse table, the Native encoder and the
 * search language are all derived. `ecs` is the name people type; `column` is the same name in the table.
 * Source of the names: Elastic Common Schema 9.x. Names without an ECS equivalent are Yagura's own and marked.
 */
export type ColumnKind = "text" | "word" | "ip" | "port" | "count" | "number" | "pid" | "status" | "severity";

export type ColumnSpec = {
  readonly column: string;
  readonly ecs: string;
  /** `word` = repeats a lot (LowCardinality), `text` = free text, `ip` = IPv6 column holding v4 and v6, numbers by width. */
  readonly kind: ColumnKind;
};

export const COLUMNS = [
  // Classification (Sigma's log source) and origin: Yagura's own names.
  { column: "dataset", ecs: "event.dataset", kind: "word" },
  { column: "product", ecs: "product", kind: "word" },
  { column: "category", ecs: "category", kind: "word" },
  { column: "service", ecs: "service", kind: "word" },
  // The six questions (いつ is `time`): Yagura's own, filled by every parser.
  { column: "who", ecs: "who", kind: "word" },
  { column: "where_from", ecs: "where_from", kind: "word" },
  { column: "with_what", ecs: "with_what", kind: "word" },
  { column: "what", ecs: "what", kind: "text" },
  { column: "did_what", ecs: "did_what", kind: "word" },
  { column: "event_code", ecs: "event.code", kind: "word" },
  { column: "event_action", ecs: "event.action", kind: "word" },
  { column: "event_outcome", ecs: "event.outcome", kind: "word" },
  { column: "event_severity", ecs: "event.severity", kind: "severity" },
  { column: "event_provider", ecs: "event.provider", kind: "word" },
  { column: "log_level", ecs: "log.level", kind: "word" },
  { column: "message", ecs: "message", kind: "text" },
  { column: "host_name", ecs: "host.name", kind: "word" },
  { column: "host_ip", ecs: "host.ip", kind: "ip" },
  { column: "observer_name", ecs: "observer.name", kind: "word" },
  { column: "observer_vendor", ecs: "observer.vendor", kind: "word" },
  { column: "observer_product", ecs: "observer.product", kind: "word" },
  { column: "user_name", ecs: "user.name", kind: "word" },
  { column: "user_domain", ecs: "user.domain", kind: "word" },
  { column: "user_id", ecs: "user.id", kind: "word" },
  { column: "user_target_name", ecs: "user.target.name", kind: "word" },
  { column: "source_ip", ecs: "source.ip", kind: "ip" },
  { column: "source_port", ecs: "source.port", kind: "port" },
  { column: "source_domain", ecs: "source.domain", kind: "word" },
  { column: "source_mac", ecs: "source.mac", kind: "word" },
  { column: "source_bytes", ecs: "source.bytes", kind: "count" },
  { column: "destination_ip", ecs: "destination.ip", kind: "ip" },
  { column: "destination_port", ecs: "destination.port", kind: "port" },
  { column: "destination_domain", ecs: "destination.domain", kind: "text" },
  { column: "destination_bytes", ecs: "destination.bytes", kind: "count" },
  { column: "network_transport", ecs: "network.transport", kind: "word" },
  { column: "network_protocol", ecs: "network.protocol", kind: "word" },
  { column: "network_direction", ecs: "network.direction", kind: "word" },
  { column: "process_name", ecs: "process.name", kind: "word" },
  { column: "process_executable", ecs: "process.executable", kind: "word" },
  { column: "process_command_line", ecs: "process.command_line", kind: "text" },
  { column: "process_pid", ecs: "process.pid", kind: "pid" },
  { column: "process_entity_id", ecs: "process.entity_id", kind: "text" },
  { column: "process_parent_name", ecs: "process.parent.name", kind: "word" },
  { column: "process_parent_executable", ecs: "process.parent.executable", kind: "word" },
  { column: "process_parent_command_line", ecs: "process.parent.command_line", kind: "text" },
  { column: "process_parent_pid", ecs: "process.parent.pid", kind: "pid" },
  { column: "file_path", ecs: "file.path", kind: "text" },
  { column: "file_name", ecs: "file.name", kind: "word" },
  { column: "file_hash_md5", ecs: "file.hash.md5", kind: "text" },
  { column: "file_hash_sha1", ecs: "file.hash.sha1", kind: "text" },
  { column: "file_hash_sha256", ecs: "file.hash.sha256", kind: "text" },
  { column: "registry_path", ecs: "registry.path", kind: "text" },
  { column: "url_full", ecs: "url.full", kind: "text" },
  { column: "url_domain", ecs: "url.domain", kind: "word" },
  { column: "url_path", ecs: "url.path", kind: "text" },
  { column: "http_request_method", ecs: "http.request.method", kind: "word" },
  { column: "http_request_referrer", ecs: "http.request.referrer", kind: "text" },
  { column: "http_response_status_code", ecs: "http.response.status_code", kind: "status" },
  { column: "user_agent_original", ecs: "user_agent.original", kind: "word" },
  { column: "dns_question_name", ecs: "dns.question.name", kind: "text" },
  { column: "dns_question_type", ecs: "dns.question.type", kind: "word" },
  { column: "dns_response_code", ecs: "dns.response_code", kind: "word" },
  { column: "rule_name", ecs: "rule.name", kind: "word" },
  { column: "service_name", ecs: "service.name", kind: "word" },
  // What Yagura adds (src/monitor/enrich) unless the sender said it. Owners are names of our own.
  { column: "source_geo_country_iso_code", ecs: "source.geo.country_iso_code", kind: "word" },
  { column: "source_as_number", ecs: "source.as.number", kind: "number" },
  { column: "source_owner_host", ecs: "source.owner.host", kind: "word" },
  { column: "source_owner_user", ecs: "source.owner.user", kind: "word" },
  { column: "destination_geo_country_iso_code", ecs: "destination.geo.country_iso_code", kind: "word" },
  { column: "destination_as_number", ecs: "destination.as.number", kind: "number" },
  { column: "destination_owner_host", ecs: "destination.owner.host", kind: "word" },
  { column: "destination_owner_user", ecs: "destination.owner.user", kind: "word" },
  { column: "destination_registered_domain", ecs: "destination.registered_domain", kind: "word" },
  { column: "url_registered_domain", ecs: "url.registered_domain", kind: "word" },
  { column: "dns_question_registered_domain", ecs: "dns.question.registered_domain", kind: "word" },
] as const satisfies readonly ColumnSpec[];

type Columns = (typeof COLUMNS)[number];
type ValueOf<K extends ColumnKind> = K extends "text" | "word" | "ip" ? string : number;

/** A normalised event's hot columns. Absent is "" or 0, never undefined, so that every row has one shape for V8. */
export type HotColumns = { -readonly [C in Columns as C["column"]]: ValueOf<C["kind"]> };

export type ColumnName = keyof HotColumns;

export const isNumericKind = (kind: ColumnKind): boolean => kind !== "text" && kind !== "word" && kind !== "ip";
