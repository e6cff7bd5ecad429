import { splitHostPort, toIp, toPort } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { readApacheTime } from "../instant.ts";
import { act, addField, bounded, classify, type Reading, setField, setTimeMs } from "../reading.ts";
import { fillRequest } from "../web/access.ts";
import { tell } from "./answer.ts";

/**
 * HAProxy: `option httplog` (also of HTTPS), `option tcplog`, errors of connections, states of servers.
 *
 * | question   | column     | from                                                    |
 * |------------|------------|---------------------------------------------------------|
 * | who        | who        | not said                                                |
 * | where from | where_from | the client                                              |
 * | with what  | with_what  | the HTTP version, else haproxy and the frontend         |
 * | what       | what       | the URL, else backend/server                            |
 * | did what   | did_what   | HTTP request, connection ended or failed, service state |
 *
 * Fields: HAProxy's names (frontend_name, backend_name, server_name, TR, Tw, termination_state …) and Sigma's webserver names.
 * Source: HAProxy configuration manual, 8.2 log formats.
 */
export function readHaproxy(event: Reading, message: string, zone: string): boolean {
  const open = message.indexOf(" [");
  if (open < 3 || open > 60) return readState(event, message);
  const time = readApacheTime(message, open + 2, zone);
  const colon = message.lastIndexOf(":", open);
  const client = { ip: toIp(message.slice(0, colon)), port: toPort(message.slice(colon + 1, open)) };
  const close = message.indexOf("] ", open);
  if (time === undefined || client.ip === "" || close < 0) return false;
  const rest = message.slice(close + 2);
  if (Number.isNaN(event.timeMs)) setTimeMs(event, time.ms);
  return readHttp(event, client, rest) || readTcp(event, client, rest) || readError(event, client, rest);
}

type Client = { readonly ip: string; readonly port: number };

/** `frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cookie cookie state conn/conn/conn/conn/retries queue/queue [{headers}] "request"` */
const HTTP =
  /^(\S+) ([^\s/]+)\/(\S+) ([-+\d]+(?:\/[-+\d]+){2,4}) (-?\d{1,3}) (\+?\d+) (\S+) (\S+) (\S{2,4}) ([\d+]+\/[\d+]+\/[\d+]+\/[\d+]+\/[\d+]+) (\d+\/\d+) /;

function readHttp(event: Reading, client: Client, rest: string): boolean {
  const parts = HTTP.exec(rest.slice(0, 1024));
  if (parts === null) return false;
  const [all, frontend = "", backend = "", server = "", timers = "", status = "", bytes = "", , , state = ""] = parts;
  const { hot } = event;
  const quote = rest.indexOf('"', all.length);
  const end = rest.lastIndexOf('"');
  const request = quote < 0 ? "" : rest.slice(quote + 1, end > quote ? end : undefined);
  fillRequest(event, request === "<BADREQ>" ? "" : request);
  hot.http_response_status_code = Math.max(0, Number(status));
  hot.destination_bytes = Number(bytes.replace("+", ""));
  addField(event, "sc-status", hot.http_response_status_code);
  addField(event, "sc-bytes", hot.destination_bytes);
  addField(event, "captured", quote > all.length ? rest.slice(all.length, quote).trim() : "");
  fillProxied(event, client, {
    frontend,
    backend,
    server,
    timers,
    state,
    counts: parts[10] ?? "",
    queues: parts[11] ?? "",
  });
  const isGood = hot.http_response_status_code > 0 && hot.http_response_status_code < 400;
  act(hot, state.startsWith("PR") ? "http-request-denied" : "http-request", isGood ? "success" : "failure");
  hot.with_what = hot.network_protocol || "haproxy";
  hot.what = bounded(hot.url_full) || `${backend}/${server}`;
  return true;
}

/** `frontend backend/server Tw/Tc/Tt bytes state conn/conn/conn/conn/retries queue/queue` */
const TCP =
  /^(\S+) ([^\s/]+)\/(\S+) ([-+\d]+\/[-+\d]+\/[-+\d]+) (\+?\d+) (\S{2,4}) ([\d+]+\/[\d+]+\/[\d+]+\/[\d+]+\/[\d+]+) (\d+\/\d+)/;

function readTcp(event: Reading, client: Client, rest: string): boolean {
  const parts = TCP.exec(rest.slice(0, 1024));
  if (parts === null) return false;
  const [, frontend = "", backend = "", server = "", timers = "", bytes = "", state = "", counts = "", queues = ""] =
    parts;
  event.hot.destination_bytes = Number(bytes.replace("+", ""));
  fillProxied(event, client, { frontend, backend, server, timers, state, counts, queues });
  const isGood = state.startsWith("--");
  act(event.hot, isGood ? "connection-ended" : "connection-failed", isGood ? "success" : "failure");
  event.hot.network_transport = "tcp";
  event.hot.with_what = bounded(`haproxy ${frontend}`);
  event.hot.what = bounded(`${backend}/${server}`);
  return true;
}

