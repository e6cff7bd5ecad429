import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { readPairs } from "../key-value.ts";
import { addField, baseName, bounded, classify, firstText, type Reading, textOf } from "../reading.ts";
import { syslogOfLevelWord } from "../severity.ts";
import { judgeTraffic, type Verdict } from "../verdict.ts";
import { fillUrl } from "../web/squid.ts";
import { transportOf } from "../windows/columns.ts";
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
  UNTOLD,
} from "./answer.ts";
import { readEndpoints } from "./endpoints.ts";
import { readFlowText } from "./srx-flow.ts";

/**
 * Juniper SRX and Junos: structured data (`[junos@2636.… source-address="…" …]`) and the sentences of the older form, of RT_FLOW (with
 * APPTRACK), RT_IDP, RT_UTM, RT_SCREEN, RT_AAMW and RT_SECINTEL, and mgd's UI_… events.
 *
 * | question   | column     | from                                                                    |
 * |------------|------------|-------------------------------------------------------------------------|
 * | who        | who        | username, the user that mgd names                                       |
 * | where from | where_from | source-address, else the device                                         |
 * | with what  | with_what  | nested-application, application, service-name, the protocol, the daemon |
 * | what       | what       | url, filename, command, `destination-address:port`, attack-name, else the text |
 * | did what   | did_what   | by the event's name (SESSION_CREATE, WEBFILTER_URL_BLOCKED …) and action |
 *
 * Fields are Junos's own names, and Sigma's firewall or proxy names. Sigma: product `juniper`, service `rt_flow` … or `junos`, category
 * `firewall`, `proxy` or `antivirus`. Severity: threat-severity, else the envelope's. Time: the envelope's.
 * Source: Junos OS System Log Explorer.
 */
export function readJunos(event: Reading, message: string, from: JunosEnvelope): boolean {
  const { hot } = event;
  const name = from.messageId === "" ? (NAME.exec(message.slice(0, 64))?.[1] ?? "") : from.messageId;
  if (!NAME.test(`${name}:`)) return false;
  const body = message.startsWith(`${name}:`) ? message.slice(name.length + 1).trimStart() : message;
  for (const [key, value] of from.structured) addField(event, key.slice(key.lastIndexOf(".") + 1), value);
  if (from.structured.length === 0) {
    readPairs(event, body.slice(0, MAX_TEXT), { at: 0, isGeneric: false });
    if (name.includes("SESSION")) readFlowText(event, body);
    else fillFromText(event, body);
  }
  const service = name.startsWith("BGP_") ? "bgp" : from.program.toLowerCase();
  classify(hot, `junos.${service}`, { product: "juniper", category: "", service });
  setDevice(hot, { vendor: "Juniper", product: service.startsWith("rt_") ? "SRX" : "Junos", name: "" });
  hot.event_code = bounded(name);
  setMessage(hot, body || name);
  fillColumns(event);
  const deed = deedOf(event, name, body);
  classifyDeed(event, deed);
  addFirewallNames(event, textOf(event.fields, "action"));
  answer(hot, deed, {
    using:
      firstText(event.fields, ["nested-application", "application", "service-name"]) ||
      (isFlow(hot.source_ip) ? "" : service),
    about:
      hot.process_command_line ||
      (deed[0].startsWith("attack") ? firstText(event.fields, ["attack-name", "name"]) : ""),
  });
  return true;
}

export type JunosEnvelope = {
  readonly program: string;
  readonly messageId: string;
  readonly structured: readonly (readonly [string, string])[];
};

const NAME = /^([A-Z][A-Z0-9]{1,15}(?:_[A-Z0-9]{1,24}){1,8}):/;
const MAX_TEXT = 4_096;
const isFlow = (ip: string): boolean => ip !== "";

/** UTM, IDP and screen sentences: the two ends, and mgd's account and command. */
function fillFromText(event: Reading, body: string): void {
  const text = body.slice(0, MAX_TEXT);
  const pair = /([\da-f.:]{3,45})[/(](\d{1,5})\)?->([\da-f.:]{3,45})[/(](\d{1,5})/i.exec(text);
  if (pair !== null) {
    addField(event, "source-address", pair[1] ?? "");
    addField(event, "source-port", pair[2] ?? "");
    addField(event, "destination-address", pair[3] ?? "");
    addField(event, "destination-port", pair[4] ?? "");
  } else {
    const [first, second] = readEndpoints(text);
    addField(event, "source-address", first?.ip ?? "");
    if (first !== undefined && first.port > 0) addField(event, "source-port", first.port);
    addField(event, "destination-address", second?.ip ?? "");
    if (second !== undefined && second.port > 0) addField(event, "destination-port", second.port);
  }
  addField(
    event,
    "username",
    /\b[Uu]ser(?:name)? '([^']{1,128})'|USERNAME=(\S{1,128})/.exec(text)?.slice(1).find(Boolean) ?? "",
  );
  addField(event, "command", /command '([^']{1,1024})'/.exec(text)?.[1]?.trim() ?? "");
  addField(event, "action", /\baction[:=] ?(\w{2,24})/.exec(text)?.[1] ?? "");
  if (text.includes("! source:")) addField(event, "attack-name", text.slice(0, text.indexOf("! source:") + 1));
}

