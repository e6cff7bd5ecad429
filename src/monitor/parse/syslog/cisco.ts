import { toIp } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { act, addField, bounded, classify, type Reading } from "../reading.ts";
import { levelOfSyslog, severityOfSyslog } from "../severity.ts";

const MNEMONIC = /^%?([A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*)-([0-7])-([A-Z0-9_]+)$/;

/**
 * Cisco's `%FACILITY-SEVERITY-MNEMONIC: text` (IOS, NX-OS, ASA). Fields: facility, mnemonic, message; the text's own user and address.
 * Who: user=… or User:… . Where from: the first address. With what: the facility. What: the text. Did what: by mnemonic.
 */
export function readCisco(event: Reading, tag: string, message: string): boolean {
  const read = MNEMONIC.exec(tag);
  if (read === null) return false;
  const { hot } = event;
  const [, facility = "", level = "", mnemonic = ""] = read;
  const service = SERVICES.get(facility) ?? (facility === "ASA" ? "asa" : "syslog");
  classify(hot, `cisco.${service}`, { product: "cisco", category: "", service });
  hot.observer_vendor = "Cisco";
  hot.event_code = `${facility}-${level}-${mnemonic}`;
  hot.log_level = levelOfSyslog(Number(level));
  hot.event_severity = severityOfSyslog(Number(level));
  addField(event, "facility", facility);
  addField(event, "mnemonic", mnemonic);
  hot.user_name = bounded(userOf(message.slice(0, 1024)));
  hot.who = hot.user_name;
  for (const [address] of message.slice(0, 1024).matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)) {
    hot.source_ip = toIp(address);
    if (hot.source_ip !== "") break;
  }
  const [action, outcome] = actionOf(facility, mnemonic, message);
  act(hot, action, outcome);
  hot.where_from = hot.source_ip || hot.host_name;
  hot.with_what = facility;
  hot.what = bounded(message);
  return true;
}

/** `user: admin`, `user = 'admin'`, `User:admin`, or `by admin on vty0`. */
function userOf(message: string): string {
  const named = /\b(?:user|username)\b(?:\s*[:=]\s*|\s)['"[]?([\w.@\\$-]+)/i.exec(message)?.[1];
  return named ?? /\bby (\S+) on (?:vty|con|tty)/.exec(message)?.[1] ?? "";
}

const SERVICES = new Map([
  ["AAA", "aaa"],
  ["PARSER", "aaa"],
  ["SEC_LOGIN", "aaa"],
  ["AAAA", "aaa"],
  ["BGP", "bgp"],
  ["LDP", "ldp"],
]);

function actionOf(facility: string, mnemonic: string, message: string): readonly [Action | "", Outcome] {
  if (mnemonic === "LOGIN_SUCCESS") return ["logged-on", "success"];
  if (/LOGIN_FAILED|AUTHFAIL|LOGIN_FAIL/.test(mnemonic)) return ["logon-failed", "failure"];
  if (mnemonic === "CFGLOG_LOGGEDCMD") return ["command-run", "success"];
  if (mnemonic === "CONFIG_I") return ["configuration-changed", "success"];
  if (/^IPACCESSLOG/.test(mnemonic))
    return message.includes("denied") ? ["connection-denied", "failure"] : ["connection-allowed", "success"];
  if (/RESTART|RELOAD/.test(mnemonic)) return ["system-started", "success"];
  if (facility === "ASA") return asaAction(message);
  return ["", "unknown"];
}

function asaAction(message: string): readonly [Action | "", Outcome] {
  if (/^(?:Deny|Denied)|denied|dropped/i.test(message)) return ["connection-denied", "failure"];
  if (message.startsWith("Built")) return ["connection-allowed", "success"];
  if (message.startsWith("Teardown")) return ["connection-ended", "success"];
  if (/authentication (?:failed|rejected)|rejected/i.test(message)) return ["logon-failed", "failure"];
  if (/Login permitted|authentication successful|succeeded/i.test(message)) return ["logged-on", "success"];
  if (/executed the/.test(message)) return ["command-run", "success"];
  return ["", "unknown"];
}
