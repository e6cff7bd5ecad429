import { readApplication } from "./application/application.ts";
import { readCef } from "./cef.ts";
import { FORMATS } from "./contract.ts";
import { CUSTOM_PREFIX } from "./custom/index.ts";
import { FIREWALLS, readFirewall, readFirewallWithin } from "./firewall/recognize.ts";
import type { JsonObject } from "./flatten.ts";
import { readAuditRecord } from "./json/auditd.ts";
import { readCarrier, readJson, readObject, readOtlp } from "./json/json.ts";
import { OWN_TRANSPORT, readOwn } from "./json/own.ts";
import { readKeyValue } from "./key-value.ts";
import { readLeef } from "./leef.ts";
import { readRaw } from "./raw.ts";
import { addField, note, type ParseHints, type Reading, setTime, zoneOf } from "./reading.ts";
import { readServerLine } from "./server/lines.ts";
import { readModSecurityParts } from "./server/modsecurity.ts";
import { readUnboundLine } from "./server/resolvers.ts";
import { readNamed } from "./syslog/dns.ts";
import { readIptables } from "./syslog/iptables.ts";
import { readSyslog } from "./syslog/syslog.ts";
import { readHeadLine, readRow, readUnheaded } from "./table/rows.ts";
import { readAccess } from "./web/access.ts";
import { readErrorLog } from "./web/error-log.ts";
import { readLoadBalancer } from "./web/load-balancer.ts";
import { asProxy, readSquid } from "./web/squid.ts";
import { parseEventXml } from "./windows/event-xml.ts";
import { readOssecWindows } from "./windows/ossec.ts";
import { readWindows } from "./windows/windows.ts";

/** Reads a line by its source's pinned format, else by what it looks like; the last resort is plain text. */
export function readLine(event: Reading, text: string, hints: ParseHints): void {
  if (hints.transport === OWN_TRANSPORT) {
    readOwn(event, text);
    return;
  }
  if (hints.transport === OTLP_TRANSPORT && readOtlp(event, text, (line) => readBody(event, line, hints))) return;
  if (hints.format === "raw") {
    readRaw(event, text, true);
    return;
  }
  if (readCustom(event, text, hints)) return;
  if (readHeadLine(event, text, hints) || readRow(event, text, { hints, readEvent })) return;
  if (hints.table !== undefined) {
    readLine(event, text.trim(), { ...hints, table: undefined });
    return;
  }
  if (hints.format === "auto" || !PINNED.has(hints.format)) {
    if (isPinnedToCustom(hints)) {
      if (readCarrier(event, text, contextOf(hints))) return;
      note(event, "not_the_pinned_format");
    }
    if (!readAuto(event, text, hints)) readRaw(event, text, false);
    return;
  }
  // A pin is about lines: what would read the JSON around one as its own text must not come first.
  if (!DOCUMENTS.has(hints.format) && readCarrier(event, text, contextOf(hints))) return;
  if (readPinned(event, text, hints)) return;
  note(event, "not_the_pinned_format");
  if (!readAuto(event, text, { ...hints, format: "auto" })) readRaw(event, text, true);
}

const OTLP_TRANSPORT = "otlp";

const readCustom = (event: Reading, text: string, hints: ParseHints): boolean =>
  hints.custom?.(event, text, hints) ?? false;

/** Pinned to a parser that somebody wrote. While none is published there is nothing that a line could fail to be. */
const isPinnedToCustom = ({ custom, format }: ParseHints): boolean =>
  custom !== undefined && format.startsWith(CUSTOM_PREFIX);

const contextOf = (hints: ParseHints) => ({ hints, readPayload, readCarried: readBody });

/** A source's pinned format is that of the line in a log record or in a shipper's document, not of what carries it. */
function readBody(event: Reading, line: string, hints: ParseHints): boolean {
  if (hints.format === "raw") return false;
  if (readCustom(event, line, hints)) return true;
  if (isPinnedToCustom(hints)) note(event, "not_the_pinned_format");
  if (!PINNED.has(hints.format) || CARRIERS.has(hints.format)) return readAuto(event, line, hints);
  if (readPinned(event, line, hints)) return true;
  note(event, "not_the_pinned_format");
  return readAuto(event, line, { ...hints, format: "auto" });
}

