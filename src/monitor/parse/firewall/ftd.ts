import { toCount, toIp, toPort } from "../address.ts";
import { MAX_FIELDS } from "../bounds.ts";
import { addFirewallNames } from "../cef.ts";
import { readIso } from "../instant.ts";
import { addField, bounded, classify, firstText, type Reading, setField, setTimeMs, textOf } from "../reading.ts";
import { judgeTraffic, type Verdict } from "../verdict.ts";
import { fillUrl } from "../web/squid.ts";
import { transportOf } from "../windows/columns.ts";
import {
  accountOf,
  answer,
  attackDeed,
  DENIED,
  type Deed,
  malwareDeed,
  OPENED,
  setLevelWord,
  setMessage,
  trafficDeed,
} from "./answer.ts";

/**
 * Cisco FTD's security events, 430001 (intrusion), 430002 and 430003 (a connection begins, ends), 430004 (file), 430005 (malware file):
 * `EventPriority: Low, SrcIP: 192.0.2.7, DstIP: …, AccessControlRuleAction: Allow, …`
 *
 * | question   | column     | from                                                               |
 * |------------|------------|--------------------------------------------------------------------|
 * | who        | who        | User                                                               |
 * | where from | where_from | SrcIP, else the device                                             |
 * | with what  | with_what  | UserAgent, Client, WebApplication, ApplicationProtocol, Protocol   |
 * | what       | what       | URL, FileName, `DstIP:DstPort`, else the rule or signature         |
 * | did what   | did_what   | by number; AccessControlRuleAction, InlineResult, FileAction       |
 *
 * Fields are FTD's own names, and Sigma's firewall names. Sigma: product `cisco`, service `ftd`, category `firewall`, `proxy` (with a
 * URL) or `antivirus`. Severity: EventPriority, Priority (intrusion), else the tag's. Time: FirstPacketSecond, which is UTC.
 * Source: Cisco Secure Firewall Threat Defense Syslog Messages, Security Event Syslog Messages.
 */
export function readFtd(event: Reading, code: string, message: string): void {
  readPairs(event, message);
  const { fields, hot } = event;
  classify(hot, "cisco.ftd", { product: "cisco", category: "", service: "ftd" });
  hot.observer_product = "FTD";
  const time = textOf(fields, "FirstPacketSecond");
  if (time !== "") setTimeMs(event, readIso(time, 0, "")?.ms ?? Number.NaN);
  setLevelWord(hot, firstText(fields, ["EventPriority", "Priority"]));
  setMessage(hot, firstText(fields, ["Message", "ThreatName"]) || message);
  hot.source_ip = toIp(fields.SrcIP);
  hot.source_port = toPort(fields.SrcPort);
  hot.destination_ip = toIp(fields.DstIP);
  hot.destination_port = toPort(fields.DstPort);
  hot.source_bytes = toCount(fields.InitiatorBytes);
  hot.destination_bytes = toCount(fields.ResponderBytes);
  hot.network_transport = transportOf(textOf(fields, "Protocol"));
  hot.network_protocol = textOf(fields, "ApplicationProtocol").toLowerCase();
  hot.user_name = accountOf(textOf(fields, "User"));
  hot.user_agent_original = bounded(textOf(fields, "UserAgent"));
  hot.rule_name = bounded(
    firstText(fields, ["AccessControlRuleName", "Message", "ACPolicy"]).replace(/^"(.*)"$/s, "$1"),
  );
  fillObjects(event);
  addFirewallNames(event, textOf(fields, "AccessControlRuleAction"));
  answer(hot, deedOf(event, code), {
    using: firstText(fields, ["UserAgent", "WebApplication", "Client"]),
    about: code === "430001" ? textOf(fields, "Message") : "",
  });
}

function fillObjects(event: Reading): void {
  const { fields, hot } = event;
  const port = hot.destination_port;
  const url = textOf(fields, "URL");
  const file = textOf(fields, "FileName");
  if (file !== "") {
    hot.file_name = bounded(file);
    const digest = textOf(fields, "FileSHA256").toLowerCase();
    if (digest.length === 64) hot.file_hash_sha256 = digest;
    hot.category = "antivirus";
    addField(event, "Filename", hot.file_name);
    addField(event, "Signature", textOf(fields, "ThreatName"));
  } else if (url !== "") {
    hot.category = "proxy";
    fillUrl(event, url);
    hot.destination_port = port;
    addField(event, "c-ip", hot.source_ip);
    addField(event, "c-useragent", hot.user_agent_original);
  } else hot.category = "firewall";
}

/** A key begins with a capital, after `, `, and ends in `: `; a value may have commas. */
const KEY = /^[A-Z][A-Za-z0-9_]{0,47}(?: [A-Z][A-Za-z0-9_]{0,31})?$/;

/** A key is looked for this far before its colon, so that a line of colons is read once and not once for each. */
const MAX_KEY_CHARS = 96;

function readPairs(event: Reading, text: string): void {
  let key = "";
  let valueAt = 0;
  let at = 0;
  for (let count = 0; count < MAX_FIELDS; ) {
    const colon = text.indexOf(": ", at);
    if (colon < 0) break;
    const from = Math.max(at, colon - MAX_KEY_CHARS);
    const before = text.slice(from, colon);
    const comma = before.lastIndexOf(", ");
    const name = before.slice(comma < 0 ? 0 : comma + 2);
    if ((comma >= 0 || (key === "" && from === at)) && KEY.test(name)) {
      if (key !== "") setField(event, key, text.slice(valueAt, from + comma));
      key = name;
      valueAt = colon + 2;
      count += 1;
    }
    at = colon + 2;
  }
  if (key !== "") setField(event, key, text.slice(valueAt));
}

function deedOf({ fields }: Reading, code: string): Deed {
  const word = firstText(fields, ["AccessControlRuleAction", "InlineResult", "FileAction"]);
  const verdict: Verdict = judgeTraffic(word);
  switch (code) {
    case "430001":
      // "Would have dropped" is a passive sensor's: the attack passed.
      return attackDeed(/^(?!would).{0,32}(?:drop|block|reject)/i.test(textOf(fields, "InlineResult")) ? "denied" : "");
    case "430002":
      return verdict === "denied" ? DENIED : OPENED;
    case "430003":
      return trafficDeed(verdict);
  }
  const isBlocked = /block|reset/i.test(textOf(fields, "FileAction"));
  // A cloud lookup without an answer is no finding; a blocked file is one, whatever was found out.
  const isMalware = isBlocked || /^(?:Malware|Custom Detection)?$/i.test(textOf(fields, "SHA_Disposition"));
  if (code === "430005" && isMalware) return malwareDeed(isBlocked ? "denied" : "");
  return isBlocked ? ["file-blocked", "failure"] : ["file-transferred", "success"];
}
