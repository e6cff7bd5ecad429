import { toIp, toPort } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { readApacheTime } from "../instant.ts";
import { act, addField, bounded, classify, type Reading, setTimeMs } from "../reading.ts";

/**
 * DNS servers' query logs. Where from: the client. With what: the server's program. What: the name asked for.
 * Fields: Sigma's DNS names (query, record_type, answer) and src_ip, src_port.
 */
const DNS = { product: "", category: "dns", service: "" };

/** BIND: `[date] [category: level: ]client @0x… 10.0.0.1#5353 (name): [view x: ]query: name IN A +E(0)K (10.0.0.53)` */
export function readNamed(event: Reading, text: string, zone: string): boolean {
  const time = readApacheTime(text, 0, zone);
  const client = text.indexOf("client ");
  if (client < 0) return false;
  const hash = text.indexOf("#", client);
  if (hash < 0) return false;
  const start = text.lastIndexOf(" ", hash) + 1;
  const { hot } = event;
  hot.source_ip = toIp(text.slice(start, hash));
  hot.source_port = toPort(/^\d+/.exec(text.slice(hash + 1, hash + 6))?.[0] ?? "");
  const told = text.slice(hash, hash + 1024);
  const asked = text.indexOf(" query: ", hash);
  const refusal = asked >= 0 ? undefined : refusalOf(told);
  if (asked >= 0) {
    const [name = "", , type = ""] = text.slice(asked + 8).split(" ", 3);
    fillQuery(event, { name, type });
    act(hot, "dns-query", "success");
  } else if (refusal !== undefined) {
    fillQuery(event, refusal);
    if (refusal.code !== "") {
      hot.dns_response_code = refusal.code;
      addField(event, "response_code", refusal.code);
    }
    act(hot, refusal.action, refusal.outcome);
  } else return false;
  // named's own time is when it happened; the one that syslog set around it is when it was passed on.
  if (time !== undefined) setTimeMs(event, time.ms);
  finish(event, "bind.query", "named");
  return true;
}

type Refusal = { name: string; type: string; code: string; action: Action; outcome: Outcome };

/** What named says of a client beside its queries: category security, query-errors, update, update-security, xfer-out, rpz, rate-limit. */
function refusalOf(told: string): Refusal | undefined {
  const failed = /query failed \(([^)]{1,32})\) for ([^\s/]{1,255})\/[A-Z]{1,10}\/([A-Z0-9]{1,10})/.exec(told);
  if (failed !== null)
    return {
      name: failed[2] ?? "",
      type: failed[3] ?? "",
      code: failed[1] ?? "",
      action: "dns-query-denied",
      outcome: "failure",
    };
  const policy = /: (?:disabled )?rpz \S{1,16} (\S{1,16}) rewrite ([^\s/]{1,255})(?:\/([A-Z0-9]{1,10})\/IN)? via /.exec(
    told,
  );
  if (policy !== null)
    return { name: policy[2] ?? "", type: policy[3] ?? "", code: "", action: "dns-query-denied", outcome: "failure" };
  return zoneRefusal(told);
}

const ABOUT_ZONE =
  /(?:zone transfer|query(?: \(cache\))?|update|notify|update forwarding|updating zone|transfer of|zone transfer request:) '([^'/]{0,255})(?:\/([A-Z0-9]{1,10}))?\/([A-Z0-9]{1,10})'/;

function zoneRefusal(told: string): Refusal | undefined {
  const quoted = ABOUT_ZONE.exec(told);
  if (quoted === null) {
    const isDenied = /: (?:query \(cache\)|.{0,64}denied$|rate limit (?:drop|slip))/.test(told);
    return isDenied ? { name: "", type: "", code: "", action: "dns-query-denied", outcome: "failure" } : undefined;
  }
  const [all, name = "", type = ""] = quoted;
  const isTransfer = type === "AXFR" || type === "IXFR" || /^(?:zone transfer|transfer of)/.test(all);
  const isUpdate = all.startsWith("updat");
  const isRefused = / (?:denied|failed|refused)|bad zone|NOTAUTH|unsuccessful/.test(
    told.slice(0, quoted.index + all.length + 80),
  );
  if (!isTransfer && !isUpdate && !isRefused) return undefined;
  const code = /\(([A-Z]{4,10})\)$/.exec(told.trimEnd())?.[1] ?? "";
  const action = isTransfer ? "zone-transfer" : isUpdate ? "configuration-changed" : "dns-query-denied";
  return { name, type, code, action, outcome: isRefused ? "failure" : "success" };
}

/** dnsmasq: `query[A] name from 10.0.0.1`, `reply name is 1.2.3.4`, with log-queries=extra a serial and `10.0.0.1/5353` in front. */
export function readDnsmasq(event: Reading, message: string): boolean {
  const { hot } = event;
  const extra = /^\d+ ([0-9a-f.:]+)\/(\d+) /i.exec(message);
  const text = extra === null ? message : message.slice(extra[0].length);
  if (extra !== null) {
    hot.source_ip = toIp(extra[1]);
    hot.source_port = toPort(extra[2]);
  }
  const query = /^query\[([A-Z0-9=]+)\] (\S+) from (\S+)/i.exec(text);
  const reply =
    query === null
      ? /^(?:reply|cached|config|\S*hosts\S*|forwarded|gravity blocked) (\S+) (?:is|to) (\S+)/.exec(text)
      : null;
  if (query !== null) {
    if (hot.source_ip === "") hot.source_ip = toIp(query[3]);
    fillQuery(event, { name: query[2] ?? "", type: query[1] ?? "" });
    act(hot, "dns-query", "success");
  } else if (reply !== null) {
    fillQuery(event, { name: reply[1] ?? "", type: "" });
    addField(event, "answer", bounded(reply[2] ?? ""));
    act(hot, text.startsWith("gravity") ? "dns-query-denied" : "dns-answer", "success");
  } else return false;
  finish(event, "dnsmasq.query", "dnsmasq");
  return true;
}

function fillQuery(event: Reading, asked: { name: string; type: string }): void {
  const { hot } = event;
  const name = asked.name.length > 1 && asked.name.endsWith(".") ? asked.name.slice(0, -1) : asked.name;
  hot.dns_question_name = name;
  hot.dns_question_type = asked.type;
  addField(event, "query", name);
  addField(event, "record_type", asked.type);
}

function finish(event: Reading, dataset: string, program: string): void {
  const { hot } = event;
  classify(hot, dataset, DNS);
  hot.network_protocol = "dns";
  addField(event, "src_ip", hot.source_ip);
  if (hot.source_port !== 0) addField(event, "src_port", hot.source_port);
  hot.where_from = hot.source_ip || hot.host_name;
  hot.with_what = hot.process_name || program;
  hot.what = bounded(hot.dns_question_name);
}
