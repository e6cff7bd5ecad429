import { toIp, toPort } from "../address.ts";
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
  const asked = text.indexOf("query: ", hash);
  const denied = /(?:query|zone transfer|update)[^']*'([^'/]+)\/([A-Z0-9]+)\/([A-Z]+)' (denied|failed|refused)/.exec(
    text.slice(hash, hash + 1024),
  );
  if (asked >= 0) {
    const [name = "", , type = ""] = text.slice(asked + 7).split(" ", 3);
    fillQuery(event, { name, type });
    act(hot, "dns-query", "success");
  } else if (denied !== null) {
    fillQuery(event, { name: denied[1] ?? "", type: denied[2] ?? "" });
    const isTransfer = denied[2] === "AXFR" || denied[2] === "IXFR";
    act(hot, isTransfer ? "zone-transfer" : "dns-query-denied", "failure");
  } else return false;
  if (time !== undefined && Number.isNaN(event.timeMs)) setTimeMs(event, time.ms);
  finish(event, "bind.query", "named");
  return true;
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
