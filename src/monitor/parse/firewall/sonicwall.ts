import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { readIso } from "../instant.ts";
import { readPairs } from "../key-value.ts";
import {
  addField,
  bounded,
  classify,
  firstText,
  type ParseHints,
  type Reading,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
import { remember } from "../remember.ts";
import { judgeTraffic, type Verdict } from "../verdict.ts";
import {
  accountOf,
  answer,
  attackDeed,
  CONFIGURED,
  DENIED,
  type Deed,
  ENDED,
  LOGGED_OFF,
  LOGGED_ON,
  LOGON_FAILED,
  malwareDeed,
  OPENED,
  requestDeed,
  setDevice,
  setLevel,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";

/**
 * SonicWall's SonicOS: `id=firewall sn=… time="…" fw=… pri=6 c=… m=98 msg="…" src=ip:port:zone:name dst=…`
 *
 * | question   | column     | from                                                            |
 * |------------|------------|-----------------------------------------------------------------|
 * | who        | who        | usr, user                                                       |
 * | where from | where_from | src, srcV6, else the firewall                                   |
 * | with what  | with_what  | app, appName, proto                                             |
 * | what       | what       | dstname and arg (URL), `dst:port`, else msg                     |
 * | did what   | did_what   | fw_action, else the message id's meaning (m), else msg's verb   |
 *
 * Fields are SonicOS's own keys, and Sigma's firewall (or proxy) names. Sigma: product `sonicwall`, category `firewall` or `proxy`,
 * service `sonicos`. Severity: pri, a syslog level. Time: time, local to the device unless it ends in UTC.
 * Source: SonicOS Log Events Reference Guide.
 */
export function readSonicWall(event: Reading, text: string, hints: ParseHints): boolean {
  if (!text.includes(" sn=") || !text.includes(" m=")) return false;
  if (hints.format !== "sonicwall" && !isSure(text)) return false;
  readPairs(event, text, { at: 0, isGeneric: false });
  const { fields, hot } = event;
  const time = textOf(fields, "time");
  if (time !== "") setTimeMs(event, readIso(time, 0, zoneOf(hints))?.ms ?? Number.NaN);
  classify(hot, "sonicwall", { product: "sonicwall", category: "", service: "sonicos" });
  setDevice(hot, { vendor: "SonicWall", product: "SonicOS", name: firstText(fields, ["fw", "sn"]) });
  hot.host_ip = toIp(fields.fw);
  setLevel(hot, LEVEL.test(textOf(fields, "pri")) ? Number(textOf(fields, "pri")) : -1);
  setMessage(hot, textOf(fields, "msg"));
  fillEnd(event, "src");
  fillEnd(event, "dst");
  hot.event_code = textOf(fields, "m");
  const proto = textOf(fields, "proto");
  const slash = proto.indexOf("/");
  hot.network_transport = (slash < 0 ? proto : proto.slice(0, slash)).toLowerCase();
  hot.network_protocol = slash < 0 || /^\d+$/.test(proto.slice(slash + 1)) ? "" : proto.slice(slash + 1).toLowerCase();
  hot.user_name = accountOf(firstText(fields, ["usr", "user"]));
  hot.source_bytes = toCount(fields.sent);
  hot.destination_bytes = toCount(fields.rcvd);
  hot.rule_name = bounded(textOf(fields, "rule"));
  hot.source_mac = textOf(fields, "srcMac").toLowerCase();
  fillUrl(event);
  answer(hot, deedOf(event), { using: firstText(fields, ["appName", "app_name"]) });
  return true;
}

/**
 * Keys as short as these are in any log. The message has a number; of time and device both are there, or one beside a serial number
 * that is a hardware address (some relays blank it out).
 */
function isSure(text: string): boolean {
  const [hasTime, hasDevice] = [text.includes(' time="'), text.includes(" fw=")];
  if (!/ m=\d/.test(text)) return false;
  return (hasTime && hasDevice) || ((hasTime || hasDevice) && / sn=[0-9A-F]{12} /i.test(text));
}

const LEVEL = /^[0-7]$/;

/** `ip:port:zone:name`; IPv6 stands in a key of its own (srcV6) with the port still in src. */
function fillEnd(event: Reading, side: "src" | "dst"): void {
  const { fields, hot } = event;
  const parts = textOf(fields, side).split(":", 4);
  const ip = toIp(textOf(fields, `${side}V6`)) || toIp(parts[0]);
  const port = toPort(parts[1]);
  if (side === "src") {
    hot.source_ip = ip;
    hot.source_port = port;
    hot.source_domain = bounded(parts[3] ?? "");
  } else {
    hot.destination_ip = ip;
    hot.destination_port = port;
    hot.destination_domain = ip === "" ? bounded(parts[3] ?? "") : "";
  }
  addField(event, `${side}_zone`, parts[2] ?? "");
}

function fillUrl(event: Reading): void {
  const { fields, hot } = event;
  const host = textOf(fields, "dstname");
  if (host === "" || (fields.arg === undefined && fields.op === undefined)) {
    if (hot.source_ip !== "" && (hot.destination_ip !== "" || hot.destination_port !== 0)) hot.category = "firewall";
    addFirewallNames(event, textOf(fields, "fw_action"));
    return;
  }
  hot.category = "proxy";
  const arg = textOf(fields, "arg");
  hot.url_domain = host;
  hot.url_path = arg;
  hot.url_full = `${hot.network_protocol === "https" || hot.destination_port === 443 ? "https" : "http"}://${host}${arg}`;
  hot.http_request_method = METHODS[Number(textOf(fields, "op"))] ?? "";
  hot.http_response_status_code = toCount(fields.result, 999);
  addFirewallNames(event, textOf(fields, "fw_action"));
  addField(event, "c-uri", hot.url_full);
  addField(event, "cs-host", host);
  addField(event, "c-ip", hot.source_ip);
  addField(event, "cs-method", hot.http_request_method);
}

/** SonicOS's codes of HTTP methods. */
const METHODS = ["", "GET", "POST", "HEAD"];

const BY_ID = new Map<string, Deed>([
  ["14", requestDeed("denied")],
  ["15", requestDeed("denied")],
  ["16", requestDeed("")],
  ["97", requestDeed("")],
  ["22", attackDeed("denied")],
  ["23", attackDeed("denied")],
  ["24", LOGGED_OFF],
  ["25", attackDeed("")],
  ["27", attackDeed("denied")],
  ["29", LOGGED_ON],
  ["30", LOGON_FAILED],
  ["31", LOGGED_ON],
  ["32", LOGON_FAILED],
  ["33", LOGON_FAILED],
  ["35", LOGON_FAILED],
  ["36", DENIED],
  ["37", DENIED],
  ["38", DENIED],
  ["82", attackDeed("")],
  ["83", attackDeed("")],
  ["98", OPENED],
  ["199", LOGGED_ON],
  ["200", LOGON_FAILED],
  ["261", LOGGED_OFF],
  ["537", ENDED],
  ["608", attackDeed("")],
  ["609", attackDeed("denied")],
  ["789", attackDeed("")],
  ["790", attackDeed("denied")],
  ["794", malwareDeed("")],
  ["795", malwareDeed("denied")],
  ["809", malwareDeed("denied")],
  ["1080", LOGGED_ON],
]);

const byWords = remember((message): Deed => {
  const said = message.toLowerCase();
  const verdict: Verdict = /drop|den(?:y|ied)|block|reject|prevent/.test(said) ? "denied" : "";
  const isFailure = verdict === "denied" || /fail|invalid|incorrect|bad /.test(said);
  if (/virus|malware|spyware|trojan|botnet/.test(said)) return malwareDeed(verdict);
  if (/intrusion|ips |attack|spoof|flood|scan\b|exploit/.test(said)) return attackDeed(verdict);
  if (/log(?:ged)? ?(?:out|off)|session expired/.test(said)) return LOGGED_OFF;
  if (/login|logged in|authentication/.test(said)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (/web site|website|web access/.test(said)) return requestDeed(verdict);
  if (/opened|established|nat mapping/.test(said)) return OPENED;
  if (/closed|terminated|deleted/.test(said)) return ENDED;
  if (verdict === "denied") return DENIED;
  if (/configuration|settings|(?:added|modified|changed)\b/.test(said)) return CONFIGURED;
  return /fail/.test(said) ? ["connection-failed", "failure"] : UNTOLD;
});

function deedOf(event: Reading): Deed {
  const { fields, hot } = event;
  const known = BY_ID.get(hot.event_code);
  if (known !== undefined) return known;
  const told = byWords(hot.message);
  const word = textOf(fields, "fw_action");
  if (told[0] !== "" || word === "" || word === "NA")
    return told[0] === "" && hot.category === "firewall" ? trafficDeed("") : told;
  return trafficDeed(judgeTraffic(word));
}
