import { splitHostPort, toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { readApacheTime } from "../instant.ts";
import { act, bounded, classify, type ParseHints, type Reading, setField, setTimeMs, zoneOf } from "../reading.ts";
import { closingQuote, unquoted } from "./quoted.ts";

/**
 * Apache and nginx access logs: Common and Combined Log Format, with or without a virtual host in front.
 * `[vhost[:port]] host ident user [10/Oct/2000:13:55:36 -0700] "GET /p?q HTTP/1.1" 200 2326 ["referrer" "user agent" …]`
 *
 * | question   | column     | from                                                       |
 * |------------|------------|------------------------------------------------------------|
 * | who        | who        | the authenticated user, when there is one                  |
 * | where from | where_from | the client's address                                       |
 * | with what  | with_what  | the user agent; without one the protocol (`HTTP/1.1`)      |
 * | what       | what       | the host, when logged, and the request target              |
 * | did what   | did_what   | `http-request`; success below status 400, failure above    |
 *
 * Fields are Sigma's web server names. `cs-uri-query` holds the whole target (path and query): 90 of SigmaHQ's web rules look
 * for paths in it, one for the bare query.
 */
export function readAccess(event: Reading, text: string, hints: ParseHints): boolean {
  const bracket = text.indexOf(" [");
  if (bracket < 5 || bracket > 512) return false;
  const time = readApacheTime(text, bracket + 2, zoneOf(hints));
  if (time === undefined || text.charCodeAt(time.end) !== 93) return false;
  const quote = time.end + 2;
  if (text.charCodeAt(quote) !== 34) return false;
  const client = readClient(text.slice(0, bracket));
  if (client === undefined) return false;
  const close = closingQuote(text, quote);
  setTimeMs(event, time.ms);
  const { hot } = event;
  classify(hot, datasetOf(hints.format), { product: "", category: "webserver", service: serviceOf(hints.format) });
  fillClient(event, client);
  const request = unquoted(text.slice(quote + 1, close));
  hot.message = clip(request, MAX_MESSAGE_CHARS);
  fillRequest(event, request);
  fillTail(event, text, close + 1);
  answer(event);
  return true;
}

const serviceOf = (format: string): string => (format === "apache" || format === "nginx" ? format : "");
const datasetOf = (format: string): string => `${serviceOf(format) || "web"}.access`;

type Client = { address: string; user: string; vhost: string };

/** `host ident user`, with the virtual host in front when the first word is none and the second one is an address. */
function readClient(head: string): Client | undefined {
  const words = head.split(" ");
  // A container's or a relay's time in front is no client.
  if (words.length < 3 || /^\d{4}-\d\d-\d\dT\d\d:/.test(head)) return undefined;
  const first = words[0] ?? "";
  const second = words[1] ?? "";
  const hasVhost = words.length >= 4 && toIp(first) === "" && (toIp(second) !== "" || words.length === 4);
  const at = hasVhost ? 1 : 0;
  const user = words.slice(at + 2).join(" ");
  return { address: words[at] ?? "", user: user === "-" || user === '""' ? "" : user, vhost: hasVhost ? first : "" };
}

function fillClient(event: Reading, client: Client): void {
  const { hot } = event;
  hot.source_ip = toIp(client.address);
  setField(event, "c-ip", client.address);
  if (hot.source_ip === "") hot.source_domain = client.address;
  if (client.user !== "") {
    setField(event, "cs-username", client.user);
    hot.user_name = client.user;
  }
  if (client.vhost === "") return;
  setField(event, "cs-host", client.vhost);
  const { host, port } = splitHostPort(client.vhost);
  hot.url_domain = host;
  hot.destination_port = port;
}

/** `GET /path?query HTTP/1.1`; anything else is a client that speaks no HTTP and is kept as the target. */
export function fillRequest(event: Reading, request: string): void {
  const { hot } = event;
  const space = request.indexOf(" ");
  const last = request.lastIndexOf(" ");
  const isHttp = space > 0 && space < 32 && last > space && request.startsWith("HTTP/", last + 1);
  const target = isHttp ? request.slice(space + 1, last) : request;
  if (isHttp) {
    hot.http_request_method = request.slice(0, space);
    hot.network_protocol = request.slice(last + 1);
    setField(event, "cs-method", hot.http_request_method);
    setField(event, "cs-version", hot.network_protocol);
  }
  if (target === "-" || target === "") return;
  const scheme = target.indexOf("://");
  const isAbsolute = scheme > 0 && scheme < 12;
  const pathAt = isAbsolute ? target.indexOf("/", scheme + 3) : 0;
  const question = target.indexOf("?");
  const stem = target.slice(Math.max(pathAt, 0), question < 0 ? target.length : question);
  setField(event, "cs-uri-stem", stem);
  setField(event, "cs-uri-query", target);
  hot.url_full = target;
  hot.url_path = stem;
  if (!isAbsolute) return;
  const host = splitHostPort(target.slice(scheme + 3, pathAt < 0 ? target.length : pathAt)).host;
  if (hot.url_domain === "") {
    hot.url_domain = host;
    setField(event, "cs-host", host);
  }
}

/** ` 200 2326 "referrer" "user agent"` and whatever else a format adds, which stays in the raw line. */
function fillTail(event: Reading, text: string, at: number): void {
  const { hot } = event;
  const quote = text.indexOf('"', at);
  const numbers = text
    .slice(at, quote < 0 ? text.length : quote)
    .trim()
    .split(" ");
  const status = Number(numbers[0]);
  if (Number.isInteger(status) && status > 0 && status < 1000) {
    hot.http_response_status_code = status;
    setField(event, "sc-status", status);
  }
  const bytes = Number(numbers[1]);
  if (Number.isSafeInteger(bytes) && bytes >= 0) {
    hot.destination_bytes = bytes;
    setField(event, "sc-bytes", bytes);
  }
  if (quote < 0) return;
  const end = closingQuote(text, quote);
  const referrer = unquoted(text.slice(quote + 1, end));
  if (referrer !== "-" && referrer !== "") {
    setField(event, "cs-referer", referrer);
    hot.http_request_referrer = referrer;
  }
  const agentAt = text.indexOf('"', end + 1);
  if (agentAt < 0) return;
  const agent = unquoted(text.slice(agentAt + 1, closingQuote(text, agentAt)));
  if (agent === "-") return;
  setField(event, "cs-user-agent", agent);
  hot.user_agent_original = bounded(agent);
}

function answer(event: Reading): void {
  const { hot } = event;
  const status = hot.http_response_status_code;
  act(hot, "http-request", status === 0 ? "unknown" : status < 400 ? "success" : "failure");
  hot.who = bounded(hot.user_name);
  hot.where_from = hot.source_ip || hot.source_domain;
  hot.with_what = hot.user_agent_original || hot.network_protocol;
  hot.what = bounded(hot.url_full.startsWith("/") ? hot.url_domain + hot.url_full : hot.url_full || hot.url_domain);
}
