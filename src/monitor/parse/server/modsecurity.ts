import type { Fields } from "../../event/index.ts";
import { toIp, toPort } from "../address.ts";
import { toInstantMs } from "../instant.ts";
import { act, addField, bounded, classify, type Reading, setField, setTimeMs, textOf } from "../reading.ts";
import { fillRequest } from "../web/access.ts";

/**
 * ModSecurity (and Coraza, which writes as it does), in Apache's and nginx's error log, and its audit log as JSON (serial, versions 2.9 and 3) or in its own parts `--id-A--`.
 *
 * | question   | column     | from                                                                       |
 * |------------|------------|----------------------------------------------------------------------------|
 * | who        | who        | not said                                                                   |
 * | where from | where_from | the client                                                                 |
 * | with what  | with_what  | the user agent (audit log), else ModSecurity                               |
 * | what       | what       | host and URI of the request                                                |
 * | did what   | did_what   | attack blocked ("Access denied", status 403 by rule) or detected; a request without a finding is one |
 *
 * Fields: the error line's tags (id, msg, data, file, line, ver, tag, uri, unique_id …), the audit log's own names, and Sigma's webserver
 * names. The parts of one record must come as one event: shippers join lines from `^--[0-9a-f]{8}-A--$` on. Prefer SecAuditLogFormat JSON.
 */
export function readModSecurityNote(event: Reading, message: string): void {
  const mark = /(?:ModSecurity|Coraza): /.exec(message.slice(0, 512));
  if (mark === null) return;
  const text = message.slice(mark.index + mark[0].length);
  const verdict = /^(Warning|Access denied(?: with (?:code (\d{3})|\w+))?)[^.]{0,64}\. ?/.exec(text.slice(0, 160));
  if (verdict === null) return;
  const tagsAt = text.indexOf(' [file "');
  readTags(event, tagsAt < 0 ? "" : text.slice(tagsAt));
  const { fields, hot } = event;
  const isBlocked = verdict[1]?.startsWith("Access") ?? false;
  addField(event, "verdict", isBlocked ? "Access denied" : "Warning");
  addField(event, "match", text.slice(verdict[0].length, tagsAt < 0 ? undefined : tagsAt).trim());
  addField(event, "phase", /\(phase (\d)\)/.exec(verdict[0])?.[1] ?? "");
  if (verdict[2] !== undefined) {
    hot.http_response_status_code = Number(verdict[2]);
    addField(event, "sc-status", Number(verdict[2]));
  }
  classify(hot, "modsecurity.alert", { product: "", category: "webserver", service: hot.service });
  hot.rule_name = bounded(textOf(fields, "msg"));
  hot.event_code = bounded(textOf(fields, "id"));
  fillSite(event);
  act(hot, isBlocked ? "attack-blocked" : "attack-detected", isBlocked ? "failure" : "success");
  hot.with_what = "ModSecurity";
  hot.what = bounded(hot.url_domain + (hot.url_full || hot.url_path) || hot.rule_name || hot.message);
}

function fillSite(event: Reading): void {
  const { fields, hot } = event;
  const uri = textOf(fields, "uri");
  const host = textOf(fields, "hostname");
  if (uri !== "") hot.url_path = uri;
  if (hot.url_domain === "" && host !== "") hot.url_domain = bounded(host);
  addField(event, "cs-uri-stem", uri);
  addField(event, "cs-host", hot.url_domain);
}

/** Tags and bounds: a rule has a few dozen; what a client sent is within quotes, where ModSecurity escapes the quote. */
const MAX_TAGS = 96;
const TAG = /\[([a-z_]{1,24}) "((?:[^"\\]|\\.){0,4096})"\]/g;

