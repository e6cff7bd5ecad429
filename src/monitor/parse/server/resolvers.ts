import { splitHostPort, toIp, toPort } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { civilMs, digitsAt } from "../instant.ts";
import { act, addField, bounded, classify, type Reading, setField, setTimeMs } from "../reading.ts";
import { localToUtcMs } from "../zone.ts";

/**
 * Name servers beside BIND and dnsmasq: Unbound (log-queries, log-replies, log-local-actions), Windows DNS debug log, PowerDNS.
 * Where from: the client. With what: the server's program. What: the name. Did what: DNS query, answer, refusal.
 * Fields: Sigma's DNS names (query, record_type), response_code, src_ip, src_port. Source: unbound.conf(5), Microsoft DNS debug log.
 */
type Asked = {
  readonly program: string;
  readonly name: string;
  readonly type: string;
  readonly client: string;
  readonly port?: string | number;
  readonly code?: string;
  readonly action: Action;
  readonly outcome?: Outcome;
};

function tellQuery(event: Reading, asked: Asked): true {
  const { hot } = event;
  const name = asked.name.length > 1 && asked.name.endsWith(".") ? asked.name.slice(0, -1) : asked.name;
  const code = asked.code ?? "";
  classify(hot, `${asked.program}.query`, { product: "", category: "dns", service: "" });
  hot.dns_question_name = name;
  hot.dns_question_type = asked.type;
  hot.dns_response_code = code;
  hot.source_ip = toIp(asked.client);
  hot.source_port = toPort(asked.port);
  hot.network_protocol = "dns";
  addField(event, "query", name);
  addField(event, "record_type", asked.type);
  addField(event, "response_code", code);
  addField(event, "src_ip", hot.source_ip);
  if (hot.source_port !== 0) addField(event, "src_port", hot.source_port);
  act(hot, asked.action, asked.outcome ?? (code === "" || code === "NOERROR" ? "success" : "failure"));
  hot.where_from = hot.source_ip || hot.host_name;
  hot.with_what = hot.process_name || asked.program;
  hot.what = bounded(name);
  return true;
}

const UNBOUND =
  /^(?:\[\d+:\d+\] )?(?:info|debug|query|reply): (?:(?:query|reply): )?([0-9A-Fa-f.:]{2,45}) (\S{1,255}) ([A-Z0-9]{1,10}) (IN|CH|HS|ANY|CLASS\d+)(?: ([A-Z]{3,12}) [\d.]+ (\d) (\d+))?/;
const UNBOUND_LOCAL =
  /^(?:\[\d+:\d+\] )?info: (\S{1,255}) ([a-z_]{3,24}) ([0-9A-Fa-f.:]{2,45})@(\d{1,5}) (\S{1,255}) ([A-Z0-9]{1,10}) IN/;
const REFUSED = new Set([
  "refuse",
  "deny",
  "static",
  "always_refuse",
  "always_nxdomain",
  "always_null",
  "redirect",
  "inform_deny",
]);

/** `[7:0] info: 192.0.2.10 www.example.com. A IN [NOERROR 0.01 0 45]`, `[7:0] info: example.com. static 192.0.2.10@5353 a.example.com. A IN` */
export function readUnbound(event: Reading, message: string): boolean {
  const head = message.slice(0, 700);
  const asked = UNBOUND.exec(head);
  if (asked !== null) {
    const [, client = "", name = "", type = "", , code = ""] = asked;
    return tellQuery(event, {
      program: "unbound",
      name,
      type,
      client,
      code,
      action: code === "" ? "dns-query" : "dns-answer",
    });
  }
  const local = UNBOUND_LOCAL.exec(head);
  if (local === null) return false;
  const [, zone = "", kind = "", client = "", port = "", name = "", type = ""] = local;
  addField(event, "local_zone", zone);
  addField(event, "local_action", kind);
  const isRefused = REFUSED.has(kind);
  return tellQuery(event, {
    program: "unbound",
    name,
    type,
    client,
    port,
    action: isRefused ? "dns-query-denied" : "dns-query",
    outcome: isRefused ? "failure" : "success",
  });
}