/** The manual's names of the timers, in milliseconds. */
const HTTP_TIMERS = ["TR", "Tw", "Tc", "Tr", "Ta"];
const TCP_TIMERS = ["Tw", "Tc", "Tt"];

type Proxied = Readonly<Record<"frontend" | "backend" | "server" | "timers" | "state" | "counts" | "queues", string>>;

function fillProxied(event: Reading, client: Client, to: Proxied): void {
  const { hot } = event;
  fillClient(event, client);
  classify(hot, "haproxy.access", { product: "", category: "webserver", service: "haproxy" });
  addField(event, "frontend_name", to.frontend);
  addField(event, "backend_name", to.backend);
  addField(event, "server_name", to.server);
  const timers = to.timers.split("/");
  (timers.length === 3 ? TCP_TIMERS : HTTP_TIMERS).forEach((name, at) => {
    addField(event, name, timers[at] ?? "");
  });
  addField(event, "termination_state", to.state);
  ["actconn", "feconn", "beconn", "srv_conn", "retries"].forEach((name, at) => {
    addField(event, name, to.counts.split("/")[at] ?? "");
  });
  addField(event, "srv_queue", to.queues.split("/")[0] ?? "");
  addField(event, "backend_queue", to.queues.split("/")[1] ?? "");
}

function fillClient(event: Reading, { ip, port }: Client): void {
  const { hot } = event;
  hot.source_ip = ip;
  hot.source_port = port;
  hot.where_from = ip;
  addField(event, "c-ip", ip);
  addField(event, "src_ip", ip);
  addField(event, "src_port", port);
}

/** `frontend/bind: SSL handshake failure` */
function readError(event: Reading, client: Client, rest: string): boolean {
  const [all, frontend = "", bind = ""] = /^([^\s/]{1,128})\/([^\s:]{1,128}): /.exec(rest.slice(0, 300)) ?? [];
  if (all === undefined) return false;
  const text = rest.slice(all.length);
  const isAttack = /attack|heartbeat/i.test(text.slice(0, 256));
  fillClient(event, client);
  classify(event.hot, "haproxy.error", { product: "", category: "webserver", service: "haproxy" });
  addField(event, "frontend_name", frontend);
  addField(event, "bind_name", bind);
  addField(event, "error_message", text);
  act(event.hot, isAttack ? "attack-blocked" : "connection-failed", "failure");
  event.hot.with_what = bounded(`haproxy ${frontend}`);
  event.hot.what = bounded(text);
  return true;
}

/** `Connect from 192.0.2.1:4711 to 192.0.2.2:80 (web/HTTP)`, `Server be/srv is DOWN, reason: …`, `Proxy web started.` */
function readState(event: Reading, message: string): boolean {
  const [, client, server = "", site = ""] = /^Connect from (\S+) to (\S+) \(([^)]{1,256})\)/.exec(message) ?? [];
  const from = splitHostPort(client ?? "");
  const told = STATES.find(([pattern]) => pattern.test(message.slice(0, 512)));
  if (client === undefined && told === undefined) return false;
  return tell(event, {
    dataset: "haproxy.state",
    action: told?.[1] ?? "connection-opened",
    outcome: told?.[2] ?? "success",
    ip: from.host,
    port: from.port,
    withWhat: "haproxy",
    what: site || /^(?:Backup )?(?:Server|Proxy|backend|proxy) (\S+)/.exec(message)?.[1] || message,
    fields: { site, server },
  });
}

const STATES = [
  [/^(?:Backup )?Server \S+ is DOWN|^(?:backend|proxy) \S+ has no server available/, "service-failed", "failure"],
  [/^(?:Backup )?Server \S+ is UP/, "service-started", "success"],
  [/^Proxy \S+ started/, "service-started", "success"],
  [/^(?:Proxy|Stopping (?:frontend|backend|proxy)) /, "service-stopped", "success"],
] as const;

/** Reads a line of HAProxy that no syslog stands around: `192.0.2.1:4711 [14/Jan/2015:12:48:57.127] web …`. */
export function readHaproxyLine(event: Reading, text: string, zone: string): boolean {
  const open = text.indexOf(" [");
  if (open < 9 || open > 60 || text.charCodeAt(open + 4) !== 47 || !readHaproxy(event, text, zone)) return false;
  event.hot.message = clip(text, MAX_MESSAGE_CHARS);
  setField(event, "message", text);
  return true;
}
