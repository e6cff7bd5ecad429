import type { Aliases } from "./alias.ts";

const WEB: Readonly<Record<string, readonly string[]>> = {
  "cs-method": ["c-method", "http.request.method", "method"],
  "cs-uri-stem": ["c-uri-path", "url.path"],
  "cs-uri-query": ["c-uri-query", "url.query"],
  "cs-uri": ["c-uri", "url.original", "url.full"],
  "c-uri": ["cs-uri", "url.full", "url.original"],
  "c-uri-query": ["cs-uri-query", "url.query"],
  "c-uri-stem": ["cs-uri-stem", "url.path"],
  "c-uri-path": ["cs-uri-stem", "url.path"],
  "c-uri-extension": ["url.extension"],
  "c-useragent": ["cs-user-agent", "user_agent.original"],
  "cs-user-agent": ["c-useragent", "cs(User-Agent)", "user_agent.original"],
  "cs-referer": ["cs-referrer", "cs(Referer)", "http.request.referrer"],
  "cs-referrer": ["cs-referer", "cs(Referer)", "http.request.referrer"],
  "cs-cookie": ["cs(Cookie)"],
  "cs-host": ["r-dns", "url.domain", "destination.domain"],
  "r-dns": ["cs-host", "url.domain", "destination.domain"],
  "cs-username": ["user.name"],
  "cs-bytes": ["http.request.bytes", "source.bytes"],
  "sc-bytes": ["http.response.bytes", "destination.bytes"],
  "sc-status": ["http.response.status_code", "status"],
  "c-ip": ["src_ip", "source.ip", "clientip"],
  src_ip: ["c-ip", "source.ip"],
  dst_ip: ["s-ip", "destination.ip"],
  "r-ip": ["s-ip", "dst_ip", "destination.ip"],
};

const DNS: Readonly<Record<string, readonly string[]>> = {
  query: ["QueryName", "dns.question.name"],
  QueryName: ["query", "dns.question.name"],
  record_type: ["qtype_name", "QueryType", "dns.question.type"],
  answer: ["answers", "QueryResults", "dns.answers.data"],
  parent_domain: ["dns.question.registered_domain"],
  src_ip: ["c-ip", "id.orig_h", "source.ip"],
};

const FIREWALL: Readonly<Record<string, readonly string[]>> = {
  src_ip: ["SourceIp", "srcip", "id.orig_h", "source.ip"],
  src_port: ["SourcePort", "srcport", "id.orig_p", "source.port"],
  dst_ip: ["DestinationIp", "dstip", "id.resp_h", "destination.ip"],
  dst_port: ["DestinationPort", "dstport", "id.resp_p", "destination.port"],
  action: ["event.action"],
  username: ["user", "user.name"],
};

/** Log sources that Sigma names by category alone, whatever product wrote them. */
export const NETWORK: Aliases = {
  prefixes: [],
  always: {},
  byCategory: { webserver: WEB, proxy: WEB, dns: DNS, firewall: FIREWALL },
};

export const WEB_SERVICES: Aliases = { prefixes: [], always: WEB, byCategory: {} };

const ADDRESSES = {
  "id.orig_h": ["id_orig_h", "source.ip"],
  "id.orig_p": ["id_orig_p", "source.port"],
  "id.resp_h": ["id_resp_h", "destination.ip"],
  "id.resp_p": ["id_resp_p", "destination.port"],
};
export const ZEEK: Aliases = { prefixes: [], always: ADDRESSES, byCategory: {} };