/** Unbound's own file: `[1795428000] unbound[7:0] info: …`. */
export function readUnboundLine(event: Reading, text: string): boolean {
  const head = /^\[(\d{9,11})\] (unbound)(?=\[)/.exec(text.slice(0, 32));
  if (head === null) return false;
  const message = text.slice(head[0].length);
  if (!readUnbound(event, message)) return false;
  setTimeMs(event, Number(head[1]) * 1000);
  event.hot.message = clip(message, MAX_MESSAGE_CHARS);
  setField(event, "message", message);
  return true;
}

/** PowerDNS: `Remote 192.0.2.10 wants 'www.example.com|A', …` (server), `1 [1/1] question for 'www.example.com|A' from 192.0.2.10:5353` (recursor). */
export function readPowerDns(event: Reading, message: string): boolean {
  const head = message.slice(0, 512);
  const wants = /^Remote ([0-9A-Fa-f.:]{2,45})(?:<-\S+)? wants '([^'|]{1,255})\|([A-Z0-9]{1,10})'/.exec(head);
  if (wants !== null)
    return tellQuery(event, {
      program: "powerdns",
      name: wants[2] ?? "",
      type: wants[3] ?? "",
      client: wants[1] ?? "",
      action: "dns-query",
    });
  const question = /question for '([^'|]{1,255})\|([A-Z0-9]{1,10})' from (\S{2,60})/.exec(head);
  if (question === null) return false;
  const { host, port } = splitHostPort(question[3] ?? "");
  return tellQuery(event, {
    program: "powerdns",
    name: question[1] ?? "",
    type: question[2] ?? "",
    client: host,
    port,
    action: "dns-query",
  });
}

const PACKET =
  /^ ?([0-9A-F]{3,5}) PACKET +[0-9A-F]{8,16} (UDP|TCP) (Rcv|Snd) ([0-9A-Fa-f.:]{2,45}) +([0-9a-f]{4}) (R| ) ([QNU?]) \[[0-9a-f]{4} +([ADTR ]{0,8}?) *([A-Z]{3,12})\] ([A-Z0-9]{1,10}) +((?:\(\d{1,2}\)[^(]{0,63}){1,128})/;

/** Windows DNS debug log: `11/23/2026 10:00:00 AM 0E5C PACKET  00…D0 UDP Rcv 192.0.2.10 a1b2   Q [0001   D   NOERROR] A (3)www(7)example(3)com(0)`. */
export function readWindowsDns(event: Reading, text: string, zone: string): boolean {
  const at = text.slice(0, 48).indexOf(" PACKET ");
  const time = at < 0 ? undefined : readDate(text, zone);
  const packet = time === undefined ? null : PACKET.exec(text.slice(time.end, time.end + 600));
  if (time === undefined || packet === null) return false;
  const [
    ,
    thread = "",
    transport = "",
    way = "",
    far = "",
    id = "",
    reply = "",
    ,
    flags = "",
    code = "",
    type = "",
    labels = "",
  ] = packet;
  const isAnswer = reply === "R";
  const isOurs = (way === "Rcv") === isAnswer;
  setTimeMs(event, time.ms);
  setField(event, "thread", thread);
  setField(event, "direction", way);
  setField(event, "xid", id);
  if (flags.trim() !== "") setField(event, "flags", flags.trim());
  tellQuery(event, {
    program: "windows-dns",
    name: labels
      .replaceAll(/\(\d{1,2}\)/g, ".")
      .replace(/^\./, "")
      .replace(/\.{1,2}\s*$/, ""),
    type,
    client: isOurs ? "" : far,
    code: isAnswer ? code : "",
    action: code === "REFUSED" ? "dns-query-denied" : isAnswer ? "dns-answer" : "dns-query",
  });
  const { hot } = event;
  hot.network_transport = transport.toLowerCase();
  if (isOurs) hot.destination_ip = toIp(far);
  if (isOurs) addField(event, "dst_ip", toIp(far));
  // A question to another server comes from this one, which the log does not name.
  if (hot.where_from === "" && isOurs && isAnswer) hot.where_from = toIp(far);
  hot.message = clip(text.slice(time.end).trim(), MAX_MESSAGE_CHARS);
  return true;
}

/** `11/23/2026 10:00:00 AM`, `23/11/2026 10:00:00` (a day past 12), `2026/11/23 10:00:00`, `23.11.2026 10:00:00`, as the server's language writes it. */
function readDate(text: string, zone: string): { ms: number; end: number } | undefined {
  const parts = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4}) (\d{1,2}):(\d\d):(\d\d)(?: ([AP])M)?/.exec(text.slice(0, 32));
  if (parts === null) return undefined;
  const [all, first = "", second = "", third = "", hourText = "", , , half] = parts;
  const isYearFirst = first.length === 4;
  const isDayFirst = !isYearFirst && (Number(first) > 12 || text.charCodeAt(first.length) === 46);
  const year = Number(isYearFirst ? first : third);
  const month = Number(isYearFirst || isDayFirst ? second : first);
  const day = Number(isYearFirst ? third : isDayFirst ? first : second);
  const hour = (Number(hourText) % (half === undefined ? 24 : 12)) + (half === "P" ? 12 : 0);
  const minutesAt = all.indexOf(":") + 1;
  const local = civilMs({
    year,
    month,
    day,
    hour,
    minute: digitsAt(all, minutesAt, 2),
    second: digitsAt(all, minutesAt + 3, 2),
  });
  return { ms: zone === "" ? local : localToUtcMs(local, zone), end: all.length };
}
