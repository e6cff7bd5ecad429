import { MAX_PID, splitHostPort, toCount, toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { civilMs, digitsAt, finishTime, monthAt, readIso } from "../instant.ts";
import {
  act,
  addField,
  bounded,
  classify,
  type ParseHints,
  type Reading,
  setField,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
import { readModSecurityNote } from "../server/modsecurity.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord } from "../severity.ts";

/**
 * Error logs: Apache `[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 35] [client 192.0.2.1:4711] AH00037: text` and
 * nginx `2023/10/11 14:32:52 [error] 35#0: *1 text, client: 192.0.2.1, server: x, request: "GET / HTTP/1.1"`.
 * Where from: the client. With what: the module or `nginx`. What: the text. Did what: `server-error`;
 * what the server says of itself below the level of a warning is none: it starts, stops, or tells its versions.
 * Fields: message, module, level, pid, c-ip, and nginx's request and server.
 */
export function readErrorLog(event: Reading, text: string, hints: ParseHints): boolean {
  const isApache = text.charCodeAt(0) === 91;
  const read = isApache ? readApache(event, text, hints) : readNginx(event, text, hints);
  if (!read) return false;
  const { hot } = event;
  const service = isApache ? "apache" : "nginx";
  classify(hot, `${service}.error`, { product: "", category: "webserver", service });
  addField(event, "c-ip", hot.source_ip);
  answerLevel(event);
  hot.where_from = hot.source_ip;
  hot.what = bounded(hot.message);
  addField(
    event,
    "error_code",
    /^(?:\(\d+\)[^:]{0,120}: (?:\[client [^\]]{1,64}\] )?)?(AH\d{5})\b/.exec(hot.message.slice(0, 160))?.[1] ?? "",
  );
  readModSecurityNote(event, hot.message);
  readAttempt(event);
  return true;
}

const WARNING = 4;
const OWN_WORDS: readonly (readonly [RegExp, Action])[] = [
  [/resuming normal operations$|^start worker processes$/, "service-started"],
  [
    /^(?:AH\d{5}: )?caught SIG\w{3,5}, shutting down|^signal \d{1,2} \(SIG(?:TERM|INT|QUIT)\) received/,
    "service-stopped",
  ],
];

function answerLevel(event: Reading): void {
  const { hot } = event;
  if (syslogOfLevelWord(textOf(event.fields, "level")) <= WARNING) {
    act(hot, "server-error", "failure");
    return;
  }
  const action = OWN_WORDS.find(([pattern]) => pattern.test(hot.message.slice(0, 256)))?.[1] ?? "";
  act(hot, action, action === "" ? "" : "success");
}

/** Apache's and nginx's words for a login that failed or a request that was refused; the account is within quotes or between words. */
const ATTEMPTS: readonly (readonly [RegExp, Action, Outcome?])[] = [
  [/^client \S{3,64} connected to \S{3,64}$/, "connection-opened", "success"],
  [/^client logged in, client: /, "logged-on", "success"],
  [/^client login failed: "/, "logon-failed"],
  [/(?:^|: )user "?([^":]{1,256}?)"?: authentication failure for "/, "logon-failed"],
  [/^(?:AH\d{5}: )?Got error 'PHP message: user (.{1,256}?) authentication failure for /, "logon-failed"],
  [/(?:^|: )user "?([^":]{1,256}?)"? (?:was )?not found(?:: ([^\s,]{1,2048}))?/, "logon-failed"],
  [/(?:^|: )user "?([^":]{1,256}?)"?:? password mismatch/, "logon-failed"],
  [
    /client denied by server configuration|access forbidden by rule|Directory index forbidden|directory index of .{1,512} is forbidden/,
    "http-request-denied",
  ],
];

