import type { Fields, HotColumns } from "../../event/index.ts";
import type { Action, Outcome } from "../contract.ts";
import { textOf } from "../reading.ts";

type Columns = Readonly<Partial<Record<keyof HotColumns, string>>>;

/** What one of Zeek's logs says: names of its columns, the most telling first. */
export type ZeekLog = {
  readonly action: Action;
  /** Hot columns that are not those of every log (zeek.ts). */
  readonly columns?: Columns;
  readonly who?: readonly string[];
  readonly from?: readonly string[];
  readonly tool?: readonly string[];
  readonly what?: readonly string[];
  readonly outcome?: (fields: Fields) => Outcome | "";
};

const byFlag =
  (name: string) =>
  (fields: Fields): Outcome | "" =>
    fields[name] === true ? "success" : fields[name] === false ? "failure" : "";

/** FTP, SIP and SMTP answer as HTTP does: from 400 on it failed. */
const byCode =
  (name: string) =>
  (fields: Fields): Outcome | "" => {
    const code = Number.parseInt(textOf(fields, name), 10);
    return code >= 400 ? "failure" : code > 0 ? "success" : "";
  };

const byWord =
  (name: string, good: RegExp) =>
  (fields: Fields): Outcome | "" => {
    const word = textOf(fields, name);
    return word === "" ? "" : good.test(word) ? "success" : "failure";
  };

/** Established connections came about; an attempt unanswered (S0) or refused (REJ) did not; of the others Zeek saw too little. */
function ofConnection(fields: Fields): Outcome | "" {
  const state = textOf(fields, "conn_state");
  if (/^(?:SF|S1|S2|S3|RSTO|RSTR)$/.test(state)) return "success";
  return /^(?:S0|REJ|SH|RSTOS0|RSTRH)$/.test(state) ? "failure" : "unknown";
}

const LOGON = { action: "credentials-checked" } as const;
const SEEN = { action: "connection-opened" } as const;

