import { COLUMNS, type ColumnKind, type ColumnName, type FieldValue, type HotColumns } from "../event/index.ts";
import { MAX_PID, toCount, toIp, toPort } from "./address.ts";
import { MAX_NAME_CHARS } from "./bounds.ts";
import { bounded } from "./reading.ts";
import { ownCopy } from "./remember.ts";

/**
 * Field names that mean the same in every vendor's mouth → hot column. ECS names are taken from the column list itself; the rest
 * are the usual spellings of key=value and JSON logs, in lower case.
 */
const ALIASES: Readonly<Partial<Record<ColumnName, readonly string[]>>> = {
  source_ip: [
    "src",
    "srcip",
    "src_ip",
    "sourceip",
    "source_ip",
    "sourceaddress",
    "sourceipaddress",
    "saddr",
    "c-ip",
    "c_ip",
    "client_ip",
    "clientip",
    "client.ip",
    "remote_addr",
    "remote_ip",
    "remip",
    "callingstationid",
    "calleripaddress",
    "ipaddress",
    "id.orig_h",
    "src.ip",
    "client_addr",
    "actor.ip",
  ],
  source_port: [
    "spt",
    "srcport",
    "src_port",
    "sourceport",
    "source_port",
    "sport",
    "id.orig_p",
    "client.port",
    "remport",
  ],
  source_mac: ["smac", "srcmac", "src_mac", "mac_src", "mastersrcmac"],
  source_bytes: ["sentbyte", "bytes_out", "bytes_sent", "orig_bytes", "out", "flow.bytes_toserver"],
  source_domain: ["shost", "srcname", "src_host", "client.domain"],
  destination_ip: [
    "dst",
    "dstip",
    "dst_ip",
    "dest_ip",
    "destip",
    "destination_ip",
    "destinationip",
    "destinationaddress",
    "daddr",
    "s-ip",
    "server.ip",
    "id.resp_h",
    "dst.ip",
  ],
  destination_port: [
    "dpt",
    "dstport",
    "dst_port",
    "dest_port",
    "destport",
    "destinationport",
    "destination_port",
    "dport",
    "s-port",
    "id.resp_p",
    "server.port",
  ],
  destination_bytes: ["rcvdbyte", "bytes_in", "bytes_received", "resp_bytes", "in", "flow.bytes_toclient", "sc-bytes"],
  destination_domain: ["dhost", "dst_host", "dest_host", "destinationhostname", "server_name", "tls.sni", "sni"],
  network_transport: ["proto", "protocol", "transport", "ip_proto"],
  network_protocol: ["app_proto", "service_protocol", "apl"],
  network_direction: ["direction", "dir", "devicedirection"],
  user_name: [
    "user",
    "username",
    "user_name",
    "usrname",
    "suser",
    "srcuser",
    "unauthuser",
    "cs-username",
    "account",
    "login",
    "actor.alternateid",
    "userid",
    "useridentity.username",
    "user.username",
    "userprincipalname",
    "principal",
    "actor",
  ],
  user_target_name: ["duser", "dstuser", "target_user", "targetuser"],
  user_domain: ["sntdom", "domain", "user_domain"],
  user_id: ["suid", "uid", "user_id"],
  host_name: [
    "hostname",
    "host",
    "dvchost",
    "devname",
    "computer",
    "computername",
    "host_name",
    "_hostname",
    "node",
    "machine",
    "kubernetes.host",
  ],
  host_ip: ["dvc", "hostip", "host_ip", "device_ip"],
  process_name: ["sproc", "process", "process_name", "comm", "program", "syslog_identifier", "appname"],
  process_executable: ["exe", "_exe", "image", "executable"],
  process_command_line: ["commandline", "cmdline", "command_line", "_cmdline", "cmd", "command"],
  process_pid: ["pid", "_pid", "processid", "process_id", "spid"],
  process_parent_pid: ["ppid"],
  file_path: ["filepath", "file_path", "targetfilename", "fileinfo.filename", "path"],
  file_name: ["fname", "filename", "file_name"],
  file_hash_md5: ["md5", "filehash_md5"],
  file_hash_sha1: ["sha1"],
  file_hash_sha256: ["sha256", "filehash"],
  url_full: ["url", "uri", "request_uri", "requesturl", "http.url", "c-uri", "requesturi"],
  url_domain: ["http.hostname", "http_host", "cs-host", "vhost"],
  url_path: ["cs-uri-stem", "request_path"],
  http_request_method: ["method", "http_method", "requestmethod", "cs-method", "http.http_method", "verb"],
  http_response_status_code: ["status", "status_code", "http_status", "sc-status", "http.status", "response_code"],
  http_request_referrer: ["referer", "referrer", "http_referer", "http.http_refer", "cs-referer"],
  user_agent_original: [
    "useragent",
    "user_agent",
    "http_user_agent",
    "http.http_user_agent",
    "c-useragent",
    "cs-user-agent",
    "agent",
  ],
  dns_question_name: ["query", "qname", "queryname", "dns.rrname"],
  dns_question_type: ["qtype_name", "qtype", "record_type", "dns.rrtype"],
  dns_response_code: ["rcode_name", "rcode", "dns.rcode"],
  rule_name: ["policyname", "rule", "policyid", "alert.signature", "signature", "rulename", "policy"],
  event_code: ["logid", "eventid", "event_id", "event_code", "msgid"],
  event_action: [],
  message: ["msg", "message", "log", "text", "description", "logdesc", "syslogmessage", "displaymessage"],
  log_level: ["level", "severity", "loglevel", "severitylevel", "lvl"],
  service_name: ["service", "app", "application"],
};