function readAttempt(event: Reading): void {
  const { hot } = event;
  const head = hot.message.slice(0, 1024);
  if (hot.dataset === "modsecurity.alert") return;
  for (const [pattern, action, outcome = "failure"] of ATTEMPTS) {
    const found = pattern.exec(head);
    if (found === null) continue;
    act(hot, action, outcome);
    hot.user_name ||= bounded(found[1] ?? "");
    hot.who = hot.user_name;
    addField(event, "cs-username", hot.user_name);
    const [, , path = ""] = found;
    if (path !== "" && hot.url_path === "") hot.url_path = path;
    addField(event, "cs-uri-stem", path);
    return;
  }
}

function setPid(event: Reading, pid: string): void {
  addField(event, "pid", pid);
  event.hot.process_pid = toCount(pid, MAX_PID);
}

function setLevel(event: Reading, word: string): void {
  const syslog = syslogOfLevelWord(word);
  if (syslog < 0) return;
  event.hot.log_level = levelOfSyslog(syslog);
  event.hot.event_severity = severityOfSyslog(syslog);
  addField(event, "level", word);
}

/** `[Wed Oct 11 14:32:52.123456 2023] [module:level] [pid 35:tid 139] [client address:port] text` */
function readApache(event: Reading, text: string, hints: ParseHints): boolean {
  const month = monthAt(text, 5);
  const close = text.indexOf("]");
  if (month === 0 && close > 0 && close < 10) return readUndated(event, text, hints);
  if (month === 0 || close < 20 || close > 40) return false;
  const day = Number(text.slice(9, 11));
  const year = digitsAt(text, close - 4, 4);
  const moment = {
    year,
    month,
    day,
    hour: digitsAt(text, 12, 2),
    minute: digitsAt(text, 15, 2),
    second: digitsAt(text, 18, 2),
  };
  if (!(day > 0) || year < 0 || moment.hour < 0 || moment.minute < 0 || moment.second < 0) return false;
  setTimeMs(event, finishTime(text, 20, { local: civilMs(moment), zone: zoneOf(hints) }).ms);
  let at = close + 1;
  for (let i = 0; i < 6 && text.startsWith(" [", at); i += 1) {
    const end = text.indexOf("]", at);
    if (end < 0) break;
    readApachePart(event, text.slice(at + 2, end));
    at = end + 1;
  }
  const rest = text.slice(at).trim();
  // Since 2.4.5x the error's own number and text may stand before the client: `(70014)End of file found: [client 192.0.2.1:4711]`.
  const [, number = "", cause = "", late] =
    /^\((\d{1,9})\)([^[]{0,160}): \[client ([^\]]{1,64})\] /.exec(rest.slice(0, 300)) ?? [];
  addField(event, "apr_status", number);
  addField(event, "apr_message", cause);
  if (late !== undefined && event.hot.source_ip === "") readApachePart(event, `client ${late}`);
  setMessage(event, rest);
  return true;
}

/** What Apache says of itself as it starts and stops. */
const STARTUP =
  /^(?:Apache(?:\/| configured)|caught SIG|SIG\w{3,5} received|Graceful restart requested|suEXEC mechanism enabled|Digest: )/;

/** Through syslog Apache 2.2 leaves the time out: `[error] [client 192.0.2.1] text`; without a client, only a pinned source says so. */
function readUndated(event: Reading, text: string, hints: ParseHints): boolean {
  const [all, level = "", client = ""] =
    /^\[([a-z]{4,6}\d?)\] (?:\[client ([^\]]{2,64})\] )?/.exec(text.slice(0, 96)) ?? [];
  if (
    all === undefined ||
    syslogOfLevelWord(level) < 0 ||
    (client === "" && hints.format !== "apache" && !STARTUP.test(text.slice(all.length, all.length + 64)))
  )
    return false;
  readApachePart(event, level);
  if (client !== "") readApachePart(event, `client ${client}`);
  setMessage(event, text.slice(all.length));
  return true;
}

