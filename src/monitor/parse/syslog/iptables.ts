import { toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { act, bounded, classify, endpoint, type Reading, setField, textOf } from "../reading.ts";
import { judgeTraffic } from "../verdict.ts";

/**
 * Linux netfilter LOG lines: `[uptime] PREFIX IN=eth0 OUT= MAC=… SRC=… DST=… … PROTO=TCP SPT=… DPT=… SYN URGP=0`
 * Where from: SRC. With what: the protocol and the interface. What: `DST:DPT`. Did what: the prefix's word (DROP, ACCEPT, BLOCK …);
 * Prefixes of UFW, Shorewall, firewalld, OpenWrt, SuSEfirewall2 and nft rules all carry that word, those of UniFi its first letter;
 * a prefix that says nothing is "": LOG itself does not decide.
 * Fields: netfilter's names, and Sigma's firewall names (src_ip, dst_ip, src_port, dst_port, action); chain_action, rule_id, src_zone, dst_zone of UniFi's prefixes.
 */
export function readIptables(event: Reading, message: string): boolean {
  const start = startOf(message);
  const source = message.indexOf(" SRC=", start);
  if (start < 0 || source < 0 || message.indexOf(" DST=", source) < 0) return false;
  const { fields, hot } = event;
  let at = start;
  let equals = -1;
  while (at < message.length) {
    let end = message.indexOf(" ", at);
    if (end < 0) end = message.length;
    if (equals < at) equals = message.indexOf("=", at);
    if (equals < 0) break;
    if (equals > at && equals < end) setField(event, message.slice(at, equals), message.slice(equals + 1, end));
    at = end + 1;
  }
  const prefix = message
    .slice(0, start)
    .replace(/^\[[\s\d.]+\]\s*/, "")
    .trim();
  if (prefix.length > MAX_PREFIX) return false;
  const chain = chainOf(prefix);
  hot.rule_name = bounded(DESCRIPTION.exec(prefix)?.[1] ?? prefix.replace(/[:\s]+$/, ""));
  if (chain !== undefined) nameChain(event, chain);
  hot.source_ip = toIp(fields.SRC);
  hot.source_port = toPort(fields.SPT);
  hot.destination_ip = toIp(fields.DST);
  hot.destination_port = toPort(fields.DPT);
  hot.network_transport = textOf(fields, "PROTO").toLowerCase();
  hot.network_direction = textOf(fields, "IN") === "" ? "outbound" : textOf(fields, "OUT") === "" ? "inbound" : "";
  const verdict = verdictOf(prefix);
  classify(hot, "iptables", { product: "linux", category: "firewall", service: "iptables" });
  addFirewallNames(event, verdict === "denied" ? "drop" : verdict === "allowed" ? "accept" : "");
  const [action, outcome] = DEEDS[verdict];
  act(hot, action, outcome);
  hot.who = "";
  hot.where_from = hot.source_ip;
  const interfaces = textOf(fields, "IN") || textOf(fields, "OUT");
  hot.with_what = interfaces === "" ? hot.network_transport : `${hot.network_transport} ${interfaces}`;
  hot.what = endpoint(hot.destination_ip, hot.destination_port);
  return true;
}

/** LOG itself decides nothing: without a word in the prefix nobody knows what became of it. */
const DEEDS = {
  denied: ["connection-denied", "failure"],
  allowed: ["connection-allowed", "success"],
  "": ["", "unknown"],
} as const;

/** Where `IN=` begins: behind a prefix that may end in anything but a letter (`DROP:IN=`, `[UFW BLOCK] IN=`, `REJECT(src wan)IN=`). */
function startOf(message: string): number {
  let at = message.indexOf("IN=");
  while (at > 0 && /[A-Za-z]/.test(message.charAt(at - 1))) at = message.indexOf("IN=", at + 3);
  return at;
}

/** The kernel's own bound on a prefix is 128 characters; uptime and a relay's words may come before it. */
const MAX_PREFIX = 512;

/** VyOS, EdgeOS and UniFi name the chain, the first letter of what it did, and the rule: `[WAN_LOCAL-D-40]`; older ones the rule first. */
const CHAIN = /^\[([\w.:-]{1,64})-([ADR])-(\d{1,10}|default)\]/;
const RULE_FIRST = /^\[([\w.:-]{1,64})-(\d{1,10}|default)-([ADR])\]/;
type Chain = { readonly name: string; readonly letter: string; readonly rule: string };

function chainOf(prefix: string): Chain | undefined {
  const [, name = "", letter = "", rule = ""] = CHAIN.exec(prefix) ?? [];
  if (letter !== "") return { name, letter, rule };
  const [, chain = "", number = "", did = ""] = RULE_FIRST.exec(prefix) ?? [];
  return did === "" ? undefined : { name: chain, letter: did, rule: number };
}
const DESCRIPTION = /DESCR="([^"]{1,128})"/;

/** `WAN_LOCAL` is the chain from the zone WAN to the router itself. */
function nameChain(event: Reading, { name, letter, rule }: Chain): void {
  setField(event, "chain_action", letter);
  setField(event, "rule_id", rule);
  const [from = "", to = ""] = name.split("_", 2);
  if (to === "") return;
  setField(event, "src_zone", from);
  setField(event, "dst_zone", to);
}

function verdictOf(prefix: string): "allowed" | "denied" | "" {
  const letter = chainOf(prefix)?.letter;
  if (letter !== undefined) return letter === "A" ? "allowed" : "denied";
  for (const word of prefix.split(/[^A-Za-z]+/)) {
    const verdict = judgeTraffic(word);
    if (verdict !== "") return verdict;
  }
  return "";
}
