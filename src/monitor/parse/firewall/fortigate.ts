import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action } from "../contract.ts";
import { epochToMs, readIso, readOffset } from "../instant.ts";
import {
  act,
  addField,
  bounded,
  classify,
  endpoint,
  firstText,
  type ParseHints,
  type Reading,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord } from "../severity.ts";
import { judgeTraffic } from "../verdict.ts";
import { transportOf } from "../windows/columns.ts";

/**
 * FortiGate's key=value log.
 *
 * | question   | column     | from                                                              |
 * |------------|------------|-------------------------------------------------------------------|
 * | who        | who        | user, else unauthuser                                             |
 * | where from | where_from | srcip, remip, ui's address, else the device                       |
 * | with what  | with_what  | agent, app, service, else the protocol                            |
 * | what       | what       | url, query, file, `dstip:dstport`, cfgpath, else msg               |
 * | did what   | did_what   | by type and subtype: connection, request, query, attack, malware, logon, configuration |
 *
 * Fields are FortiGate's own keys; web filter also gets Sigma's proxy names, DNS its DNS names (detection knows srcip, dstip …).
 * Source: FortiOS Log Message Reference. eventtime is UTC (seconds to nanoseconds by version), date and time are local to `tz`.
 */
export function readFortiGate(event: Reading, hints: ParseHints): boolean {
  const { fields, hot } = event;
  const type = textOf(fields, "type");
  if (type === "" || (fields.devid === undefined && fields.logid === undefined && fields.devname === undefined))
    return false;
  if (fields.subtype === undefined) return false;
  setFortiTime(event, hints);
  const subtype = textOf(fields, "subtype");
  hot.observer_vendor = "Fortinet";
  hot.observer_product = "FortiGate";
  hot.observer_name = textOf(fields, "devname");
  hot.network_transport = transportOf(textOf(fields, "proto"));
  if (hot.user_name === "N/A") hot.user_name = "";
  if (hot.destination_domain === "") hot.destination_domain = textOf(fields, "hostname");
  hot.host_name = hot.observer_name;
  hot.message = clip(firstText(fields, ["msg", "logdesc"]), MAX_MESSAGE_CHARS);
  const syslog = syslogOfLevelWord(textOf(fields, "level"));
  if (syslog >= 0) {
    hot.log_level = levelOfSyslog(syslog);
    hot.event_severity = severityOfSyslog(syslog);
  }
  classify(hot, `fortigate.${bounded(type)}`, {
    product: "fortigate",
    category: categoryOf(type, subtype),
    service: bounded(type),
  });
  addTaxonomy(event);
  answer(event, { type, subtype });
  return true;
}

function setFortiTime(event: Reading, hints: ParseHints): void {
  const { fields } = event;
  const eventTime = Number(textOf(fields, "eventtime"));
  if (eventTime > 1e8) {
    setTimeMs(event, epochToMs(eventTime));
    return;
  }
  const date = textOf(fields, "date");
  if (date === "") return;
  const tz = textOf(fields, "tz");
  const offset = /^[+-]\d/.test(tz) ? readOffset(tz, 0) : undefined;
  const read = readIso(`${date} ${textOf(fields, "time")}`, 0, offset === undefined ? zoneOf(hints) : "");
  setTimeMs(event, (read?.ms ?? Number.NaN) - (offset?.ms ?? 0));
}

function categoryOf(type: string, subtype: string): string {
  if (type === "traffic") return "firewall";
  if (subtype === "webfilter") return "proxy";
  if (subtype === "dns") return "dns";
  return subtype === "virus" ? "antivirus" : "";
}

function addTaxonomy(event: Reading): void {
  const { fields, hot } = event;
  if (hot.category === "proxy") {
    const url = textOf(fields, "url");
    const host = textOf(fields, "hostname");
    hot.url_full = url.startsWith("/") ? `${textOf(fields, "service").toLowerCase()}://${host}${url}` : url || host;
    hot.url_domain = host;
    addField(event, "c-uri", hot.url_full);
    addField(event, "cs-host", host);
    addField(event, "c-ip", hot.source_ip);
    addField(event, "c-useragent", textOf(fields, "agent"));
    addField(event, "cs-method", textOf(fields, "httpmethod"));
  } else if (hot.category === "dns") {
    hot.dns_question_name = textOf(fields, "qname");
    hot.dns_question_type = textOf(fields, "qtype");
    addField(event, "query", hot.dns_question_name);
    addField(event, "record_type", hot.dns_question_type);
    addField(event, "answer", textOf(fields, "ipaddr"));
  } else if (hot.category === "antivirus") {
    addField(event, "Signature", textOf(fields, "virus"));
    addField(event, "Filename", textOf(fields, "filename"));
  }
}

function answer(event: Reading, kind: { type: string; subtype: string }): void {
  const { fields, hot } = event;
  const word = textOf(fields, "action");
  const verdict = judgeTraffic(word);
  const isDenied =
    verdict === "denied" || (verdict === "" && /fail|error/i.test(`${word} ${textOf(fields, "status")}`));
  act(hot, actionOf(event, { ...kind, isDenied }), isDenied ? "failure" : "success");
  hot.who = bounded(hot.user_name || textOf(fields, "unauthuser"));
  const ui = /\(([^)]+)\)/.exec(textOf(fields, "ui"))?.[1] ?? "";
  hot.where_from = hot.source_ip || ui || hot.observer_name;
  hot.with_what = bounded(
    firstText(fields, ["agent", "app", "service", "tunneltype", "ui"]) || hot.network_transport || "FortiGate",
  );
  const far = endpoint(hot.destination_domain || hot.destination_ip, hot.destination_port);
  hot.what = bounded(
    hot.url_full || hot.dns_question_name || firstText(fields, ["filename", "cfgpath"]) || far || hot.message,
  );
}

function actionOf(event: Reading, kind: { type: string; subtype: string; isDenied: boolean }): Action | "" {
  const { isDenied, subtype, type } = kind;
  if (type === "traffic") return isDenied ? "connection-denied" : "connection-allowed";
  switch (subtype) {
    case "webfilter":
      return isDenied ? "http-request-denied" : "http-request";
    case "dns":
      return isDenied ? "dns-query-denied" : "dns-query";
    case "virus":
      return isDenied ? "malware-blocked" : "malware-detected";
    case "ips":
    case "anomaly":
    case "waf":
      return isDenied ? "attack-blocked" : "attack-detected";
    case "dlp":
    case "file-filter":
      return isDenied ? "file-blocked" : "file-transferred";
    case "emailfilter":
    case "spamfilter":
      return isDenied ? "attack-blocked" : "mail-transferred";
    case "app-ctrl":
    case "ssl":
    case "ssh":
    case "voip":
      return isDenied ? "connection-denied" : "connection-allowed";
  }
  const said = `${textOf(event.fields, "action")} ${textOf(event.fields, "logdesc")}`;
  if (/log(?:ged )?out|tunnel-down/i.test(said)) return "logged-off";
  if (/login|logon|authentication|tunnel-up/i.test(said)) return isDenied ? "logon-failed" : "logged-on";
  if (textOf(event.fields, "cfgpath") !== "") return "configuration-changed";
  if (/negotiat|tunnel|phase/i.test(said)) return isDenied ? "connection-failed" : "connection-opened";
  return /dhcp/i.test(said) ? "address-leased" : "";
}