/** Reads what is JSON already, as readLine reads its text. */
export const readEvent = (event: Reading, object: JsonObject, hints: ParseHints): void =>
  readObject(event, object, contextOf(hints));

const PINNED: ReadonlySet<string> = new Set(FORMATS.filter((format) => format !== "auto" && format !== "raw"));

/** Pinned formats whose events are JSON documents themselves. */
const DOCUMENTS: ReadonlySet<string> = new Set(["json", "windows", "flow", "zeek"]);
/** Pinned formats whose documents may carry lines of any format. */
const CARRIERS: ReadonlySet<string> = new Set(["json", "syslog"]);

/** A pinned source may still wrap its lines in syslog or in a shipper's JSON. */
function readPinned(event: Reading, text: string, hints: ParseHints): boolean {
  if (FIREWALLS.includes(hints.format)) return readFirewall(event, text, hints) || readSyslogOf(event, text, hints);
  switch (hints.format) {
    case "windows":
      return (
        readEventXml(event, text, hints) || readJson(event, text, contextOf(hints)) || readSyslogOf(event, text, hints)
      );
    case "json":
    case "flow":
      return readJson(event, text, contextOf(hints)) || readSyslogOf(event, text, hints);
    case "syslog":
      return readSyslogOf(event, text, hints);
    case "apache":
    case "nginx":
    case "web":
      return readWeb(event, text, hints) || readSyslogOf(event, text, hints);
    case "squid":
      return readProxy(event, text, hints) || readSyslogOf(event, text, hints);
    case "cef":
      return readCef(event, text, hints) || readSyslogOf(event, text, hints);
    case "leef":
      return readLeef(event, text, hints) || readSyslogOf(event, text, hints);
    case "zeek":
      return (
        readUnheaded(event, text, hints) || readJson(event, text, contextOf(hints)) || readSyslogOf(event, text, hints)
      );
    case "w3c":
    case "csv":
      return readUnheaded(event, text, hints) || readSyslogOf(event, text, hints);
    default:
      return readKeyValue(event, text, hints) || readSyslogOf(event, text, hints);
  }
}

const readWeb = (event: Reading, text: string, hints: ParseHints): boolean =>
  readAccess(event, text, hints) || readErrorLog(event, text, hints);

function readProxy(event: Reading, text: string, hints: ParseHints): boolean {
  if (readSquid(event, text)) return true;
  if (!readAccess(event, text, hints)) return false;
  asProxy(event, text, true);
  return true;
}

const readSyslogOf = (event: Reading, text: string, hints: ParseHints): boolean =>
  readSyslog(event, text, { hints, readPayload });

function readEventXml(event: Reading, text: string, hints: ParseHints): boolean {
  if (!text.startsWith("<Event") && !text.startsWith("<?xml")) return false;
  const object = parseEventXml(text);
  return object !== undefined && readWindows(event, object, hints);
}

/** containerd and CRI-O (Kubernetes' CRI log format) put time, stream and a mark for whole or part in front: `2026-11-20T01:00:00.1Z stderr F …`. */
const CONTAINER = /^(\d{4}-\d\d-\d\dT\S{8,30}) (stdout|stderr) [FP](?::\S{1,16})? /;

function readAuto(event: Reading, text: string, hints: ParseHints): boolean {
  const head = text.charCodeAt(10) === 84 ? CONTAINER.exec(text.slice(0, 96)) : null;
  if (head === null) return readByLook(event, text, hints);
  const [whole, time = "", stream = ""] = head;
  const line = text.slice(whole.length);
  if (!readCustom(event, line, hints) && !readByLook(event, line, hints)) readRaw(event, line, false);
  event.isVerbatim = false;
  addField(event, "stream", stream);
  if (Number.isNaN(event.timeMs) && event.problem !== "time_absurd") setTime(event, time, "");
  return true;
}