function readApachePart(event: Reading, part: string): void {
  const { hot } = event;
  if (part.startsWith("pid ")) {
    const [pid = "", tid = ""] = part.slice(4).split(":tid ");
    setPid(event, pid);
    addField(event, "tid", tid);
  } else if (part.startsWith("client ")) {
    const { host, port } = splitHostPort(part.slice(7));
    hot.source_ip = toIp(part.slice(7)) || toIp(host);
    hot.source_port = port;
  } else {
    const [module = "", level] = part.split(":");
    setLevel(event, level ?? module);
    hot.with_what = bounded(level === undefined || module === "" ? "apache" : module);
    if (level !== undefined && module !== "") addField(event, "module", module);
  }
}

/** `2023/10/11 14:32:52 [level] pid#tid: *connection text, client: …, server: …, request: "…"` */
function readNginx(event: Reading, text: string, hints: ParseHints): boolean {
  if (text.charCodeAt(4) !== 47 || text.charCodeAt(20) !== 91) return false;
  const time = readIso(text, 0, zoneOf(hints));
  const close = text.indexOf("] ", 20);
  if (time === undefined || close < 0 || close > 40 || !/^[a-z]{4,6}$/.test(text.slice(21, close))) return false;
  setTimeMs(event, time.ms);
  setLevel(event, text.slice(21, close));
  const body = /^(\d+)#(\d+): (?:\*(\d+) )?/.exec(text.slice(close + 2, close + 64));
  if (body !== null) setPid(event, body[1] ?? "");
  addField(event, "tid", body?.[2] ?? "");
  addField(event, "connection", body?.[3] ?? "");
  const message = text.slice(close + 2 + (body?.[0].length ?? 0));
  setMessage(event, message);
  const { hot } = event;
  const tail = message.slice(-2048);
  hot.source_ip = toIp(/, client: ([^,\s]+)/.exec(tail)?.[1]);
  const server = /, server: ([^,\s]+)/.exec(tail)?.[1] ?? "";
  readMailProxy(event, message, { tail, server });
  hot.url_domain = bounded(server);
  addField(event, "cs-host", hot.url_domain);
  const request = /, request: "([A-Z]+) ([^"\s]*)(?: (HTTP\/[\d.]+))?/.exec(tail);
  addField(event, "cs-version", request?.[3] ?? "");
  hot.http_request_method = request?.[1] ?? "";
  hot.url_full = request?.[2] ?? "";
  addField(event, "cs-method", hot.http_request_method);
  addField(event, "cs-uri-query", hot.url_full);
  hot.with_what = "nginx";
  return true;
}

/** nginx before mail servers: `client 192.0.2.1:53044 connected to 192.0.2.2:25`, `client logged in, client: …, server: 192.0.2.2:25, login: "a"`. */
function readMailProxy(event: Reading, message: string, { tail, server }: { tail: string; server: string }): void {
  const { hot } = event;
  const [, client = "", near = server] =
    /^client (\S{3,64}) connected to (\S{3,64})$/.exec(message.slice(0, 160)) ?? [];
  if (client !== "") {
    hot.source_ip = toIp(splitHostPort(client).host);
    hot.source_port = splitHostPort(client).port;
  }
  const { host, port } = splitHostPort(near);
  if (toIp(host) !== "" && port !== 0) {
    hot.destination_ip = toIp(host);
    hot.destination_port = port;
  }
  hot.user_name = bounded(/, login: "((?:[^"\\]|\\.){1,256})"/.exec(tail)?.[1] ?? "");
  hot.who = hot.user_name;
  addField(event, "upstream", /, upstream: "?([^",\s]{1,512})/.exec(tail)?.[1] ?? "");
  addField(event, "login_error", /^client login failed: "([^"]{1,256})"/.exec(message.slice(0, 300))?.[1] ?? "");
}

function setMessage(event: Reading, message: string): void {
  event.hot.message = clip(message, MAX_MESSAGE_CHARS);
  setField(event, "message", message);
}
