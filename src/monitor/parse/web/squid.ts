import type { HotColumns } from "../../event/index.ts";
import { splitHostPort, toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { act, bounded, classify, type Reading, setField, setTimeMs } from "../reading.ts";

/**
 * Squid's native access.log:
 * `1286536309.586 921 10.0.0.7 TCP_MISS/200 507 GET http://host/path user HIER_DIRECT/192.0.2.1 text/html`
 *
 * | question   | column     | from                                                            |
 * |------------|------------|-----------------------------------------------------------------|
 * | who        | who        | the authenticated user, when there is one                       |
 * | where from | where_from | the client's address                                            |
 * | with what  | with_what  | how Squid served it (`TCP_TUNNEL`): the format has no user agent |
 * | what       | what       | the URL, or `host:port` of a tunnel                             |
 * | did what   | did_what   | `http-request`, `http-request-denied` for TCP_DENIED            |
 *
 * A client that goes away before it has asked anything (port checks do) is `connection-ended`, of no URL.
 * Fields are Sigma's proxy names. A line in Squid's `combined` format is read by access.ts and re-labelled by asProxy.
 */
export function readSquid(event: Reading, text: string): boolean {
  const words = wordsOf(text);
  const [stamp, elapsed, client, result, bytes, method, url, user, hierarchy, type] = words;
  if (stamp === undefined || client === undefined || result === undefined || url === undefined) return false;
  const seconds = Number(stamp);
  const slash = result.indexOf("/");
  if (!(seconds > 0) || slash < 3 || stamp.indexOf(".") < 0 || method === undefined) return false;
  setTimeMs(event, Math.round(seconds * 1000));
  const { hot } = event;
  classify(hot, "squid.access", { product: "", category: "proxy", service: "squid" });
  hot.source_ip = toIp(client);
  setField(event, "c-ip", client);
  const code = result.slice(0, slash);
  setField(event, "action", code);
  fillStatus(event, Number(result.slice(slash + 1)));
  fillNumbers(event, { elapsed, bytes });
  if (readUnasked(hot, url)) return true;
  hot.http_request_method = method;
  setField(event, "cs-method", method);
  fillUrl(event, url);
  if (user !== undefined && user !== "-") {
    hot.user_name = user;
    setField(event, "cs-username", user);
  }
  fillServer(event, { hierarchy, type });
  hot.message = clip(`${method} ${url}`, MAX_MESSAGE_CHARS);
  answerProxy(hot, code);
  return true;
}

/** At most ten words; Squid pads its columns with several spaces. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && words.length < 10) {
    while (text.charCodeAt(at) === 32) at += 1;
    let end = text.indexOf(" ", at);
    if (end < 0) end = text.length;
    if (end > at) words.push(text.slice(at, end));
    at = end + 1;
  }
  return words;
}

function fillStatus(event: Reading, status: number): void {
  if (!(status > 0 && status < 1000)) return;
  event.hot.http_response_status_code = status;
  setField(event, "sc-status", status);
}

function fillNumbers(event: Reading, told: { elapsed: string | undefined; bytes: string | undefined }): void {
  const size = Number(told.bytes);
  if (Number.isSafeInteger(size) && size >= 0) {
    event.hot.destination_bytes = size;
    setField(event, "sc-bytes", size);
  }
  const milliseconds = Number(told.elapsed);
  if (Number.isSafeInteger(milliseconds)) setField(event, "time-taken", milliseconds);
}

/** Sigma's proxy names from one URL: c-uri is the whole, cs-host the host, the rest its parts. Detection knows cs-uri and r-dns as theirs. */
export function fillUrl(event: Reading, url: string): void {
  const { hot } = event;
  setField(event, "c-uri", url);
  hot.url_full = url;
  const scheme = url.indexOf("://");
  const hostAt = scheme > 0 && scheme < 12 ? scheme + 3 : 0;
  let pathAt = url.indexOf("/", hostAt);
  if (pathAt < 0) pathAt = url.length;
  const authority = url.slice(Math.max(hostAt, url.lastIndexOf("@", pathAt) + 1), pathAt);
  const { host, port } = splitHostPort(authority);
  if (host !== "") {
    hot.url_domain = host;
    hot.destination_domain = host;
    hot.destination_port = port;
    setField(event, "cs-host", host);
  }
  if (pathAt === url.length) return;
  const question = url.indexOf("?", pathAt);
  const stem = url.slice(pathAt, question < 0 ? url.length : question);
  hot.url_path = stem;
  setField(event, "cs-uri-stem", stem);
  if (question >= 0) setField(event, "c-uri-query", url.slice(question + 1));
  const dot = stem.lastIndexOf(".");
  if (dot > stem.lastIndexOf("/") && stem.length - dot <= 12) setField(event, "c-uri-extension", stem.slice(dot + 1));
}

function fillServer(event: Reading, told: { hierarchy: string | undefined; type: string | undefined }): void {
  const slash = told.hierarchy?.indexOf("/") ?? -1;
  const peer = slash < 0 ? "" : (told.hierarchy?.slice(slash + 1) ?? "");
  event.hot.destination_ip = toIp(peer);
  if (event.hot.destination_ip !== "") setField(event, "dst_ip", peer);
  if (told.type !== undefined && told.type !== "-") setField(event, "rs-content-type", told.type);
}

function answerProxy(hot: HotColumns, code: string): void {
  const status = hot.http_response_status_code;
  const isDenied = code.includes("DENIED");
  act(hot, isDenied ? "http-request-denied" : "http-request", isDenied || status >= 400 ? "failure" : "success");
  hot.who = bounded(hot.user_name);
  hot.where_from = hot.source_ip;
  hot.with_what = hot.user_agent_original || code;
  hot.what = bounded(hot.url_full);
}

const NO_REQUEST = "error:transaction-end-before-headers";

/** True when the line is of a connection that asked nothing: there is no method and no URL then. */
function readUnasked(hot: HotColumns, target: string): boolean {
  if (!target.includes(NO_REQUEST)) return false;
  hot.url_full = "";
  hot.url_path = "";
  hot.http_request_method = "";
  act(hot, "connection-ended", "");
  hot.where_from = hot.source_ip;
  hot.with_what = "squid";
  hot.what = "";
  return true;
}

const RESULT = /\b(TCP_[A-Z_]+|UDP_[A-Z_]+|NONE_NONE|NONE):([A-Z_]+)\s*$/;

/** A combined line that ends in Squid's result (`… TCP_MISS:HIER_DIRECT`) comes from the proxy, not from a web server. */
export function asProxy(event: Reading, text: string, isPinned: boolean): void {
  const result = RESULT.exec(text.slice(-64))?.[1];
  if (result === undefined && !isPinned) return;
  const { hot, fields } = event;
  classify(hot, "squid.access", { product: "", category: "proxy", service: "squid" });
  setField(event, "c-useragent", fields["cs-user-agent"] ?? "");
  if (result !== undefined) setField(event, "action", result);
  if (readUnasked(hot, hot.url_full)) return;
  fillUrl(event, hot.url_full);
  answerProxy(hot, result ?? "");
}
