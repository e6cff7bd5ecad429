import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { readIso, readOffset } from "../instant.ts";
import { readPairs } from "../key-value.ts";
import {
  addField,
  baseName,
  bounded,
  classify,
  firstText,
  type ParseHints,
  type Reading,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
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
  setDevice,
  setLevelWord,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";

/**
 * Sophos Firewall (SFOS, XG, XGS): `device="SFW" date=… time=… log_type="Firewall" …` and, from 18 on in its standard form,
 * `device_name="SFW" timestamp="…" log_type="Firewall" …`.
 *
 * | question   | column     | from                                                             |
 * |------------|------------|------------------------------------------------------------------|
 * | who        | who        | user_name, user                                                  |
 * | where from | where_from | src_ip, ip, else the firewall                                    |
 * | with what  | with_what  | user_agent, app_name, protocol, else the component               |
 * | what       | what       | url, file_name, `dst_ip:dst_port`, the signature, else message   |
 * | did what   | did_what   | by log_type and log_component; log_subtype says allowed or not   |
 *
 * Fields are SFOS's own keys, and Sigma's firewall, proxy or antivirus names. Sigma: product `sophos`, service log_type in lower case.
 * Severity: severity or priority. Time: timestamp, which has an offset, else date and time, local to the source's zone.
 * Source: Sophos Firewall syslog guide, log ids and fields.
 */
export function readSophos(event: Reading, text: string, hints: ParseHints): boolean {
  if (!text.includes(" log_type=") || !text.includes(" log_component=")) return false;
  readPairs(event, text, { at: 0, isGeneric: false });
  const { fields, hot } = event;
  const type = textOf(fields, "log_type");
  setSophosTime(event, zoneOf(hints));
  const service = type
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 32);
  classify(hot, `sophos.${service}`, { product: "sophos", category: "", service });
  setDevice(hot, { vendor: "Sophos", product: "SFOS", name: deviceOf(event) });
  setLevelWord(hot, firstText(fields, ["severity", "priority"]));
  hot.event_code = textOf(fields, "log_id");
  setMessage(hot, firstText(fields, ["message", "signature_msg", "reason"]));
  fillColumns(event);
  fillObjects(event, type);
  addFirewallNames(event, textOf(fields, "log_subtype"));
  answer(hot, deedOf(event, type), {
    using: firstText(fields, ["user_agent", "app_name", "application", "auth_mechanism"]) || usingOf(event),
    about: firstText(fields, ["signature_msg"]),
  });
  return true;
}

/** `device_name` is the device's own name in the old form and always `SFW` in the new one. */
function deviceOf({ fields }: Reading): string {
  const name = textOf(fields, "device_name");
  return name === "SFW" ? firstText(fields, ["device_serial_id", "device_model"]) : name;
}

function setSophosTime(event: Reading, zone: string): void {
  const { fields } = event;
  const stamp = textOf(fields, "timestamp");
  const local = `${textOf(fields, "date")} ${textOf(fields, "time")}`;
  const tz = textOf(fields, "timezone");
  const offset = /^[+-]\d/.test(tz) ? readOffset(tz, 0)?.ms : /^(?:UTC|GMT)$/.test(tz) ? 0 : undefined;
  const read = stamp === "" ? readIso(local, 0, offset === undefined ? zone : "") : readIso(stamp, 0, zone);
  if (stamp !== "" || local !== " ") setTimeMs(event, (read?.ms ?? Number.NaN) - (stamp === "" ? (offset ?? 0) : 0));
}

function fillColumns({ fields, hot }: Reading): void {
  hot.source_ip = toIp(fields.src_ip) || toIp(fields.ip) || toIp(fields.sourceip);
  hot.source_port = toPort(fields.src_port);
  hot.destination_ip = toIp(fields.dst_ip) || toIp(fields.destinationip);
  hot.destination_port = toPort(fields.dst_port);
  hot.network_transport = transportOf(textOf(fields, "protocol"));
  hot.source_bytes = toCount(firstText(fields, ["bytes_sent", "sent_bytes"]));
  hot.destination_bytes = toCount(firstText(fields, ["bytes_received", "recv_bytes"]));
  hot.user_name = accountOf(firstText(fields, ["user_name", "user"]));
  hot.user_agent_original = bounded(textOf(fields, "user_agent"));
  hot.source_mac = firstText(fields, ["src_mac", "src_mac_address"]).toLowerCase();
  hot.rule_name = bounded(firstText(fields, ["fw_rule_name", "fw_rule_id", "policy_name", "ips_policy"]));
}

const usingOf = ({ fields, hot }: Reading): string => hot.network_transport || textOf(fields, "log_component");

function fillObjects(event: Reading, type: string): void {
  const { fields, hot } = event;
  const { destination_port: port, destination_ip: ip } = hot;
  const url = textOf(fields, "url");
  const isMalware = /^(?:Anti-Virus|Sandbox)$/i.test(type);
  hot.file_name = bounded(baseName(firstText(fields, ["file_name", "filename"])));
  if (isMalware) {
    hot.category = "antivirus";
    addField(event, "Signature", firstText(fields, ["virus", "malware"]));
    addField(event, "Filename", hot.file_name);
  } else if (url !== "") {
    hot.category = "proxy";
    addField(event, "c-ip", hot.source_ip);
    addField(event, "cs-method", textOf(fields, "http_method"));
    addField(event, "c-useragent", hot.user_agent_original);
    hot.http_response_status_code = toCount(firstText(fields, ["http_status", "httpstatus", "status_code"]), 999);
  } else if (hot.source_ip !== "" && ip !== "") hot.category = "firewall";
  if (url === "") return;
  fillUrl(event, url);
  hot.destination_port = port;
}

function deedOf(event: Reading, type: string): Deed {
  const { fields } = event;
  const subtype = textOf(fields, "log_subtype");
  const verdict: Verdict = judgeTraffic(subtype);
  if (/^Event$/i.test(type)) return eventDeed(event);
  if (/^(?:Anti-Virus|Sandbox)$/i.test(type)) return malwareDeed(subtype === "Virus" ? "denied" : verdict);
  if (/^(?:IDP|IPS|ATP|Anti-Spam|WAF|Web Server Protection|Zero-Day Protection|Active Threat Response)$/i.test(type))
    return attackDeed(verdict);
  if (/^Content Filtering$/i.test(type))
    return textOf(fields, "url") === "" ? trafficDeed(verdict) : requestDeed(verdict);
  return event.hot.category === "firewall" ? trafficDeed(verdict) : UNTOLD;
}

function eventDeed({ fields, hot }: Reading): Deed {
  const said = `${textOf(fields, "status")} ${hot.message}`.slice(0, 512).toLowerCase();
  const isFailure = /fail|denied|invalid|rejected/.test(said);
  if (/log(?:ged)? ?out|terminated|disconnect/.test(said)) return LOGGED_OFF;
  if (/log(?:ged)? ?in\b|login|authenticat|established/.test(said)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (/lease|dhcp/.test(`${said} ${textOf(fields, "log_component").toLowerCase()}`))
    return ["address-leased", isFailure ? "failure" : "success"];
  if (/chang|updat|added|deleted|config|created/.test(said))
    return isFailure ? ["configuration-changed", "failure"] : CONFIGURED;
  return UNTOLD;
}
