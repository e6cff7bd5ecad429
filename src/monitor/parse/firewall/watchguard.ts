import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { readPairs } from "../key-value.ts";
import { addField, bounded, classify, type Reading, setField, textOf } from "../reading.ts";
import { judgeTraffic } from "../verdict.ts";
import { fillUrl } from "../web/squid.ts";
import {
  accountOf,
  answer,
  attackDeed,
  CONFIGURED,
  type Deed,
  LOGGED_OFF,
  LOGGED_ON,
  LOGON_FAILED,
  malwareDeed,
  requestDeed,
  setDevice,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";

/**
 * WatchGuard Firebox (Fireware): `msg_id="3000-0148" Deny 0-External Firebox 40 tcp 20 127 a b 51000 23 … key="value" (rule-00)` and
 * sentences of its services (`msg_id="1100-0004" Authentication of Firewall user [sato@Firebox-DB] from a was accepted`).
 *
 * | question   | column     | from                                                            |
 * |------------|------------|-----------------------------------------------------------------|
 * | who        | who        | src_user, the account that a sentence names                     |
 * | where from | where_from | the first address, else the device                              |
 * | with what  | with_what  | app_name, the protocol, else Fireware                           |
 * | what       | what       | dstname and arg (URL), the second address and port, else the text |
 * | did what   | did_what   | Allow or Deny with the message's words; the verb of a sentence  |
 *
 * Fields: Fireware's own keys, disposition, src_intf, dst_intf, policy, and Sigma's firewall or proxy names. Sigma: product
 * `watchguard`, service `fireware`. Severity and time: the envelope's. Source: Fireware Log Message Catalog 12.
 */
export function readWatchGuard(event: Reading, text: string): boolean {
  const id = ID.exec(text.slice(0, 24));
  if (id === null) return false;
  const body = text.slice(id[0].length);
  readPairs(event, text, { at: 0, isGeneric: false });
  const { fields, hot } = event;
  classify(hot, "watchguard", { product: "watchguard", category: "", service: "fireware" });
  setDevice(hot, { vendor: "WatchGuard", product: "Fireware", name: "" });
  hot.event_code = id[1] ?? "";
  setField(event, "message", body);
  setMessage(hot, textOf(fields, "msg") || body);
  hot.source_bytes = toCount(fields.sent_bytes);
  hot.destination_bytes = toCount(fields.rcvd_bytes);
  if (!readFlow(event, body)) {
    readSentence(event, body.slice(0, MAX_SENTENCE));
    return true;
  }
  hot.user_name = accountOf(textOf(fields, "src_user"));
  fillUrlOf(event);
  addFirewallNames(event, textOf(fields, "disposition"));
  answer(hot, flowDeed(event), { using: textOf(fields, "app_name") });
  return true;
}

const ID = /^msg_id="([\dA-F]{4}-[\dA-F]{4})" {1,4}/;
const FLOW = /^(Allow|Deny|Strip|Drop|Block|Lock|Bypass) /;
const MAX_SENTENCE = 1_024;
const MAX_WORDS = 16;

/** The interfaces, then (with lengths among them) the protocol and the two addresses; ports follow where the protocol has any. */
function readFlow(event: Reading, body: string): boolean {
  const disposition = FLOW.exec(body)?.[1];
  if (disposition === undefined) return false;
  const words = body.slice(0, MAX_SENTENCE).split(" ", MAX_WORDS);
  const at = words.findIndex((word, i) => i > 2 && toIp(word) !== "");
  if (at < 0) return false;
  const { hot } = event;
  hot.category = "firewall";
  hot.source_ip = toIp(words[at]);
  hot.destination_ip = toIp(words[at + 1]);
  hot.source_port = toPort(words[at + 2]);
  hot.destination_port = toPort(words[at + 3]);
  hot.network_transport = words.slice(3, at).find((word) => /^[a-z][a-z0-9-]{1,15}$/.test(word)) ?? "";
  if (/icmp/.test(hot.network_transport)) [hot.source_port, hot.destination_port] = [0, 0];
  addField(event, "disposition", disposition);
  addField(event, "src_intf", words[1] ?? "");
  addField(event, "dst_intf", words[2] ?? "");
  const open = body.lastIndexOf(" (");
  hot.rule_name = open > 0 && body.endsWith(")") ? bounded(body.slice(open + 2, -1)) : "";
  addField(event, "policy", hot.rule_name);
  return true;
}

function fillUrlOf(event: Reading): void {
  const { fields, hot } = event;
  const host = textOf(fields, "dstname");
  if (host === "" || (fields.arg === undefined && fields.op === undefined)) return;
  const { destination_port: port } = hot;
  fillUrl(event, `${port === 443 ? "https" : "http"}://${host}${textOf(fields, "arg")}`);
  hot.destination_port = port;
  hot.category = "proxy";
  hot.http_request_method = textOf(fields, "op");
  addField(event, "c-ip", hot.source_ip);
  addField(event, "cs-method", hot.http_request_method);
}

function flowDeed({ fields, hot }: Reading): Deed {
  const verdict = judgeTraffic(textOf(fields, "disposition") === "Allow" ? "allow" : "deny");
  if (fields.virus !== undefined || fields.malware !== undefined) return malwareDeed(verdict);
  if (fields.signature_id !== undefined || fields.signature_name !== undefined) return attackDeed(verdict);
  if (/attack|flood|spoof|scan\b/i.test(hot.message.slice(0, MAX_SENTENCE))) return attackDeed(verdict);
  return hot.url_full === "" ? trafficDeed(verdict) : requestDeed(verdict);
}

function readSentence(event: Reading, said: string): void {
  const { hot } = event;
  hot.source_ip = toIp(/\bfrom ([\da-f.:]{3,45})/i.exec(said)?.[1]);
  hot.user_name = accountOf(
    /\buser \[?([^\s\],]{1,128})/i.exec(said)?.[1] ?? /\b(\S{1,64}@Firebox-DB)/.exec(said)?.[1] ?? "",
  );
  addField(event, "src_ip", hot.source_ip);
  answer(hot, sentenceDeed(said.toLowerCase()), { about: said });
}

function sentenceDeed(said: string): Deed {
  const isFailure = /reject|fail|denied|invalid|not found/.test(said);
  if (/logged (?:out|off)|log ?out|log ?off|disconnect/.test(said)) return LOGGED_OFF;
  if (/authenticat|log(?:ged)? ?in\b|logged on/.test(said)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (/config|polic|updated|saved|changed/.test(said))
    return isFailure ? ["configuration-changed", "failure"] : CONFIGURED;
  return isFailure ? ["service-failed", "failure"] : UNTOLD;
}