/** What the parser itself answers: a log may not write these. */
const OWN = new Set<ColumnName>([
  "dataset",
  "product",
  "category",
  "service",
  "who",
  "where_from",
  "with_what",
  "what",
  "did_what",
  "event_action",
  "event_severity",
]);

/** A hot column and what may stand in it. */
export type Target = { readonly column: ColumnName; readonly kind: ColumnKind };

const targetByName = new Map<string, Target>();
const targetByColumn = new Map<string, Target>(COLUMNS.map(({ column, kind }) => [column, { column, kind }]));
for (const { ecs, column } of COLUMNS) if (!OWN.has(column)) setTarget(ecs, column);
for (const [column, names] of Object.entries(ALIASES)) for (const name of names ?? []) setTarget(name, column);

function setTarget(name: string, column: string): void {
  const target = targetByColumn.get(column);
  if (target !== undefined && !targetByName.has(name)) targetByName.set(name, target);
}

/** The column of that name; undefined when there is none. */
export const targetOfColumn = (column: string): Target | undefined => targetByColumn.get(column);

/** Answers per spelling, so that a name is put into lower case once; a hostile sender cannot grow it past this. */
const MAX_REMEMBERED = 8_192;
const remembered = new Map<string, Target | null>();

/** The hot column that a vendor's field name stands for; null when it stands for none. */
export function targetOf(name: string): Target | null {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const target = targetByName.get(name) ?? targetByName.get(lower) ?? targetOfWords(lower);
  if (remembered.size < MAX_REMEMBERED && name.length <= MAX_NAME_CHARS) remembered.set(ownCopy(name), target);
  return target;
}

/** Exports for people write `Source IP` and `User Name`. */
function targetOfWords(lower: string): Target | null {
  if (!lower.includes(" ")) return null;
  return targetByName.get(lower.replaceAll(" ", "_")) ?? targetByName.get(lower.replaceAll(" ", "")) ?? null;
}

/** The seen direction in ECS's words; "" for what is none of them (Suricata's `to_server`). */
export const directionOf = (word: string): string => DIRECTIONS.get(word.trim().toLowerCase()) ?? "";

const DIRECTIONS = new Map(
  Object.entries({
    inbound: "in incoming receive received ingress inbound",
    outbound: "out outgoing send sent egress outbound",
    internal: "internal",
    external: "external",
  }).flatMap(([direction, words]) => words.split(" ").map((word) => [word, direction] as const)),
);

/** Writes `value` into the target's column when that is still empty and the value is of its kind; else it stays in fields only. */
export function fillColumn(hot: HotColumns, target: Target, value: FieldValue): void {
  const one = Array.isArray(value) ? value[0] : value;
  if (one === null || one === undefined || one === "" || one === "-") return;
  const row: Record<string, string | number> = hot;
  const before = row[target.column];
  if (before !== "" && before !== 0) return;
  row[target.column] = target.column === "network_direction" ? directionOf(String(one)) : toKind(target.kind, one);
}

function toKind(kind: ColumnKind, value: unknown): string | number {
  switch (kind) {
    case "ip":
      return toIp(value);
    case "port":
      return toPort(value);
    case "pid":
      return toCount(value, MAX_PID);
    case "count":
      return toCount(value);
    case "status":
      return toCount(value, 999);
    case "severity":
      return toCount(value, 10);
    default:
      return typeof value === "object" ? "" : bounded(String(value));
  }
}