/** `[id "942100"] [msg "…"] [tag "a"] [tag "b"]`: tag becomes a list; hostname, uri and unique_id stand last and are the server's own. */
function readTags(event: Reading, text: string): void {
  const tags: string[] = [];
  let count = 0;
  for (const [, name = "", value = ""] of text.slice(0, 32_768).matchAll(TAG)) {
    if (count >= MAX_TAGS) break;
    count += 1;
    const told = value.replaceAll(/\\(["\\])/g, "$1");
    if (name === "tag") tags.push(told);
    else if (told !== "") setField(event, name, told);
  }
  if (tags.length > 0) setField(event, "tag", tags);
}

/** Is this an audit log's JSON, by what only it has? */
export const isModSecurity = (fields: Fields): boolean =>
  fields["transaction.producer.modsecurity"] !== undefined ||
  (fields["transaction.transaction_id"] !== undefined && fields["request.request_line"] !== undefined);

/** Fills columns and answers of an audit record whose fields are read. */
export function readModSecurityJson(event: Reading): void {
  const { fields, hot } = event;
  const get = (...names: string[]): string =>
    names.map((name) => textOf(fields, name)).find((text) => text !== "") ?? "";
  const header = (name: string): string =>
    get(...["transaction.request.headers.", "request.headers."].flatMap((at) => [at + name, at + name.toLowerCase()]));
  const stamp = get("transaction.time_stamp", "transaction.time");
  const ms = toInstantMs(stamp, "");
  if (stamp !== "") setTimeMs(event, Number.isNaN(ms) ? ascTimeMs(stamp) : ms);
  hot.source_ip = toIp(get("transaction.client_ip", "transaction.remote_address"));
  hot.source_port = toPort(get("transaction.client_port", "transaction.remote_port"));
  hot.destination_ip = toIp(get("transaction.host_ip", "transaction.local_address"));
  hot.destination_port = toPort(get("transaction.host_port", "transaction.local_port"));
  hot.url_domain = bounded(header("Host").replace(/:\d+$/, ""));
  hot.user_agent_original = bounded(header("User-Agent"));
  const version = get("transaction.request.http_version");
  const target = get("transaction.request.uri");
  fillRequest(
    event,
    target === "" ? get("request.request_line") : `${get("transaction.request.method")} ${target} HTTP/${version}`,
  );
  hot.http_response_status_code = toStatus(get("transaction.response.http_code", "response.status"));
  finishAudit(event);
}

const toStatus = (text: string): number => (/^\d{3}$/.test(text) ? Number(text) : 0);

/** C's asctime, `Thu Sep 30 13:27:06 2021`, of version 3. */
function ascTimeMs(text: string): number {
  const parts = /^\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/.exec(text);
  return parts === null ? Number.NaN : toInstantMs(`${parts[1]} ${parts[2]} ${parts[4]} ${parts[3]}`, "");
}

/** Names by which Sigma's webserver rules read a request, and the answers. */
function finishAudit(event: Reading): void {
  const { fields, hot } = event;
  const finding = findingOf(fields);
  addField(event, "c-ip", hot.source_ip);
  addField(event, "cs-host", hot.url_domain);
  addField(event, "cs-user-agent", hot.user_agent_original);
  if (hot.http_response_status_code !== 0) addField(event, "sc-status", hot.http_response_status_code);
  classify(hot, "modsecurity.audit", { product: "", category: "webserver", service: "modsecurity" });
  hot.rule_name = bounded(finding.message);
  hot.event_code = bounded(finding.id);
  const isFound = finding.message !== "" || finding.id !== "";
  const isBlocked = finding.isBlocked || (isFound && hot.http_response_status_code === 403);
  if (isFound) act(hot, isBlocked ? "attack-blocked" : "attack-detected", isBlocked ? "failure" : "success");
  else act(hot, "http-request", hot.http_response_status_code < 400 ? "success" : "failure");
  hot.where_from = hot.source_ip;
  hot.with_what = hot.user_agent_original || "ModSecurity";
  hot.what = bounded(hot.url_domain + hot.url_full);
}

function findingOf(fields: Fields): { message: string; id: string; isBlocked: boolean } {
  const first = (name: string): string => {
    const value = fields[name];
    return String((Array.isArray(value) ? value[0] : value) ?? "");
  };
  const old = first("audit_data.messages");
  return {
    message: first("transaction.messages.message") || (/\[msg "([^"]{0,512})"/.exec(old)?.[1] ?? old.slice(0, 512)),
    id: first("transaction.messages.details.ruleId") || (/\[id "(\d{1,12})"/.exec(old)?.[1] ?? ""),
    isBlocked: fields["audit_data.action.intercepted"] === true || old.startsWith("Access denied"),
  };
}

const PART = /^--([0-9A-Za-z]{6,16})-([A-Z])--$/;
/** `[30/Sep/2021:13:27:06 +0000] id 192.0.2.1 4711 192.0.2.2 443` */
const HEAD = /^\[([^\]]{20,40})\] (\S+) (\S+) (\d+) (\S+) (\d+)/;

/** One whole record of the native format, its lines joined; false for anything else. */
export function readModSecurityParts(event: Reading, text: string): boolean {
  const parts = partsOf(text);
  const [, time, id = "", client, clientPort, server, serverPort] = HEAD.exec(parts.get("A")?.[0] ?? "") ?? [];
  if (time === undefined) return false;
  const { hot } = event;
  setTimeMs(event, toInstantMs(time, ""));
  setField(event, "unique_id", id);
  hot.source_ip = toIp(client);
  hot.source_port = toPort(clientPort);
  hot.destination_ip = toIp(server);
  hot.destination_port = toPort(serverPort);
  const [request = "", ...headers] = parts.get("B") ?? [];
  hot.url_domain = bounded(headerOf(headers, "host").replace(/:\d+$/, ""));
  hot.user_agent_original = bounded(headerOf(headers, "user-agent"));
  fillRequest(event, request);
  hot.http_response_status_code = toStatus(/^HTTP\/\S+ (\d{3})/.exec(parts.get("F")?.[0] ?? "")?.[1] ?? "");
  const messages = (parts.get("H") ?? []).filter((line) => /^(?:Message|ModSecurity): /.test(line)).slice(0, 64);
  setField(
    event,
    "audit_data.messages",
    messages.map((line) => line.replace(/^\w+: /, "")),
  );
  if (messages[0] !== undefined) readTags(event, messages[0]);
  finishAudit(event);
  hot.message = bounded(messages[0] ?? request);
  return true;
}

function partsOf(text: string): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.slice(0, 262_144).split(/\r?\n/)) {
    const letter = PART.exec(line)?.[2];
    if (letter === undefined) {
      lines.push(line);
      continue;
    }
    lines = [];
    parts.set(letter, lines);
  }
  return parts;
}

const headerOf = (headers: readonly string[], name: string): string =>
  headers.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