function fillColumns(event: Reading): void {
  const { fields, hot } = event;
  hot.source_ip = toIp(fields["source-address"]);
  hot.source_port = toPort(fields["source-port"]);
  hot.destination_ip = toIp(fields["destination-address"]);
  hot.destination_port = toPort(fields["destination-port"]);
  hot.network_transport = transportOf(firstText(fields, ["protocol-id", "protocol-name", "protocol"]));
  hot.source_bytes = toCount(fields["bytes-from-client"]);
  hot.destination_bytes = toCount(fields["bytes-from-server"]);
  hot.rule_name = bounded(firstText(fields, ["policy-name", "rule-name", "profile-name", "profile"]));
  hot.user_name = accountOf(firstText(fields, ["username", "USERNAME"]));
  const service = textOf(fields, "service-name");
  hot.service_name = service === "None" ? "" : bounded(service);
  hot.process_command_line = textOf(fields, "command");
  setLevel(hot, syslogOfLevelWord(textOf(fields, "threat-severity")));
  hot.file_name = bounded(baseName(firstText(fields, ["filename", "file-name"])));
  hot.file_hash_sha256 = textOf(fields, "sample-sha256");
  const host = firstText(fields, ["url", "URL", "hostname"]);
  const path = firstText(fields, ["obj", "OBJ"]);
  if (host === "" || !/_URL_|HTTP|AAMW|AV_/.test(hot.event_code)) return;
  const port = hot.destination_port;
  fillUrl(event, path.startsWith("/") && !host.includes("/") ? `${host}${path}` : host);
  hot.destination_port = port;
}

function classifyDeed(event: Reading, [action]: Deed): void {
  const { fields, hot } = event;
  if (action.startsWith("connection-") || action.startsWith("attack-")) hot.category = "firewall";
  else if (action.startsWith("http-")) {
    hot.category = "proxy";
    addField(event, "c-ip", hot.source_ip);
  } else if (action.startsWith("malware-")) {
    hot.category = "antivirus";
    addField(event, "Signature", firstText(fields, ["name", "malware-info", "verdict-number"]));
    addField(event, "Filename", hot.file_name);
  }
}

function deedOf({ fields }: Reading, name: string, body: string): Deed {
  const verdict: Verdict = judgeTraffic(textOf(fields, "action").replace("BLOCKED", "block"));
  const isBlocked = verdict === "denied" || /BLOCKED|DROP|CLOSE/i.test(`${name} ${textOf(fields, "action")}`);
  if (name.includes("SESSION_DENY")) return DENIED;
  if (name.includes("SESSION_CREATE")) return OPENED;
  if (name.includes("SESSION_CLOSE") || name.includes("APPTRACK_SESSION")) return ENDED;
  if (/^WEBFILTER_URL/.test(name)) return requestDeed(isBlocked ? "denied" : "");
  if (/^AV_|AAMW|MALWARE/.test(name)) return malwareDeed(isBlocked || name.includes("DETECTED") ? "denied" : "");
  if (/^CONTENT_FILTERING/.test(name)) return ["file-blocked", "failure"];
  if (/^(?:IDP_|RT_SCREEN|SECINTEL|ANTISPAM|RT_IDS)/.test(name)) return attackDeed(isBlocked ? "denied" : "");
  return systemDeed(name, body.slice(0, 512));
}

function systemDeed(name: string, text: string): Deed {
  if (/LOGIN_FAILED|AUTH_FAIL|LOGIN_REFUSED|PASSWORD_ERR/.test(name)) return LOGON_FAILED;
  if (/LOGOUT/.test(name)) return LOGGED_OFF;
  if (/LOGIN|AUTH_EVENT/.test(name)) return LOGGED_ON;
  if (/CMDLINE_READ_LINE|NETCONF_CMD|CHILD_START/.test(name)) return ["command-run", "success"];
  if (/UI_(?:COMMIT|CFG|LOAD|DBASE)/.test(name)) return CONFIGURED;
  if (/DOWN/.test(name) || /\bdown\b/i.test(text)) return ENDED;
  if (/_UP/.test(name) || /\bup\b/i.test(text)) return OPENED;
  return UNTOLD;
}

/** Programs whose messages are Junos's, and which no other system has under that name. */
export const isJunosProgram = (program: string): boolean => program.startsWith("RT_") || PROGRAMS.has(program);
const PROGRAMS = new Set(["mgd", "rpd", "AAMW", "SECINTEL", "dcd", "chassisd", "kmd", "idpd", "utmd"]);
