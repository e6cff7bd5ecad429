import type { HotColumns } from "./columns.ts";

export type FieldScalar = string | number | boolean | null;
/** A vendor's own value: what Sigma rules compare with. Nested objects are flattened to dotted names by the parser. */
export type FieldValue = FieldScalar | readonly FieldScalar[];
/** Vendor field name → value. Has no prototype, so that a key such as `constructor` is just a key. */
export type Fields = Record<string, FieldValue>;

/** Sigma's log source: what kind of log this event comes from. Empty string = unknown. */
export type LogSource = { readonly product: string; readonly category: string; readonly service: string };

/**
 * A parsed event. `timeMs` is the event's own instant (UTC milliseconds), or NaN when the log carries none;
 * `problem` is "" when the parser understood the line, otherwise a short reason code (the raw bytes are kept either way).
 */
export type ParsedEvent = {
  timeMs: number;
  problem: string;
  fields: Fields;
  hot: HotColumns;
  /** The line as text, where its bytes are not UTF-8: what people read and search words are looked for in. */
  decoded?: DecodedLine | undefined;
  /** What Yagura added, by ECS name: rules and searches read it, keywords do not, and it is never among `fields`. */
  added?: Fields | undefined;
};
export type DecodedLine = { readonly text: string; readonly encoding: string };

/** A row with every column absent. A literal (not a loop) so that all rows share one hidden class. */
export function emptyHotColumns(): HotColumns {
  return {
    dataset: "",
    product: "",
    category: "",
    service: "",
    who: "",
    where_from: "",
    with_what: "",
    what: "",
    did_what: "",
    event_code: "",
    event_action: "",
    event_outcome: "",
    event_severity: 0,
    event_provider: "",
    log_level: "",
    message: "",
    host_name: "",
    host_ip: "",
    observer_name: "",
    observer_vendor: "",
    observer_product: "",
    user_name: "",
    user_domain: "",
    user_id: "",
    user_target_name: "",
    source_ip: "",
    source_port: 0,
    source_domain: "",
    source_mac: "",
    source_bytes: 0,
    destination_ip: "",
    destination_port: 0,
    destination_domain: "",
    destination_bytes: 0,
    network_transport: "",
    network_protocol: "",
    network_direction: "",
    process_name: "",
    process_executable: "",
    process_command_line: "",
    process_pid: 0,
    process_entity_id: "",
    process_parent_name: "",
    process_parent_executable: "",
    process_parent_command_line: "",
    process_parent_pid: 0,
    file_path: "",
    file_name: "",
    file_hash_md5: "",
    file_hash_sha1: "",
    file_hash_sha256: "",
    registry_path: "",
    url_full: "",
    url_domain: "",
    url_path: "",
    http_request_method: "",
    http_request_referrer: "",
    http_response_status_code: 0,
    user_agent_original: "",
    dns_question_name: "",
    dns_question_type: "",
    dns_response_code: "",
    rule_name: "",
    service_name: "",
    source_geo_country_iso_code: "",
    source_as_number: 0,
    source_owner_host: "",
    source_owner_user: "",
    destination_geo_country_iso_code: "",
    destination_as_number: 0,
    destination_owner_host: "",
    destination_owner_user: "",
    destination_registered_domain: "",
    url_registered_domain: "",
    dns_question_registered_domain: "",
  };
}

/** How many of the six questions a row answers, 0–6 (`when` counts when the log carried its own time). */
export function answeredQuestions(event: ParsedEvent): number {
  const { who, where_from, with_what, what, did_what } = event.hot;
  let known = Number.isNaN(event.timeMs) ? 0 : 1;
  for (const answer of [who, where_from, with_what, what, did_what]) if (answer !== "") known += 1;
  return known;
}