/** By the first characters, most formats are told apart; the readers themselves say whether the line is theirs. */
function readByLook(event: Reading, text: string, hints: ParseHints): boolean {
  const first = text.charCodeAt(0);
  if (first === 123) return readJson(event, text, contextOf(hints));
  if (first === 60) return readEventXml(event, text, hints) || readSyslogOf(event, text, hints);
  if (first === 91 && text.charCodeAt(1) === 123) return false;
  const isDigit = first >= 48 && first <= 57;
  if (isDigit && readUnheaded(event, text, hints)) return true;
  if (first === 91 && readUnboundLine(event, text)) return true;
  if (first === 99 && text.startsWith("client @0x") && readNamed(event, text, zoneOf(hints))) return true;
  if (first === 119 || first === 104 || first === 103) {
    // AWS's load balancer: `http `, `https `, `h2 `, `ws `, `wss `, `grpcs `.
    if (readLoadBalancer(event, text)) return true;
  }
  if (first === 116 && text.startsWith('time="') && readApplication(event, text, hints)) return true;
  if ((first === 87 || text.startsWith("WinEvtLog: ", 21)) && readOssecWindows(event, text, hints)) return true;
  if (first === 45 && text.startsWith("--") && readModSecurityParts(event, text)) return true;
  if (readPayload(event, text, hints) || (isDigit && readServerLine(event, text, hints))) return true;
  if (text.charCodeAt(2) === 45 && readNamed(event, text, zoneOf(hints))) return true;
  if (readApplication(event, text, hints)) return true;
  if (/^[a-z-]{3,24}: (?:\w{4,8}: )?client @0x/.test(text) && readNamed(event, text, zoneOf(hints))) return true;
  return readSyslogOf(event, text, hints) || readFirewallWithin(event, text, hints);
}

/** Formats that also come inside syslog. `{` must be JSON; the others are tried by what they start with. */
function readPayload(event: Reading, text: string, hints: ParseHints): boolean {
  const first = text.charCodeAt(0);
  if (first === 123) {
    const isRead = readJson(event, text, contextOf(hints));
    // What it is inside of adds values, and may be JSON itself, in which this text's own escapes are written anew.
    event.isVerbatim = false;
    return isRead;
  }
  if (first === 60) return readEventXml(event, text, hints);
  if (first === 67 && text.startsWith("CEF:")) return readCef(event, text, hints);
  if (first === 76 && text.startsWith("LEEF:")) return readLeef(event, text, hints);
  // Some relays take `CEF:` for syslog's tag and leave it out.
  if ((first === 48 || first === 49) && text.charCodeAt(1) === 124 && readCef(event, `CEF:${text}`, hints)) return true;
  if (readFirewall(event, text, hints)) return true;
  if ((first === 116 || first === 110) && text.includes("audit(") && readAuditRecord(event, text)) return true;
  if (hints.format === "squid-syslog") return readProxy(event, text, hints);
  if (first >= 48 && first <= 57 && isEpochStart(text) && readSquid(event, text)) return true;
  if (text.indexOf('] "') > 0 && readAccess(event, text, hints)) {
    asProxy(event, text, false);
    return true;
  }
  if ((first === 91 || (first >= 48 && first <= 57)) && readErrorLog(event, text, hints)) return true;
  if (text.startsWith("IN=") && readIptables(event, text)) return true;
  return startsPair(text) && readKeyValue(event, text, hints);
}

/** `1286536309.586 `: ten digits and milliseconds. */
const isEpochStart = (text: string): boolean => text.charCodeAt(10) === 46 && text.charCodeAt(14) === 32;

/** Does the line begin with `name=`? */
function startsPair(text: string): boolean {
  for (let i = 0; i < 64; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 61) return i > 0;
    const isWord =
      (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 46 || c === 45;
    if (!isWord) return false;
  }
  return false;
}
