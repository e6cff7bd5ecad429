import type { HotColumns } from "../../event/index.ts";
import { addFirewallNames } from "../cef.ts";
import { addField, bounded, classify, type Reading, setField } from "../reading.ts";
import {
  ALLOWED,
  answer,
  CONFIGURED,
  DENIED,
  type Deed,
  ENDED,
  LOGGED_OFF,
  LOGGED_ON,
  LOGON_FAILED,
  OPENED,
  setDevice,
  setMessage,
  UNTOLD,
} from "./answer.ts";
import { type Endpoint, readEndpoints } from "./endpoints.ts";

/**
 * Yamaha's routers and firewalls (RTX, NVR, FWX), common in Japan: `[INSPECT] PP[01][out][101098] TCP a:1 > b:443 (time)`,
 * `PP[01] Rejected at IN(1000) filter: TCP a:1 > b:23`, `[DHCPD] LAN1(port1) Extends a: mac`, logins, L2TP, PPTP and IKE.
 *
 * | question   | column     | from                                                                          |
 * |------------|------------|-------------------------------------------------------------------------------|
 * | who        | who        | the account that a login or call names                                        |
 * | where from | where_from | the address before `>`, else the one named, else the router                    |
 * | with what  | with_what  | the protocol and the interface, else the service (SSH, HTTP) or the tag        |
 * | what       | what       | the address after `>`, the leased address, the configuration, else the message |
 * | did what   | did_what   | the filter's word; the verb of a login, lease, tunnel, configuration           |
 *
 * Fields: tag, interface, direction, filter, and Sigma's firewall names. Sigma: product `yamaha`, category `firewall` for packets,
 * service the tag in lower case. Severity and time: the envelope's (the time in parentheses is the session's, kept as session_time).
 * Source: Yamaha RT series command reference, SYSLOG messages.
 */
export function readYamaha(event: Reading, message: string, isPinned: boolean): boolean {
  const tag = tagOf(message);
  if (!isPinned && tag === "" && message.charCodeAt(0) === 91) return false;
  const body = tag === "" ? message : message.slice(tag.length + 3);
  const isPacket = tag === "INSPECT" || FILTERED.test(body.slice(0, 96));
  const deed = isPacket ? undefined : deedOf(tag, body);
  if (!isPinned && !isPacket && tag === "" && deed === undefined) return false;
  const { hot } = event;
  const service = tag === "" ? (isPacket ? "filter" : "system") : tag.toLowerCase();
  classify(hot, `yamaha.${service}`, { product: "yamaha", category: isPacket ? "firewall" : "", service });
  setDevice(hot, { vendor: "Yamaha", product: "RTX", name: "" });
  setMessage(hot, message);
  addField(event, "tag", tag);
  setField(event, "message", message);
  const place = PLACE.exec(body.slice(0, 64))?.[1] ?? "";
  addField(event, "interface", place);
  if (isPacket) readPacket(event, body, place);
  else readNotice(event, { tag, body, deed: deed ?? UNTOLD });
  return true;
}

/** `LAN1: PORT1 link up`: an interface that syslog takes for a program's tag. */
export const isYamahaPlace = (program: string, message: string): boolean =>
  /^(?:LAN|PP|TUNNEL|ONU|WWAN|BRI)\d/.test(program) && /^PORT\d{1,2} link (?:up|down)\b/.test(message.slice(0, 64));

/** What a line must begin with, in brackets, to be taken for a Yamaha router's when nobody says that it is one. */
const TAGS = new Set(
  "INSPECT DHCPD DHCPC DHCPR IKE IKE1 IKE2 L2TP L2TPV3 L2TPv3 PPTP SWCTL LUA NAT PPPOE SSHD UPNP YNO QAC-TM LMAP SCHEDULE USB BACKUP".split(
    " ",
  ),
);

function tagOf(message: string): string {
  if (message.charCodeAt(0) !== 91) return "";
  const close = message.indexOf("] ");
  const tag = close > 1 && close < 12 ? message.slice(1, close) : "";
  return TAGS.has(tag) ? tag : "";
}

const PLACE = /^((?:PP|LAN|TUNNEL|ONU|WAN|BRI|PRI|BRIDGE|LOOPBACK|WWAN)[\w[\]]{0,20}(?:\(port\d{1,2}\))?)/;
const FILTERED = /^\S{1,40} (Rejected|Passed|Restricted) at ([A-Z]{2,8})\(([\w.-]{1,40})\)/;
const INSPECTED = /^[^[\s]{1,20}(?:\[[\w]{1,16}\])?\[(in|out)\]\[(\w{1,16})\]/;

function readPacket(event: Reading, body: string, place: string): void {
  const { hot } = event;
  const filtered = FILTERED.exec(body.slice(0, 96));
  const inspected = filtered === null ? INSPECTED.exec(body.slice(0, 96)) : null;
  const direction = (filtered?.[2] ?? inspected?.[1] ?? "").toLowerCase();
  const filter = filtered?.[3] ?? inspected?.[2] ?? "";
  hot.network_direction = direction === "in" ? "inbound" : direction === "out" ? "outbound" : "";
  hot.rule_name = filter;
  addField(event, "direction", direction);
  addField(event, "filter", filter);
  hot.network_transport = (/(?:: |\] )(TCP|UDP|ICMP|ICMPv6|GRE|ESP|AH|IGMP|IP6?) /i.exec(body.slice(0, 128))?.[1] ?? "")
    .toLowerCase()
    .replace(/^ip6?$/, "");
  const [from, to] = readEndpoints(body);
  fillEnds(hot, from, to);
  if (from === undefined) readFrame(event, body);
  const session = body.lastIndexOf(" (");
  if (session > 0 && body.charCodeAt(session + 6) === 47) addField(event, "session_time", body.slice(session + 2, -1));
  const word = filtered?.[1] ?? "";
  const isDenied = word === "Rejected" || word === "Restricted";
  addFirewallNames(event, word === "" ? "inspect" : isDenied ? "reject" : "pass");
  const using = [hot.network_transport, place].filter((part) => part !== "").join(" ");
  answer(hot, isDenied ? DENIED : word === "" ? OPENED : ALLOWED, { using });
}

