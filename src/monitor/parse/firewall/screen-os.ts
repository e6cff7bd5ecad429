import { toCount, toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { readIso } from "../instant.ts";
import { bounded, classify, type ParseHints, type Reading, setField, setTimeMs, textOf, zoneOf } from "../reading.ts";
import { syslogOfLevelWord } from "../severity.ts";
import { judgeTraffic } from "../verdict.ts";
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
  OPENED,
  setDevice,
  setLevel,
  setMessage,
  trafficDeed,
  UNTOLD,
} from "./answer.ts";
import { readEndpoints } from "./endpoints.ts";

/**
 * Juniper (NetScreen) ScreenOS: `NetScreen device_id=fw1  [Root]system-notification-00257(traffic): start_time="…" …`
 *
 * | question   | column     | from                                                        |
 * |------------|------------|-------------------------------------------------------------|
 * | who        | who        | the administrator or user that the text names               |
 * | where from | where_from | src, else the text's first address, else the device         |
 * | with what  | with_what  | service, proto, else the module of the event                |
 * | what       | what       | `dst:dst_port`, else the text                               |
 * | did what   | did_what   | action; by the text's words for logins, attacks and changes |
 *
 * Fields are ScreenOS's own names (`src zone`, `src-xlated ip` …) and Sigma's firewall names. Sigma: product `juniper`, service
 * `screenos`, category `firewall` for traffic. Severity: the word in the event's name. Time: start_time, local to the device (the
 * source's zone). Source: ScreenOS Message Log Reference Guide 6.3.
 */
export function readScreenOs(event: Reading, text: string, hints: ParseHints): boolean {
  const read = HEAD.exec(text.slice(0, 256));
  if (read === null) return false;
  const [head, device = "", vsys = "", level = "", code = "", topic = ""] = read;
  const body = text.slice(head.length);
  const { hot } = event;
  const isTraffic = topic === "traffic";
  classify(hot, "screenos", { product: "juniper", category: isTraffic ? "firewall" : "", service: "screenos" });
  setDevice(hot, { vendor: "Juniper", product: "ScreenOS", name: device });
  setLevel(hot, syslogOfLevelWord(level));
  hot.event_code = code;
  setField(event, "device_id", device);
  setField(event, "vsys", vsys);
  setField(event, "message", body);
  setMessage(hot, body);
  if (isTraffic) readTraffic(event, body, zoneOf(hints));
  else readNotice(event, body);
  return true;
}

const HEAD =
  /^Net[Ss]creen device_id=([^\s[]{1,64}) {1,8}(?:\[([^\]]{0,64})\])? {0,8}system-([a-z]{4,16})-(\d{5})(?:\((\w{1,32})\))?: {0,8}/;

/** Names of two words: the second follows a space. */
const FIRST_WORDS = new Set(["src", "dst", "src-xlated", "dst-xlated", "icmp"]);
const MAX_PAIRS = 64;

/** `key=value` where keys may have two words and values may have spaces: what stands before a key's words belongs to the value before. */
function readPairs(event: Reading, text: string): void {
  let key = "";
  let at = 0;
  for (let count = 0; count < MAX_PAIRS; count += 1) {
    const equals = text.indexOf("=", at);
    const gap = text.slice(at, equals < 0 ? text.length : equals);
    const { before, name } = equals < 0 ? { before: gap, name: "" } : splitGap(gap);
    if (key !== "") setField(event, key, unquoted(before.trim()));
    if (equals < 0) return;
    key = name === "port" && key.endsWith("-xlated ip") ? `${key.slice(0, -2)}port` : name;
    at = equals + 1;
  }
}

function splitGap(gap: string): { before: string; name: string } {
  const space = gap.lastIndexOf(" ");
  const word = gap.slice(space + 1);
  if (space < 0) return { before: "", name: word };
  const earlier = gap.lastIndexOf(" ", space - 1);
  const first = gap.slice(earlier + 1, space);
  if (!FIRST_WORDS.has(first)) return { before: gap.slice(0, space), name: word };
  return { before: earlier < 0 ? "" : gap.slice(0, earlier), name: `${first} ${word}` };
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;

function readTraffic(event: Reading, body: string, zone: string): void {
  readPairs(event, body);
  const { fields, hot } = event;
  const start = textOf(fields, "start_time");
  if (start !== "") setTimeMs(event, readIso(start, 0, zone)?.ms ?? Number.NaN);
  hot.source_ip = toIp(fields.src);
  hot.source_port = toPort(fields.src_port);
  hot.destination_ip = toIp(fields.dst);
  hot.destination_port = toPort(fields.dst_port);
  hot.network_transport = transportOf(textOf(fields, "proto"));
  hot.service_name = bounded(textOf(fields, "service"));
  hot.source_bytes = toCount(fields.sent);
  hot.destination_bytes = toCount(fields.rcvd);
  hot.rule_name = textOf(fields, "policy_id");
  const verdict = judgeTraffic(textOf(fields, "action"));
  addFirewallNames(event, "");
  const reason = textOf(fields, "reason");
  answer(hot, verdict === "denied" ? DENIED : reason === "Creation" ? OPENED : trafficDeed(verdict));
}

function readNotice(event: Reading, body: string): void {
  const { hot } = event;
  const [first, second] = readEndpoints(body);
  hot.source_ip = first?.ip ?? "";
  hot.source_port = first?.port ?? 0;
  hot.destination_ip = second?.ip ?? "";
  hot.destination_port = second?.port ?? 0;
  const said = body.slice(0, 512);
  const user = /\b(?:admin|user|name|User) {1,2}['"<]?([\w.@\\-]{1,64})/.exec(said)?.[1] ?? "";
  hot.user_name = accountOf(["authentication", "has", "was", "session"].includes(user) ? "" : user);
  const using = /\bvia (?:the )?(\w{2,16})/.exec(said)?.[1] ?? /^(\w{2,16})(?:<|:)/.exec(said)?.[1] ?? "screenos";
  answer(hot, deedOf(said.toLowerCase()), { using });
}

function deedOf(said: string): Deed {
  const isFailure = /fail|denied|reject|invalid|attempt/.test(said);
  if (/scan|flood|attack|spoof|sweep|teardrop|land |winnuke|overflow|malicious/.test(said))
    return attackDeed(/drop|block|denied/.test(said) ? "denied" : "");
  if (/logged out|logout|timed out|has ended/.test(said)) return LOGGED_OFF;
  if (/logged on|login|authenticat|logged in/.test(said)) return isFailure ? LOGON_FAILED : LOGGED_ON;
  if (/policy|configur|was (?:added|modified|changed|set|unset|deleted)|saved|enabled|disabled/.test(said))
    return CONFIGURED;
  if (/\bdown\b|deleted|terminated|disconnect/.test(said)) return ENDED;
  if (/\bup\b|complete|established|connected/.test(said)) return OPENED;
  if (isFailure) return ["connection-failed", "failure"];
  return /boot|restart|reset/.test(said) ? ["system-started", "success"] : UNTOLD;
}
