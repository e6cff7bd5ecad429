import type { Fields, HotColumns } from "../../event/index.ts";
import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { addField, baseName, bounded, firstText, type Reading, textOf } from "../reading.ts";
import { remember } from "../remember.ts";
import { judgeTraffic, type Verdict } from "../verdict.ts";
import { fillUrl } from "../web/squid.ts";
import {
  accountOf,
  answer,
  attackDeed,
  CONFIGURED,
  DENIED,
  type Deed,
  ENDED,
  FAILED,
  LOGGED_OFF,
  LOGGED_ON,
  LOGON_FAILED,
  malwareDeed,
  OPENED,
  requestDeed,
  setLevelWord,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";

/** Fills the hot columns and the answers of a log whose fields are read. */
export function answerPanOs(event: Reading, type: string): void {
  const { fields, hot } = event;
  hot.event_code = bounded(firstText(fields, ["threatid", "eventid", "cmd", "subtype"]));
  switch (type) {
    case "TRAFFIC":
      fillSession(event);
      answerTraffic(event);
      return;
    case "THREAT":
      fillSession(event);
      answerThreat(event);
      return;
    case "DECRYPTION":
    case "TUNNEL":
      fillSession(event);
      answerInspected(event);
      return;
    case "CORRELATION":
      answerCorrelation(event);
      return;
    case "SYSTEM":
      answerSystem(event);
      return;
    case "CONFIG":
      answerConfig(event);
      return;
    default:
      answerIdentity(event, type);
  }
}

function fillSession(event: Reading): void {
  const { fields, hot } = event;
  hot.source_ip = toIp(fields.src);
  hot.source_port = toPort(fields.sport);
  hot.destination_ip = toIp(fields.dst);
  hot.destination_port = toPort(fields.dport);
  hot.network_transport = textOf(fields, "proto").toLowerCase();
  hot.service_name = textOf(fields, "app");
  hot.user_name = accountOf(textOf(fields, "srcuser"));
  hot.user_target_name = accountOf(textOf(fields, "dstuser"));
  hot.rule_name = bounded(textOf(fields, "rule"));
}

function answerTraffic(event: Reading): void {
  const { fields, hot } = event;
  hot.category = "firewall";
  hot.source_bytes = toCount(fields.bytes_sent);
  hot.destination_bytes = toCount(fields.bytes_received);
  addFirewallNames(event, "");
  const verdict = judgePan(textOf(fields, "action"));
  const subtype = textOf(fields, "subtype");
  hot.log_level = "information";
  hot.event_severity = 2;
  const isRefused = verdict === "denied" || subtype === "drop" || subtype === "deny";
  answer(hot, isRefused ? DENIED : subtype === "start" ? OPENED : trafficDeed(verdict));
}

/** A session as decryption and tunnel inspection saw it: an error in a handshake is a connection that failed. */
function answerInspected(event: Reading): void {
  const { fields, hot } = event;
  hot.category = "firewall";
  hot.source_bytes = toCount(fields.bytes_sent);
  hot.destination_bytes = toCount(fields.bytes_received);
  const error = textOf(fields, "error");
  const host = textOf(fields, "sni") || textOf(fields, "cn");
  hot.destination_domain = bounded(host);
  addFirewallNames(event, "");
  setMessage(hot, error);
  const verdict = judgePan(textOf(fields, "action"));
  answer(hot, verdict === "denied" ? DENIED : error === "" || error === "None" ? trafficDeed(verdict) : FAILED, {
    using: textOf(fields, "tls_version"),
  });
}

/** What PAN-OS concluded from other logs: a machine that behaves as if it were taken over. */
function answerCorrelation(event: Reading): void {
  const { fields, hot } = event;
  setLevelWord(hot, textOf(fields, "severity"));
  hot.source_ip = toIp(fields.src);
  hot.user_name = accountOf(textOf(fields, "srcuser"));
  setMessage(hot, textOf(fields, "evidence"));
  answer(hot, attackDeed(""), { about: textOf(fields, "objectname") || textOf(fields, "category") });
}

/** PAN-OS's words beyond judgeTraffic's. `block-continue` asks the person; `continue` and `override` passed. */
const judgePan = remember((word): Verdict => {
  if (word === "sinkhole" || word === "random-drop" || word === "syncookie-sent") return "denied";
  if (word === "continue" || word === "override") return "allowed";
  return judgeTraffic(word);
});

function answerThreat(event: Reading): void {
  const { fields, hot } = event;
  setLevelWord(hot, textOf(fields, "severity"));
  const subject = textOf(fields, "misc");
  const subtype = textOf(fields, "subtype");
  const verdict = judgePan(textOf(fields, "action"));
  hot.user_agent_original = bounded(textOf(fields, "user_agent"));
  hot.http_request_method = textOf(fields, "http_method").toUpperCase();
  hot.http_request_referrer = textOf(fields, "referer");
  if (subtype === "url") fillRequest(event, subject);
  else fillSubject(event, subtype, subject);
  addFirewallNames(event, "");
  setMessage(hot, textOf(fields, "threatid") || subject);
  answer(hot, threatDeed(fields, subtype, verdict), { using: hot.user_agent_original });
}

function fillRequest(event: Reading, url: string): void {
  const { fields, hot } = event;
  hot.category = "proxy";
  if (url !== "") fillUrl(event, url);
  hot.destination_port = toPort(fields.dport);
  addField(event, "cs-method", hot.http_request_method);
  addField(event, "c-useragent", hot.user_agent_original);
  addField(event, "cs-referrer", hot.http_request_referrer);
  addField(event, "c-ip", hot.source_ip);
  addField(event, "cs-username", hot.user_name);
}

const MALWARE = new Set(["virus", "wildfire", "wildfire-virus", "ml-virus"]);

function fillSubject(event: Reading, subtype: string, subject: string): void {
  const { fields, hot } = event;
  const digest = textOf(fields, "filedigest").toLowerCase();
  if (digest.length === 64) hot.file_hash_sha256 = digest;
  if (MALWARE.has(subtype) || subtype === "file" || subtype === "data") {
    hot.file_path = subject;
    hot.file_name = bounded(baseName(subject));
  } else if (textOf(fields, "category").startsWith("dns") || textOf(fields, "app") === "dns")
    hot.dns_question_name = bounded(subject);
  else if (subject !== "") hot.url_full = subject;
  if (!MALWARE.has(subtype) || isClean(fields, subtype)) return;
  hot.category = "antivirus";
  addField(event, "Signature", textOf(fields, "threatid"));
  addField(event, "Filename", hot.file_name);
}

/** WildFire tells its verdict on every file that it was sent, harmless ones too. */
const isClean = (fields: Fields, subtype: string): boolean =>
  subtype === "wildfire" && textOf(fields, "category") === "benign";

function threatDeed(fields: Fields, subtype: string, verdict: Verdict): Deed {
  if (isClean(fields, subtype)) return ["file-transferred", "success"];
  if (MALWARE.has(subtype)) return malwareDeed(verdict);
  if (subtype === "url") return requestDeed(verdict);
  if (subtype !== "file" && subtype !== "data") return attackDeed(verdict);
  return verdict === "denied" ? ["file-blocked", "failure"] : ["file-transferred", "success"];
}

function answerSystem(event: Reading): void {
  const { fields, hot } = event;
  setLevelWord(hot, textOf(fields, "severity"));
  const message = textOf(fields, "opaque");
  setMessage(hot, message);
  const read = readSystem(message);
  hot.user_name = accountOf(read.user);
  hot.source_ip = read.ip;
  answer(
    hot,
    systemDeed(
      { eventId: textOf(fields, "eventid"), subtype: textOf(fields, "subtype"), hasUser: read.user !== "" },
      message,
    ),
    {
      using: firstText(fields, ["module", "subtype"]),
      about: textOf(fields, "object") || message,
    },
  );
}

const MAX_SYSTEM_CHARS = 1024;

/** The account that the text names, and the first address in it. */
function readSystem(message: string): { user: string; ip: string } {
  const head = message.slice(0, MAX_SYSTEM_CHARS);
  const user = USERS.flatMap((pattern) => pattern.exec(head)?.[1] ?? []).find((name) => !NO_NAMES.has(name)) ?? "";
  for (const word of head.split(/[\s,;()]+/)) {
    const ip = toIp(word.endsWith(".") ? word.slice(0, -1) : word);
    if (ip !== "") return { user, ip };
  }
  return { user, ip: "" };
}

/** `user 'sato'`, `User name: sato`, `user: sato`, `User sato logged in`. */
const USERS: readonly RegExp[] = [
  /\b[Uu]ser(?:name)? ?'([^']{1,128})'/,
  /\b[Uu]ser ?name: ?([^\s,']{1,128})/,
  /\b[Uu]ser: ?([^\s,']{1,128})/,
  /\b[Uu]ser ([^\s,':]{1,128})/,
];
const NO_NAMES = new Set(
  "authentication authenticated login logout name is has was logged id group mapping session information agent".split(
    " ",
  ),
);

type SystemFacts = { readonly eventId: string; readonly subtype: string; readonly hasUser: boolean };

/** Certificates, licences and updates speak of "authority" and "authors" too: a logon is one by its event, or by a phrase about a user. */
function isLogon({ eventId, subtype, hasUser }: SystemFacts, said: string): boolean {
  if (subtype === "auth" || /^auth-|-auth-|regist-|login/.test(eventId.toLowerCase())) return true;
  return (
    hasUser && /\blog(?:ged)? ?(?:in|on)\b|\blogin\b|\bauthenticat(?:ed|ion (?:succeeded|successful|failed))/.test(said)
  );
}

function systemDeed(facts: SystemFacts, message: string): Deed {
  const { eventId, hasUser } = facts;
  const said = `${eventId} ${message.slice(0, MAX_SYSTEM_CHARS)}`.toLowerCase();
  const isFailure = /fail|invalid|denied|reject/.test(said);
  if (/logged out|logout/.test(said) || (hasUser && /\bdisconnect/.test(said))) return LOGGED_OFF;
  if (isLogon(facts, said)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (eventId.startsWith("globalprotect")) return isFailure ? FAILED : OPENED;
  if (/commit|config/.test(said)) return isFailure ? ["configuration-changed", "failure"] : CONFIGURED;
  if (/tunnel|link|port |interface|ike|ipsec/.test(said)) return /down|delete|fail/.test(said) ? ENDED : OPENED;
  if (/install|upgrade|update/.test(said)) return ["update-installed", isFailure ? "failure" : "success"];
  if (/shutdown|reboot|restart/.test(said)) return ["system-stopped", "success"];
  return /start|boot/.test(said) ? ["system-started", "success"] : UNTOLD;
}

function answerConfig(event: Reading): void {
  const { fields, hot } = event;
  hot.user_name = accountOf(textOf(fields, "admin"));
  hot.source_ip = toIp(fields.host);
  const isFailure = /fail|unauth/i.test(textOf(fields, "result"));
  setMessage(hot, [textOf(fields, "cmd"), textOf(fields, "path"), textOf(fields, "result")].join(" "));
  answer(hot, isFailure ? ["configuration-changed", "failure"] : CONFIGURED, {
    using: textOf(fields, "client"),
    about: textOf(fields, "path") || textOf(fields, "cmd"),
  });
}

/** GlobalProtect, User-ID, HIP match, authentication: who is where. */
function answerIdentity(event: Reading, type: string): void {
  const { fields, hot } = event;
  if (type === "GLOBALPROTECT") hot.category = "appliance";
  hot.user_name = accountOf(firstText(fields, ["srcuser", "user", "normalize_user"]));
  hot.source_ip = sourceOf(event);
  hot.source_domain = bounded(textOf(fields, "machinename"));
  hot.source_mac = textOf(fields, "mac");
  setMessage(hot, firstText(fields, ["opaque", "desc", "error", "matchname"]));
  answer(hot, identityDeed(event, type), {
    using: firstText(fields, ["tunnel_type", "auth_method", "authproto", "datasource", "clienttype", "os"]),
    about: aboutOf(hot, event),
  });
  const country = textOf(fields, "srcregion");
  if (country !== "") addField(event, "srcloc", country);
}

function sourceOf({ fields }: Reading): string {
  for (const name of ["public_ip", "public_ipv6", "ip", "src", "srcipv6"]) {
    const ip = toIp(fields[name]);
    if (ip !== "" && ip !== "0.0.0.0" && ip !== "::") return ip;
  }
  return "";
}

const aboutOf = (hot: HotColumns, { fields }: Reading): string =>
  firstText(fields, ["gateway", "portal", "object", "matchname", "datasourcename", "eventid"]) || hot.message;

function identityDeed({ fields }: Reading, type: string): Deed {
  const said = `${textOf(fields, "subtype")} ${firstText(fields, ["eventid", "event"])}`.toLowerCase();
  const status = `${textOf(fields, "status")} ${textOf(fields, "opaque")} ${textOf(fields, "error")}`.toLowerCase();
  if (type === "HIPMATCH" || type === "HIP-MATCH") return ["object-accessed", "success"];
  if (/logout|disconnect/.test(said)) return LOGGED_OFF;
  const isFailure = /fail|denied|invalid|reject/.test(`${said} ${status}`);
  if (type === "GLOBALPROTECT" || type === "AUTHENTICATION" || said.includes("login"))
    return isFailure ? LOGON_FAILED : LOGGED_ON;
  return UNTOLD;
}