/** A filter by hardware address: `… filter: 00:00:5e:00:53:01 > 00:00:5e:00:53:02 IP`. */
function readFrame(event: Reading, body: string): void {
  const { hot } = event;
  const read = /filter: ([\da-f:]{17}) > ([\da-f:]{17})/i.exec(body.slice(0, 160));
  hot.source_mac = read?.[1] ?? "";
  hot.destination_domain = read?.[2] ?? "";
  hot.source_domain = hot.source_mac;
}

function fillEnds(hot: HotColumns, from: Endpoint | undefined, to: Endpoint | undefined): void {
  hot.source_ip = from?.ip ?? "";
  hot.source_port = from?.port ?? 0;
  hot.destination_ip = to?.ip ?? "";
  hot.destination_port = to?.port ?? 0;
}

function readNotice(event: Reading, line: { tag: string; body: string; deed: Deed }): void {
  const { hot } = event;
  const { body, tag } = line;
  const [first, second] = readEndpoints(body);
  const user = /'([^']{1,128})'/.exec(body.slice(0, 512))?.[1] ?? SUFFIX_USER.exec(body.slice(0, 512))?.[1] ?? "";
  hot.user_name = bounded(user);
  const service = /\b(?:for|from|by) (SSH|TELNET|HTTP|HTTPS|SFTP|TFTP|console|REMOTE|SERIAL)\b/i.exec(body)?.[1] ?? "";
  hot.network_protocol = service.toLowerCase();
  addField(event, "src_ip", first?.ip ?? "");
  if (tag.startsWith("DHCP")) {
    fillLease(event, body, first);
    return;
  }
  if (tag.startsWith("IKE")) fillEnds(hot, second, first);
  else fillEnds(hot, first, second);
  const place = PLACE.exec(body)?.[1] ?? "";
  const about = /"([^"]{1,64})"/.exec(body.slice(0, 512))?.[1] ?? "";
  answer(hot, line.deed, { using: service || tag || place, about: about || place || body });
}

/** `… for SSH: 192.0.2.7 sato`. */
const SUFFIX_USER = /for [A-Z]{2,8}: \S{2,64} ([\w.@-]{1,64})$/;

/** A lease is the router's act: what was leased, and to which hardware address. */
function fillLease(event: Reading, body: string, lease: Endpoint | undefined): void {
  const { hot } = event;
  hot.source_mac = (/: ([\da-f]{2}(?::[\da-f]{2}){5})/i.exec(body.slice(0, 160))?.[1] ?? "").toLowerCase();
  hot.source_ip = lease?.ip ?? "";
  addField(event, "mac", hot.source_mac);
  const isLeased = /Extends|Allocates|Assign|Offer/i.test(body);
  const isFailed = /fail|no more|cannot|declin/i.test(body);
  answer(hot, isLeased ? ["address-leased", isFailed ? "failure" : "success"] : UNTOLD, {
    using: "dhcp",
    about: lease === undefined ? body : `${lease.ip} ${hot.source_mac}`.trimEnd(),
  });
}

/** `Login failed for SSH: 192.0.2.7`, `'sato' succeeded for SSH: 192.0.2.7 sato`. */
const LOGIN = /^(?:Login|'[^']{1,128}') (succeeded|failed|refused) for [A-Za-z]{3,8}:/;

/** By the words of the line; undefined for a line that nothing says to be a Yamaha router's. */
function deedOf(tag: string, body: string): Deed | undefined {
  const head = body.slice(0, 160);
  const login = LOGIN.exec(head)?.[1];
  if (login !== undefined) return login === "succeeded" ? LOGGED_ON : LOGON_FAILED;
  if (/^Logout from [A-Za-z]{3,8}:/.test(head)) return LOGGED_OFF;
  if (/^Configuration (?:saved|changed|loaded) (?:in|by|from)/.test(head)) return CONFIGURED;
  if (/^(?:Restart|Power-on|RTX|NVR|FWX).{0,40}(?:boot|start)/i.test(head)) return ["system-started", "success"];
  if (tag === "" && !PLACE.test(head) && !head.startsWith("IP Tunnel[")) return undefined;
  if (/disconnect|\bdown\b|\bdeleted?\b|inactivate|closed|released/i.test(head)) return ENDED;
  if (/fail|cannot|no response|mismatch|invalid|retransmi/i.test(head)) return ["connection-failed", "failure"];
  if (/connected|\bup\b|established|call detected|complete/i.test(head)) return OPENED;
  if (tag.startsWith("IKE") && /^(?:initiate|respond|add|activate) /.test(head)) return OPENED;
  return tag === "" ? undefined : UNTOLD;
}
