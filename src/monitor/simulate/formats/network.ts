import { rfc3164, zoneText } from "./syslog.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

export type ProxyRequest = {
  readonly atMs: number;
  readonly host: string;
  readonly clientIp: string;
  readonly user: string;
  readonly method: "GET" | "POST" | "CONNECT" | "HEAD";
  readonly url: string;
  readonly status: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  readonly serverIp: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly referrer: string;
};

/** Squid's native access.log line, sent to syslog. It has no user agent. */
export function squidNative(r: ProxyRequest): Buffer {
  const seconds = (r.atMs / 1000).toFixed(3);
  const result = `${squidResult(r)}/${r.status}`;
  const line =
    `${seconds} ${String(r.elapsedMs).padStart(6)} ${r.clientIp} ${result} ${r.bytes} ${r.method} ${r.url} ` +
    `${r.user} HIER_DIRECT/${r.serverIp} ${r.contentType}`;
  return rfc3164({ ...r, facility: "local4", severity: "info" }, `squid[1187]: ${line}`);
}

/** Squid's own `combined` log format, sent to syslog. */
export function squidCombined(r: ProxyRequest & { utcOffsetMinutes: number }): Buffer {
  const line =
    `${r.clientIp} - ${r.user} [${commonLogTime(r.atMs, r.utcOffsetMinutes)}] "${r.method} ${r.url} HTTP/1.1" ` +
    `${r.status} ${r.bytes} "${r.referrer}" "${r.userAgent}" ${squidResult(r)}:HIER_DIRECT`;
  return rfc3164({ ...r, facility: "local4", severity: "info" }, `squid[1187]: ${line}`);
}

const squidResult = (r: ProxyRequest): string => (r.method === "CONNECT" ? "TCP_TUNNEL" : "TCP_MISS");

/** 23/Nov/2026:09:00:00 +0900 */
function commonLogTime(atMs: number, utcOffsetMinutes: number): string {
  const local = new Date(atMs + utcOffsetMinutes * 60_000);
  const day = String(local.getUTCDate()).padStart(2, "0");
  const time = local.toISOString().slice(11, 19);
  return `${day}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}:${time} ${zoneText(utcOffsetMinutes, "")}`;
}

export type NameQuery = {
  readonly atMs: number;
  readonly host: string;
  readonly serverIp: string;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly name: string;
  readonly type: "A" | "AAAA" | "TXT" | "MX" | "PTR" | "SRV";
  readonly handle: string;
};

/** BIND 9 query log through syslog. */
export function bindQuery(q: NameQuery): Buffer {
  const text =
    `named[702]: client @0x7f${q.handle} ${q.clientIp}#${q.clientPort} (${q.name}): ` +
    `query: ${q.name} IN ${q.type} +E(0)K (${q.serverIp})`;
  return rfc3164({ ...q, facility: "daemon", severity: "info" }, text);
}

export type WebHit = {
  readonly atMs: number;
  readonly host: string;
  readonly server: "nginx" | "httpd";
  readonly utcOffsetMinutes: number;
  readonly clientIp: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string;
  readonly userAgent: string;
};

/** The combined log format of Apache and nginx, sent to syslog. */
export function combinedAccess(h: WebHit): Buffer {
  const line =
    `${h.clientIp} - - [${commonLogTime(h.atMs, h.utcOffsetMinutes)}] "${h.method} ${h.target} HTTP/1.1" ` +
    `${h.status} ${h.bytes} "${h.referrer}" "${h.userAgent}"`;
  return rfc3164({ ...h, facility: "local7", severity: "info" }, `${h.server}: ${line}`);
}
