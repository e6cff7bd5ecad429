import { MAX_FIELDS } from "../bounds.ts";
import { civilMs, digitsAt, epochToMs, finishTime, monthAt, readIso } from "../instant.ts";
import {
  classify,
  firstText,
  note,
  type ParseHints,
  type Reading,
  setField,
  setTimeMs,
  textOf,
  zoneOf,
} from "../reading.ts";
import { setDevice } from "./answer.ts";
import { answerCheckPoint } from "./check-point-answers.ts";

/**
 * Check Point's logs as its Log Exporter and older tools write them (CEF and LEEF have readers of their own):
 * `[action:"Drop"; src:"…"; …]` (syslog), `time=…|action=…|…` (Splunk, LEA) and `23Nov2026 10:00:00 drop fw1 >eth0 src: …; …` (fw log).
 *
 * | question   | column     | from                                                                          |
 * |------------|------------|-------------------------------------------------------------------------------|
 * | who        | who        | src_user_name, user, administrator, else dst_user_name                        |
 * | where from | where_from | src, client_ip, else the gateway (origin)                                     |
 * | with what  | with_what  | appi_name, service_id, the protocol, else the blade (product)                 |
 * | what       | what       | resource (URL), file_name, objectname, `dst:service`, else the attack's name  |
 * | did what   | did_what   | by blade and action: connection, request, attack, malware, logon, change      |
 *
 * Fields are Check Point's own names, and Sigma's firewall, proxy or antivirus names. Sigma: product `checkpoint`, service the blade
 * (`firewall`, `ips` …). Severity: 0–4 or a word. Time: the epoch, else the wall clock, which is local to the source's zone.
 * Source: Check Point Log Fields Description (sk144192), Log Exporter (sk122323).
 */
export function readCheckPoint(event: Reading, text: string, hints: ParseHints): boolean {
  const form = text.charCodeAt(0) === 91 ? "syslog" : text.includes("|") ? "pipes" : "lines";
  const pairs = form === "syslog" ? readQuoted(event, text) : readPlain(event, text, form === "pipes" ? "|" : ";");
  const { fields, hot } = event;
  // Nobody else writes `[action:"…"`: that form is enough, even when the line was cut off.
  const isCertain = form === "syslog" && fields.action !== undefined;
  if (!isCertain && (pairs < 4 || (fields.action === undefined && fields.operation === undefined) || !isOurs(event)))
    return undo(event);
  setCheckPointTime(event, zoneOf(hints));
  classify(hot, "checkpoint", { product: "checkpoint", category: "", service: "" });
  setDevice(hot, { vendor: "Check Point", product: "", name: firstText(fields, ["origin", "orig", "hostname"]) });
  answerCheckPoint(event);
  return true;
}

/** Marks that no other log of pairs has, or the name of one of Check Point's blades. */
const isOurs = ({ fields }: Reading): boolean =>
  ["loguid", "i/f_dir", "ifdir", "i/f_name", "ifname", "sequencenum"].some((name) => fields[name] !== undefined) ||
  PRODUCT.test(textOf(fields, "product"));
const PRODUCT =
  /^(?:VPN-1|FireWall-1|Check ?Point|SmartDefense|SmartConsole|SmartDashboard|Smart[A-Z]|Application Control|URL Filtering|Anti[- ]?(?:Bot|Virus|Malware|Spam)|New Anti Virus|IPS$|Threat Emulation|Threat Extraction|Identity Awareness|Mobile Access|DLP$|Content Awareness|HTTPS Inspection|Connectra|Endpoint|Harmony|Forensics|System Monitor|WEB_API|Security Gateway|SandBlast|Zero Phishing|Log Update|Syslog$|Eventia|Firewall$|Core$)/i;

/** Another format's line: what was read of it is forgotten. */
function undo(event: Reading): boolean {
  for (const name of Object.keys(event.fields)) delete event.fields[name];
  event.fieldCount = 0;
  event.problem = "";
  return false;
}