/** Source: Zeek 7 script reference, the `Info` record of each log. */
export const ZEEK_LOGS: ReadonlyMap<string, ZeekLog> = new Map(
  Object.entries<ZeekLog>({
    conn: {
      action: "connection-ended",
      columns: {
        service_name: "service",
        network_protocol: "service",
        source_bytes: "orig_bytes",
        destination_bytes: "resp_bytes",
        source_mac: "orig_l2_addr",
      },
      tool: ["service", "proto"],
      outcome: ofConnection,
    },
    dns: {
      action: "dns-query",
      columns: { dns_question_name: "query", dns_question_type: "qtype_name", dns_response_code: "rcode_name" },
      tool: ["proto"],
      what: ["query"],
      outcome: byWord("rcode_name", /^NOERROR$/),
    },
    http: {
      action: "http-request",
      columns: {
        url_domain: "host",
        destination_domain: "host",
        http_request_method: "method",
        http_response_status_code: "status_code",
        http_request_referrer: "referrer",
        user_agent_original: "user_agent",
        user_name: "username",
        source_bytes: "request_body_len",
        destination_bytes: "response_body_len",
      },
      tool: ["user_agent"],
      outcome: byCode("status_code"),
    },
    ssl: {
      ...SEEN,
      columns: { destination_domain: "server_name", network_protocol: "next_protocol" },
      tool: ["version"],
      outcome: byFlag("established"),
    },
    quic: { ...SEEN, columns: { destination_domain: "server_name" }, tool: ["version"] },
    x509: { action: "credentials-read", tool: ["certificate.key_alg"], what: ["certificate.subject", "fingerprint"] },
    files: {
      action: "file-transferred",
      columns: { file_name: "filename", network_protocol: "source", source_bytes: "seen_bytes" },
      from: ["tx_hosts"],
      tool: ["source"],
      what: ["filename", "mime_type", "fuid"],
    },
    pe: { action: "file-transferred", tool: ["subsystem", "os"], what: ["machine", "id"] },
    notice: {
      action: "attack-detected",
      columns: { rule_name: "note", message: "msg", source_ip: "src", destination_ip: "dst", destination_port: "p" },
      from: ["src"],
      tool: ["proto", "peer_descr"],
      what: ["note"],
    },
    signatures: {
      action: "attack-detected",
      columns: { rule_name: "sig_id", message: "event_msg", source_ip: "src_addr", destination_ip: "dst_addr" },
      what: ["event_msg", "sig_id"],
    },
    intel: {
      action: "attack-detected",
      columns: { rule_name: "seen.indicator" },
      tool: ["seen.where"],
      what: ["seen.indicator"],
    },
    weird: { action: "anomaly-detected", columns: { rule_name: "name" }, tool: ["source", "peer"], what: ["name"] },
    analyzer: {
      action: "anomaly-detected",
      columns: { message: "failure_reason", network_protocol: "analyzer_name" },
      tool: ["analyzer_name", "analyzer"],
      what: ["failure_reason"],
    },
    dpd: {
      action: "anomaly-detected",
      columns: { message: "failure_reason" },
      tool: ["analyzer"],
      what: ["failure_reason"],
    },
    ssh: {
      ...SEEN,
      columns: { user_agent_original: "client" },
      tool: ["client"],
      outcome: byFlag("auth_success"),
    },
    smtp: {
      action: "mail-transferred",
      columns: { user_agent_original: "user_agent", source_domain: "helo" },
      who: ["mailfrom", "from"],
      tool: ["user_agent", "helo"],
      what: ["rcptto", "to", "subject"],
      outcome: byCode("last_reply"),
    },
    ftp: {
      action: "file-transferred",
      columns: { user_name: "user" },
      tool: ["command"],
      what: ["arg"],
      outcome: byCode("reply_code"),
    },
    dhcp: {
      action: "address-leased",
      columns: {
        source_ip: "client_addr",
        destination_ip: "server_addr",
        source_mac: "mac",
        source_domain: "host_name",
      },
      from: ["mac"],
      tool: ["msg_types"],
      what: ["assigned_addr", "requested_addr", "client_addr"],
    },
    kerberos: {
      action: "ticket-requested",
      columns: { user_name: "client", service_name: "service" },
      tool: ["request_type", "cipher"],
      what: ["service"],
      outcome: byFlag("success"),
    },
    ntlm: {
      ...LOGON,
      columns: {
        user_name: "username",
        user_domain: "domainname",
        source_domain: "hostname",
        destination_domain: "server_dns_computer_name",
      },
      outcome: byFlag("success"),
    },
    radius: {
      ...LOGON,
      columns: { user_name: "username", source_mac: "mac" },
      what: ["reply_msg"],
      outcome: byWord("result", /^success$/i),
    },
    ldap: {
      ...LOGON,
      what: ["object", "argument"],
      tool: ["opcode"],
      outcome: byWord("result", /^success$/i),
    },
    ldap_search: {
      action: "directory-object-accessed",
      what: ["base_object", "filter"],
      tool: ["scope"],
      outcome: byWord("result", /^success$/i),
    },
    smb_files: {
      action: "file-accessed",
      columns: { file_name: "name" },
      tool: ["action"],
    },
    smb_mapping: {
      action: "share-accessed",
      columns: { file_path: "path", service_name: "service" },
      tool: ["share_type"],
      what: ["path"],
    },
    smb_cmd: { action: "share-accessed", columns: { user_name: "username" }, tool: ["command"], what: ["tree"] },
    rdp: {
      ...SEEN,
      columns: { user_name: "cookie", source_domain: "client_name" },
      tool: ["client_build", "security_protocol"],
    },
    rfb: { ...SEEN, tool: ["client_major_version"], what: ["desktop_name"], outcome: byFlag("auth") },
    socks: { ...SEEN, columns: { user_name: "user" }, what: ["request.host", "request.name"] },
    tunnel: { ...SEEN, tool: ["tunnel_type"] },
    sip: {
      ...SEEN,
      columns: {
        http_request_method: "method",
        url_full: "uri",
        user_agent_original: "user_agent",
        http_response_status_code: "status_code",
      },
      who: ["request_from", "response_from"],
      tool: ["user_agent", "method"],
      what: ["request_to", "uri"],
      outcome: byCode("status_code"),
    },
    snmp: { ...SEEN, tool: ["version"], what: ["display_string"] },
    syslog: { ...SEEN, columns: { message: "message" }, tool: ["facility"], what: ["message"] },
    irc: { ...SEEN, columns: { user_name: "user" }, who: ["nick"], tool: ["command"], what: ["value"] },
    mysql: { action: "command-run", tool: ["cmd"], what: ["arg"], outcome: byFlag("success") },
    postgresql: { action: "command-run", columns: { user_name: "user" }, tool: ["frontend"], what: ["frontend_arg"] },
    redis: { action: "command-run", tool: ["cmd.name"], what: ["cmd.key"], outcome: byFlag("success") },
    dce_rpc: { action: "api-called", tool: ["endpoint"], what: ["operation"] },
    dnp3: { action: "api-called", tool: ["fc_request", "fc_reply"] },
    modbus: { action: "api-called", tool: ["func"], what: ["exception"] },
    websocket: {
      ...SEEN,
      columns: { url_domain: "host", destination_domain: "host", user_agent_original: "user_agent" },
      tool: ["user_agent"],
    },
    mqtt_connect: { ...SEEN, tool: ["client_id"], outcome: byWord("connect_status", /accepted/i) },
    mqtt_publish: { ...SEEN, what: ["topic"] },
    mqtt_subscribe: { ...SEEN, tool: ["action"], what: ["topics"] },
    software: { ...SEEN, from: ["host"], tool: ["software_type"], what: ["unparsed_version", "name"] },
    known_hosts: { ...SEEN, from: ["host"], what: ["host"] },
    known_services: { ...SEEN, from: ["host"], tool: ["port_proto", "service"], what: ["host"] },
    known_certs: { ...SEEN, from: ["host"], what: ["subject"] },
    traceroute: { ...SEEN, columns: { source_ip: "src", destination_ip: "dst" }, tool: ["proto"] },
    ntp: { ...SEEN, tool: ["proto", "version"] },
  }),
);
