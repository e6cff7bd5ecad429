import type { HotColumns } from "../../event/index.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { addFirewallNames } from "../cef.ts";
import { toInstantMs } from "../instant.ts";
import { fillColumn, type Target, targetOfColumn } from "../names.ts";
import {
  act,
  addField,
  bounded,
  classify,
  endpoint,
  firstText,
  type ParseHints,
  type Reading,
  setField,
  setTime,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
import { judgeTraffic } from "../verdict.ts";
import { transportOf } from "../windows/columns.ts";
import { cellsOf } from "./cells.ts";
import { answerTracking, isTracking } from "./exchange.ts";
import { answerExchangeSession, isExchangeSession } from "./exchange-sessions.ts";
import type { W3cTable } from "./table.ts";

/**
 * W3C extended log file format, under its `#Fields`: IIS, Blue Coat (ELFF), i-FILTER, CloudFront, Exchange, Windows Firewall.
 *
 * | question   | column     | from                                                                  |
 * |------------|------------|-----------------------------------------------------------------------|
 * | who        | who        | cs-username                                                           |
 * | where from | where_from | c-ip, src-ip, else c-dns                                              |
 * | with what  | with_what  | cs(User-Agent), else the protocol, else what the proxy did (s-action) |
 * | what       | what       | host and cs-uri-stem with query, else `dst-ip:dst-port`               |
 * | did what   | did_what   | `http-request(-denied)`, for a firewall `connection-allowed|denied`   |
 *
 * Fields keep the names of `#Fields`; `cs(User-Agent)` and the like also get Sigma's (`cs-user-agent`), with IIS's `+` for a space
 * undone. A proxy is told by its fields. `date` and `time` are UTC, as the format says, unless a directive says "local".
 * Source: W3C WD-logfile-960323; IIS and ProxySG log references.
 */
export function readW3cRow(
  event: Reading,
  text: string,
  { table, hints }: { table: W3cTable; hints: ParseHints },
): boolean {
  const cells = splitRow(text, table);
  const { names } = table;
  if (cells === undefined) return false;
  cells.forEach((cell, at) => {
    if (cell !== "-" && cell !== "") setField(event, names[at] ?? "", cell);
  });
  setW3cTime(event, table.isLocal ? zoneOf(hints) : "", hints);
  addSigmaNames(event);
  for (const [name, target] of SOURCES) {
    const value = event.fields[name];
    if (value !== undefined) fillColumn(event.hot, target, value);
  }
  event.hot.network_transport = transportOf(event.hot.network_transport);
  event.hot.message = clip(text, MAX_MESSAGE_CHARS);
  if (isTracking(event)) {
    answerTracking(event);
    return true;
  }
  if (isExchangeSession(event)) {
    answerExchangeSession(event);
    return true;
  }
  const kind = kindOf(event, table.software);
  if (kind === "firewall") answerFirewall(event);
  else answerWeb(event, kind);
  return true;
}

/** As many cells as there are names, or none: spaces part them (texts with spaces are quoted), or tabs, or commas. */
function splitRow(text: string, { names, delimiter }: W3cTable): string[] | undefined {
  const isTabs = delimiter === "" && names.length > 1 && text.includes("\t");
  const by = isTabs ? "\t" : delimiter || " ";
  const cells = cellsOf(text, by, names.length + 1);
  if (cells.length === names.length) return cells;
  if (by !== " ") return undefined;
  const packed = cellsOf(text.replaceAll(/ {2,}/g, " "), by, names.length + 1);
  return packed.length === names.length ? packed : undefined;
}

function setW3cTime(event: Reading, zone: string, hints: ParseHints): void {
  const { fields } = event;
  const [date, time] = [textOf(fields, "date"), textOf(fields, "time")];
  if (date !== "" && time !== "") setTimeMs(event, toInstantMs(`${date} ${time}`, zone));
  else
    setTime(
      event,
      firstText(fields, ["date-time", "gmttime", "timestamp", "x-timestamp-unix", "localtime"]).replace(/^\[|\]$/g, ""),
      zoneOf(hints),
    );
}

/** `cs(User-Agent)` → `cs-user-agent`. */
const HEADERS: readonly (readonly [string, string])[] = [
  ["cs(User-Agent)", "cs-user-agent"],
  ["cs(Referer)", "cs-referer"],
  ["cs(Host)", "cs-host"],
  ["cs(Cookie)", "cs-cookie"],
  ["rs(Content-Type)", "rs-content-type"],
];

/** IIS writes `+` for a space, and no real space; others quote. */
const spaced = (text: string): string => (text.includes(" ") ? text : text.replaceAll("+", " "));

function addSigmaNames(event: Reading): void {
  const { fields } = event;
  for (const [from, to] of HEADERS) {
    const value = textOf(fields, from);
    if (value !== "") addField(event, to, to === "cs-user-agent" ? spaced(value) : value);
  }
  addField(event, "c-useragent", textOf(fields, "cs-user-agent"));
  if (fields["cs-uri-stem"] === undefined) addField(event, "cs-uri-stem", textOf(fields, "cs-uri-path"));
}

const TARGETS: Readonly<Partial<Record<keyof HotColumns, readonly string[]>>> = {
  source_ip: ["c-ip", "src-ip", "client-ip", "original-client-ip"],
  source_port: ["c-port", "src-port"],
  source_domain: ["c-dns", "client-hostname"],
  destination_ip: ["dst-ip", "r-ip", "s-ip", "server-ip"],
  destination_port: ["dst-port", "r-port", "cs-uri-port", "s-port"],
  destination_domain: ["cs-host", "x-host-header", "r-dns", "r-host", "server-hostname"],
  destination_bytes: ["sc-bytes"],
  source_bytes: ["cs-bytes"],
  network_transport: ["protocol"],
  network_protocol: ["cs-version", "cs-protocol", "cs-uri-scheme"],
  network_direction: ["path"],
  host_name: ["s-computername", "s-dns"],
  user_name: ["cs-username", "cs-user", "cs-auth-user"],
  url_domain: ["cs-host", "x-host-header"],
  url_path: ["cs-uri-stem"],
  http_request_method: ["cs-method"],
  http_response_status_code: ["sc-status"],
  http_request_referrer: ["cs-referer"],
  user_agent_original: ["cs-user-agent"],
  rule_name: ["sc-filter-category", "x-exception-id"],
  process_pid: ["pid"],
};

const SOURCES = Object.entries(TARGETS).flatMap(([column, names]): (readonly [string, Target])[] => {
  const target = targetOfColumn(column);
  return target === undefined ? [] : (names ?? []).map((name) => [name, target] as const);
});

type Kind = "iis" | "proxy" | "web" | "firewall" | "other";
const PROXY = ["sc-filter-result", "cs-uri-scheme", "s-hierarchy", "x-exception-id", "r-dns", "s-supplier-name"];

function kindOf({ fields, hot }: Reading, software: string): Kind {
  if (/Internet Information Services/i.test(software)) return "iis";
  if (PROXY.some((name) => fields[name] !== undefined) || /SGOS|ProxySG|Blue ?Coat|i-?FILTER|proxy/i.test(software))
    return "proxy";
  if (hot.url_path !== "" || hot.http_request_method !== "") return fields["s-ip"] === undefined ? "web" : "iis";
  return hot.destination_ip !== "" && fields.action !== undefined ? "firewall" : "other";
}

function answerWeb(event: Reading, kind: Exclude<Kind, "firewall">): void {
  const { fields, hot } = event;
  const query = textOf(fields, "cs-uri-query");
  const target = hot.url_path + (query === "" || query.startsWith("?") ? query : `?${query}`);
  const scheme = textOf(fields, "cs-uri-scheme");
  const isProxy = kind === "proxy";
  classify(hot, kind === "iis" ? "iis.access" : isProxy ? "w3c.proxy" : "w3c.access", {
    product: "",
    category: isProxy ? "proxy" : kind === "other" ? "" : "webserver",
    service: kind === "iis" ? "iis" : "",
  });
  hot.url_full = (scheme !== "" && hot.url_domain !== "" ? `${scheme}://` : "") + hot.url_domain + target;
  if (hot.url_path !== "") addField(event, "c-uri", hot.url_full);
  const status = hot.http_response_status_code;
  const isDenied = /DENIED/.test(`${textOf(fields, "sc-filter-result")} ${textOf(fields, "s-action")}`);
  const isRequest = hot.url_full !== "";
  const isFailed = isDenied || status >= 400;
  act(
    hot,
    isRequest ? (isDenied ? "http-request-denied" : "http-request") : "",
    isFailed ? "failure" : status > 0 || (isProxy && isRequest) ? "success" : "",
  );
  const far = endpoint(hot.destination_domain || hot.destination_ip, hot.destination_port);
  answer(hot, hot.url_full || far || hot.message, firstText(fields, ["s-action", "x-edge-result-type", "source"]));
}

/** Windows Firewall's pfirewall.log: `action protocol src-ip dst-ip …`. */
function answerFirewall(event: Reading): void {
  const { fields, hot } = event;
  const word = textOf(fields, "action");
  const verdict = judgeTraffic(word);
  classify(hot, "w3c.firewall", { product: "", category: "firewall", service: "" });
  addFirewallNames(event, word);
  act(
    hot,
    verdict === "denied" ? "connection-denied" : "connection-allowed",
    verdict === "denied" ? "failure" : "success",
  );
  answer(hot, endpoint(hot.destination_ip, hot.destination_port), "");
}

function answer(hot: HotColumns, what: string, tool: string): void {
  hot.who = bounded(hot.user_name);
  hot.where_from = hot.source_ip || hot.source_domain || hot.host_name;
  hot.with_what = bounded(hot.user_agent_original || tool || hot.network_protocol || hot.network_transport);
  hot.what = bounded(what);
}
