import { MAX_PID, toCount, toIp } from "../address.ts";
import { readApplication } from "../application/application.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { readFirewallWithin } from "../firewall/recognize.ts";
import {
  act,
  addField,
  bounded,
  classify,
  type ParseHints,
  type Reading,
  setField,
  setTimeMs,
  zoneOf,
} from "../reading.ts";
import { readInetd } from "../server/system.ts";
import { levelOfSyslog, severityOfSyslog } from "../severity.ts";
import { readOssecWindows } from "../windows/ossec.ts";
import { readNamed } from "./dns.ts";
import { FACILITIES } from "./facilities.ts";
import { readSyslogHeader, type SyslogHeader } from "./header.ts";
import { readByProgram } from "./programs.ts";

/** Reads a payload that has a format of its own (CEF, JSON, key=value, an access log); false when it has none. */
export type PayloadReader = (event: Reading, text: string, hints: ParseHints) => boolean;

/**
 * Syslog: the envelope of RFC 3164 and RFC 5424, then the message by what it is: a payload with a format of its own, else by program
 * (programs.ts), else plain text.
 *
 * | question   | column     | from                                                    |
 * |------------|------------|---------------------------------------------------------|
 * | who        | who        | the account that the program names                      |
 * | where from | where_from | the far address that it names, else the host            |
 * | with what  | with_what  | the program                                             |
 * | what       | what       | by program, else the message                            |
 * | did what   | did_what   | by program; "" for a message that no reader understands |
 *
 * Fields: hostname, program, pid, facility, severity, `sd.<id>.<param>`, message; a payload's own fields come first.
 */
export function readSyslog(
  event: Reading,
  text: string,
  context: { hints: ParseHints; readPayload: PayloadReader },
): boolean {
  const header = readSyslogHeader(text, context.hints);
  if (header === undefined) return false;
  readMessage(event, text.slice(header.messageAt).trim(), { ...context, header });
  return true;
}

/** What stands behind a header, which may have come apart from it: in a shipper's JSON. */
export function readMessage(
  event: Reading,
  message: string,
  context: { header: SyslogHeader; hints: ParseHints; readPayload: PayloadReader },
): void {
  const { header, hints } = context;
  if (context.readPayload(event, message, withProgram(hints, header.program))) {
    fillEnvelope(event, header, hints);
    return;
  }
  const { hot } = event;
  hot.message = clip(message, MAX_MESSAGE_CHARS);
  hot.process_name = bounded(header.program);
  hot.process_pid = toCount(header.pid, MAX_PID);
  fillEnvelope(event, header, hints);
  setField(event, "message", message);
  const isRead =
    readByProgram(event, message, { ...header, zone: zoneOf(hints) }) ||
    readApplication(event, message, hints) ||
    readByMessage(event, message, header) ||
    (header.program === "WinEvtLog" && readOssecWindows(event, `WinEvtLog: ${message}`, hints)) ||
    (isRelayed(header) && readFirewallWithin(event, message, hints));
  if (!isRead) readPlain(event, header);
  if (hot.where_from === "") hot.where_from = hot.host_name || hot.host_ip;
  if (hot.what === "") hot.what = bounded(hot.message);
}

/** What a server says in words that are only its own, whatever name stands in the tag: a container's, a relay's, a misspelled one. */
function readByMessage(event: Reading, message: string, { program }: SyslogHeader): boolean {
  if (/^client (?:@0x[0-9a-f]{4,16} )?[0-9A-Fa-f.:]{2,45}#\d{1,5}/.test(message)) return readNamed(event, message, "");
  const isShell = /^Connection from [0-9A-Fa-f.:]{2,45} on illegal port$/.test(message);
  return isShell && readInetd(event, message, { program, zone: "" });
}

/**
 * Whether a device's line may stand in the message: behind no program, or behind a number, an address or the host's own name in its
 * place. What a named program logs may be what a stranger typed into it.
 */
const isRelayed = ({ program, host }: SyslogHeader): boolean =>
  program === "" || program === host || program === "CheckPoint" || /^[\d.:-]+$/.test(program);

/** A web server that logs through syslog names itself in the tag. */
function withProgram(hints: ParseHints, program: string): ParseHints {
  if (program === "nginx") return { ...hints, format: "nginx" };
  if (program === "httpd" || program === "apache2" || program === "apache") return { ...hints, format: "apache" };
  if (program.startsWith("squid") || program === "(squid-1)") return { ...hints, format: "squid-syslog" };
  return hints;
}

/** The envelope never overrules what the payload said of itself. */
export function fillEnvelope(event: Reading, header: SyslogHeader, hints: ParseHints): void {
  const { hot } = event;
  if (Number.isNaN(event.timeMs) && event.problem === "" && header.hasTime) setTimeMs(event, header.timeMs);
  if (hot.host_name === "") {
    hot.host_name = bounded(header.host);
    if (toIp(header.host) !== "") hot.host_ip = toIp(header.host);
  }
  if (hot.host_ip === "" && hot.host_name === "" && hints.transport.startsWith("syslog"))
    hot.host_ip = peerIp(hints.peer);
  if (header.severity >= 0 && hot.event_severity === 0) {
    hot.log_level = levelOfSyslog(header.severity);
    hot.event_severity = severityOfSyslog(header.severity);
  }
  addField(event, "hostname", header.host);
  addField(event, "program", header.program);
  addField(event, "pid", header.pid);
  if (header.facility >= 0) {
    addField(event, "facility", FACILITIES[header.facility] ?? "");
    addField(event, "severity", levelOfSyslog(header.severity));
  }
  addField(event, "msgid", header.messageId);
  for (const [name, value] of header.structured) setField(event, name, value);
  if (hot.where_from === "") hot.where_from = hot.host_name;
  if (hot.with_what === "") hot.with_what = bounded(header.program);
}

const peerIp = (peer: string): string => toIp(peer) || toIp(peer.replace(/:\d+$/, ""));

/** A message that no reader knows: Linux when a program speaks, otherwise a device that nobody named. */
function readPlain(event: Reading, header: SyslogHeader): void {
  const { hot } = event;
  const isLinux = header.program !== "" && !header.program.startsWith("%");
  classify(hot, "syslog", { product: isLinux ? "linux" : "", category: "", service: isLinux ? "syslog" : "" });
  act(hot, "", "");
  hot.with_what = bounded(header.program);
}
