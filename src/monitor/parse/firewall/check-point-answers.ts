import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { directionOf } from "../names.ts";
import { addField, bounded, firstText, type Reading, textOf } from "../reading.ts";
import { remember } from "../remember.ts";
import { syslogOfLevelWord } from "../severity.ts";
import { judgeTraffic, type Verdict } from "../verdict.ts";
import { fillUrl } from "../web/squid.ts";
import { transportOf } from "../windows/columns.ts";
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
  setLevel,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";

type Blade = "firewall" | "url" | "ips" | "malware" | "identity" | "management" | "other";

/** Check Point's product names, old and new, by what they do. */
const bladeOf = remember((product): Blade => {
  const said = product.toLowerCase();
  if (/smartdefense|\bips\b|ddos/.test(said)) return "ips";
  if (/virus|malware|anti-?bot|emulation|extraction|forensics|zero/.test(said)) return "malware";
  if (/url filtering|application control|https inspection/.test(said)) return "url";
  if (/identity|mobile access|connectra|vpn client|endpoint|securexl client/.test(said)) return "identity";
  if (/smart|management|web_?api|system monitor|policy editor|multi-domain|compliance|syslog/.test(said))
    return "management";
  return /firewall|vpn-1/.test(said) || said === "" ? "firewall" : "other";
});

/** Fills the hot columns and the answers of a log whose fields are read. */
export function answerCheckPoint(event: Reading): void {
  const { fields, hot } = event;
  const product = firstText(fields, ["product", "product_name"]) || "VPN-1 & FireWall-1";
  const blade = bladeOf(product);
  hot.observer_product = bounded(product);
  hot.service = blade;
  fillEnds(event);
  setLevel(hot, levelOf(textOf(fields, "severity")));
  const attack = firstText(fields, ["attack", "protection_name", "malware_family", "signature"]);
  setMessage(
    hot,
    firstText(fields, ["message_info", "msg", "message", "description", "attack_info", "reason"]) || attack,
  );
  hot.rule_name = bounded(firstText(fields, ["rule_name", "rule", "rule_uid"]));
  hot.event_code = bounded(firstText(fields, ["protection_id", "logid"]));
  const word = firstText(fields, ["action", "rule_action"]);
  fillObjects(event, blade, attack);
  addFirewallNames(event, word);
  const deed = deedOf(event, blade, word);
  answer(hot, deed, {
    using: firstText(fields, ["appi_name", "service_id", "web_client_type", "client_name"]),
    about: blade === "management" ? firstText(fields, ["objectname", "ObjectName", "subject"]) : "",
  });
  if (hot.what === "") hot.what = bounded(attack || firstText(fields, ["subject", "operation", "alert"]) || product);
}

function fillEnds(event: Reading): void {
  const { fields, hot } = event;
  hot.source_ip = toIp(fields.src) || toIp(fields.client_ip) || toIp(fields.machine);
  hot.destination_ip = toIp(fields.dst);
  hot.source_port = toPort(fields.s_port);
  hot.destination_port = toPort(fields.service) || toPort(fields.d_port);
  hot.network_transport = transportOf(textOf(fields, "proto"));
  const service = textOf(fields, "service_id") || textOf(fields, "service");
  hot.service_name = toPort(service) === 0 ? bounded(service) : "";
  hot.network_direction = directionOf(firstText(fields, ["ifdir", "i/f_dir"]));
  hot.source_bytes = toCount(firstText(fields, ["sent_bytes", "client_outbound_bytes"]));
  hot.destination_bytes = toCount(firstText(fields, ["received_bytes", "client_inbound_bytes"]));
  hot.user_name = accountOf(withoutId(firstText(fields, ["src_user_name", "user", "administrator", "Administrator"])));
  hot.user_target_name = accountOf(withoutId(textOf(fields, "dst_user_name")));
  hot.source_domain = bounded(withoutId(textOf(fields, "src_machine_name")));
}

/** `Sato Hanako (sato)` → the account in parentheses. */
function withoutId(text: string): string {
  const open = text.lastIndexOf("(");
  return open > 0 && text.endsWith(")") ? text.slice(open + 1, -1) : text;
}

/** 0 (informational) to 4 (critical), or the word. */
const LEVELS = [6, 5, 4, 3, 2];
const levelOf = (text: string): number => (/^\d$/.test(text) ? (LEVELS[Number(text)] ?? -1) : syslogOfLevelWord(text));

function fillObjects(event: Reading, blade: Blade, attack: string): void {
  const { fields, hot } = event;
  const port = hot.destination_port;
  const url = textOf(fields, "resource");
  if (url !== "") {
    fillUrl(event, url);
    hot.destination_port = port;
    addField(event, "c-ip", hot.source_ip);
    addField(event, "cs-method", textOf(fields, "method"));
  }
  hot.http_request_method = textOf(fields, "method");
  hot.user_agent_original = bounded(firstText(fields, ["web_client_type", "user_agent"]));
  hot.file_name = bounded(textOf(fields, "file_name"));
  hot.file_hash_md5 = textOf(fields, "file_md5");
  hot.file_hash_sha1 = textOf(fields, "file_sha1");
  hot.file_hash_sha256 = textOf(fields, "file_sha256");
  if (blade === "malware") {
    hot.category = "antivirus";
    addField(event, "Signature", attack);
    addField(event, "Filename", hot.file_name);
  } else if (url !== "") hot.category = "proxy";
  else if (hot.source_ip !== "" && hot.destination_ip !== "") hot.category = "firewall";
}

/** Check Point's words beyond judgeTraffic's. */
const judge = remember((word): Verdict => {
  const lower = word.toLowerCase();
  if (lower === "encrypt" || lower === "decrypt" || lower === "bypass" || lower === "detect") return "allowed";
  return judgeTraffic(lower);
});

function deedOf(event: Reading, blade: Blade, word: string): Deed {
  const { fields, hot } = event;
  const lower = `${word} ${textOf(fields, "operation")} ${textOf(fields, "subject")}`.toLowerCase();
  const isFailure = /fail/.test(lower) || /fail/i.test(textOf(fields, "auth_status"));
  if (/log out|logout|deauthorize/.test(lower)) return LOGGED_OFF;
  if (/log in|login|authorize|authcrypt/.test(lower)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (/key install/.test(lower)) return isFailure ? ["connection-failed", "failure"] : ["connection-opened", "success"];
  const verdict = judge(word);
  switch (blade) {
    case "ips":
      return attackDeed(verdict);
    case "malware":
      return malwareDeed(verdict);
    case "url":
      return hot.url_full === "" ? trafficDeed(verdict) : requestDeed(verdict);
    case "management":
      return CONFIGURED;
  }
  return hot.source_ip === "" && verdict === "" ? UNTOLD : trafficDeed(verdict);
}
