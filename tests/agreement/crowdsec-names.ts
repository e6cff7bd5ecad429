/**
 * CrowdSec's name for what a line says → ours: `@column` is a hot column, `@time` the event's own time, anything else a field.
 * A name that is not here is one that we have no place for.
 */
const EVERYWHERE: Readonly<Record<string, string>> = {
  source_ip: "@source_ip",
  src_ip: "@source_ip",
  client_ip: "@source_ip",
  remote_addr: "@source_ip",
  remote_ip: "@source_ip",
  clientip: "@source_ip",
  sshd_client_ip: "@source_ip",
  dovecot_remote_ip: "@source_ip",
  source_port: "@source_port",
  src_port: "@source_port",
  remote_port: "@source_port",
  client_port: "@source_port",
  dest_ip: "@destination_ip",
  dst_ip: "@destination_ip",
  target_ip: "@destination_ip",
  dovecot_local_ip: "@destination_ip",
  dest_port: "@destination_port",
  dst_port: "@destination_port",
  target_port: "@destination_port",
  proto: "@network_transport",
  username: "@user_name",
  user: "@user_name",
  remote_user: "@user_name",
  auth: "@user_name",
  sshd_invalid_user: "@user_name",
  dovecot_user: "@user_name",
  verb: "@http_request_method",
  request: "@url_full",
  status: "@http_response_status_code",
  response: "@http_response_status_code",
  http_user_agent: "@user_agent_original",
  http_referer: "@http_request_referrer",
  referrer: "@http_request_referrer",
  body_bytes_sent: "@destination_bytes",
  bytes: "@destination_bytes",
  target_fqdn: "@url_domain",
  pid: "@process_pid",
  hostname: "@host_name",
  timestamp: "@time",
  timestamp8601: "@time",
  time_local: "@time",
  cef_device_vendor: "deviceVendor",
  cef_device_product: "deviceProduct",
  cef_device_version: "deviceVersion",
  cef_signature_id: "deviceEventClassId",
  cef_event_name: "name",
  cef_severity: "severity",
  http_version: "cs-version",
  httpversion: "cs-version",
  client: "@source_ip",
  clientport: "@source_port",
  loglevel: "level",
  module: "module",
  c_ip: "@source_ip",
  c_port: "@source_port",
  cs_bytes: "cs-bytes",
  cs_host: "cs(Host)",
  cs_method: "cs-method",
  cs_protocol: "cs-protocol",
  cs_protocol_version: "cs-protocol-version",
  cs_uri_query: "cs-uri-query",
  cs_uri_stem: "cs-uri-stem",
  cs_user_agent: "cs(User-Agent)",
  sc_bytes: "sc-bytes",
  sc_content_len: "sc-content-len",
  sc_content_type: "sc-content-type",
  sc_status: "sc-status",
  ssl_cipher: "ssl-cipher",
  ssl_protocol: "ssl-protocol",
  time_taken: "time-taken",
  time_to_first_byte: "time-to-first-byte",
  x_edge_detailed_result_type: "x-edge-detailed-result-type",
  x_edge_location: "x-edge-location",
  x_edge_request_id: "x-edge-request-id",
  x_edge_response_result_type: "x-edge-response-result-type",
  x_edge_result_type: "x-edge-result-type",
  x_forwarded_for: "x-forwarded-for",
  x_host_header: "x-host-header",
  int_eth: "IN",
  length: "LEN",
};

/** Where one of its parsers means something else by a name. */
const BY_PARSER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "s01-parse crowdsecurity/aws-cloudfront": { time: "time" },
  "s00-raw crowdsecurity/syslog-logs": { program: "program", message: "message" },
};

/** What CrowdSec makes of a line, and the line does not say: its own labels, pieces of a time, copies of the whole. */
export const OWN_NAMES: ReadonlySet<string> = new Set(
  "logsource program message seq_id syslog_version syslog_priority ts_y ts_m ts_d ts_t ts_ms year month day haproxy_year haproxy_month haproxy_monthday haproxy_hour haproxy_minute haproxy_second haproxy_milliseconds haproxy_time exim_year exim_month exim_day exim_time cef_version".split(
    " ",
  ),
);
/** What a parser repeats of syslog's envelope: judged once, where syslog is. */
export const ENVELOPE_NAMES: ReadonlySet<string> = new Set(["pid", "hostname", "timestamp", "timestamp8601"]);

export function ourName(parser: string, name: string): string | undefined {
  const own = BY_PARSER[parser];
  if (own !== undefined && Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(EVERYWHERE, name) ? EVERYWHERE[name] : undefined;
}