/** `[key:"value"; key:"value"; …]`, where `\"` and `\]` are escapes in a value. */
function readQuoted(event: Reading, text: string): number {
  let at = 1;
  let count = 0;
  while (at < text.length) {
    const colon = text.indexOf(':"', at);
    if (colon < 0 || colon - at > 128) return count;
    let end = colon + 2;
    let hasEscape = false;
    for (; end < text.length && text.charCodeAt(end) !== 34; end += 1)
      if (text.charCodeAt(end) === 92) {
        hasEscape = true;
        end += 1;
      }
    if (count >= MAX_FIELDS) {
      note(event, "too_many_fields");
      return count;
    }
    const value = text.slice(colon + 2, end);
    const nameEnd = text.charCodeAt(colon - 1) === 58 ? colon - 1 : colon; // `ike::"…"`
    setField(event, text.slice(at, nameEnd).trim(), hasEscape ? value.replaceAll(/\\(["\]\\=])/g, "$1") : value);
    count += 1;
    at = end + 1;
    while (text.charCodeAt(at) === 59 || text.charCodeAt(at) === 32) at += 1;
    if (text.charCodeAt(at) === 93) return count;
  }
  return count;
}

/** `key=value|key=value`, or `date time action gateway >interface key: value; key: value`. */
function readPlain(event: Reading, text: string, separator: "|" | ";"): number {
  const mark = separator === "|" ? "=" : ": ";
  let at = separator === "|" ? 0 : readLead(event, text);
  let count = 0;
  let equals = -1;
  while (at >= 0 && at < text.length) {
    let end = text.indexOf(separator, at);
    if (end < 0) end = text.length;
    if (equals < at) equals = text.indexOf(mark, at);
    if (equals > at && equals < end) {
      if (count >= MAX_FIELDS) {
        note(event, "too_many_fields");
        return count;
      }
      setField(event, text.slice(at, equals).trim(), text.slice(equals + mark.length, end).trim());
      count += 1;
    } else if (equals < 0) return count;
    at = end + 1;
  }
  return count;
}

const LEAD =
  /^ {0,4}(\d{1,2}[A-Z][a-z]{2}\d{4}) {1,4}(\d{1,2}:\d\d:\d\d)(?: \d{1,3} N\/A \d{1,3})? {1,4}([a-z]{3,16}) {1,4}(\S{1,64}) {1,4}(?:([<>])(\S{1,32}) )?/;

/** Where the pairs start, or -1. */
function readLead(event: Reading, text: string): number {
  const read = LEAD.exec(text.slice(0, 256));
  if (read === null) return -1;
  const [whole, date = "", time = "", action = "", origin = "", way = "", name = ""] = read;
  setField(event, "time", `${date} ${time}`);
  setField(event, "action", action);
  setField(event, "origin", origin.replace(/:$/, ""));
  if (way !== "") setField(event, "ifdir", way === ">" ? "inbound" : "outbound");
  if (name !== "") setField(event, "ifname", name);
  return whole.length;
}

function setCheckPointTime(event: Reading, zone: string): void {
  const text = textOf(event.fields, "time") || textOf(event.fields, "start_time");
  if (text === "") return;
  const epoch = Number(text);
  if (epoch > 1e8) setTimeMs(event, epochToMs(epoch));
  else setTimeMs(event, readIso(text, 0, zone)?.ms ?? dayFirst(text, zone));
}

/** `23Nov2026 10:00:00`, the day with one or two digits. */
function dayFirst(text: string, zone: string): number {
  const width = digitsAt(text, 0, 2) >= 0 ? 2 : 1;
  const clock = text.indexOf(" ") + 1;
  const month = monthAt(text, width);
  const hourWidth = digitsAt(text, clock, 2) >= 0 ? 2 : 1;
  const rest = clock + hourWidth;
  const local = civilMs({
    year: digitsAt(text, width + 3, 4),
    month,
    day: digitsAt(text, 0, width),
    hour: digitsAt(text, clock, hourWidth),
    minute: digitsAt(text, rest + 1, 2),
    second: digitsAt(text, rest + 4, 2),
  });
  return finishTime(text, rest + 6, { local, zone }).ms;
}
