import { digitsAt, monthAt, readIso, readMonthFirst, type TimeRead } from "../instant.ts";
import { type ParseHints, zoneOf } from "../reading.ts";
import { syslogOfLevelWord } from "../severity.ts";
import { readStructuredData } from "./structured-data.ts";

/** What stands before the message. -1, "" and NaN mean "not said". */
export type SyslogHeader = {
  facility: number;
  severity: number;
  /** Was a time written, even an unreadable one? */
  hasTime: boolean;
  timeMs: number;
  host: string;
  program: string;
  pid: string;
  messageId: string;
  structured: readonly (readonly [string, string])[];
  /** A PRI or a BSD time in front: the word after the time is the host. Application logs have an ISO time and no host. */
  isHostSure: boolean;
  /** Where the message starts. */
  messageAt: number;
};

/**
 * Reads an RFC 5424 or RFC 3164 header, with what devices do to the latter: no PRI, no or another time (ISO, with a year, Cisco's
 * `*Mar  1 …:` and sequence numbers), no host, no tag. Undefined when there is neither a PRI nor a time in front.
 */
export function readSyslogHeader(text: string, hints: ParseHints): SyslogHeader | undefined {
  const pri = readPri(text);
  const at = pri?.end ?? 0;
  const header: SyslogHeader = {
    facility: pri === undefined ? -1 : pri.value >> 3,
    severity: pri === undefined ? -1 : pri.value & 7,
    hasTime: false,
    timeMs: Number.NaN,
    host: "",
    program: "",
    pid: "",
    messageId: "",
    structured: [],
    isHostSure: false,
    messageAt: at,
  };
  const version = text.charCodeAt(at);
  if (version >= 49 && version <= 57 && text.charCodeAt(at + 1) === 32 && (pri !== undefined || STORED.test(text))) {
    if (readModern(header, text, hints)) return header;
  }
  const found = readOld(header, text, hints);
  return pri !== undefined || found ? header : undefined;
}

/** RFC 5424 as some write it to a file, without its PRI: `1 2026-11-23T10:00:00Z host app - - -`. */
const STORED = /^1 \d{4}-\d\d-\d\dT\S{8,28} \S{1,255} \S{1,48} \S{1,128} \S{1,32} [-[]/;

function readPri(text: string): { value: number; end: number } | undefined {
  if (text.charCodeAt(0) !== 60) return undefined;
  const close = text.indexOf(">", 1);
  if (close < 2 || close > 4) return undefined;
  const value = digitsAt(text, 1, close - 1);
  return value < 0 || value > 191 ? undefined : { value, end: close + 1 };
}

/** RFC 5424 §6: `1 TIME HOST APP PROCID MSGID SD [MSG]`. */
function readModern(header: SyslogHeader, text: string, hints: ParseHints): boolean {
  const words: string[] = [];
  let at = header.messageAt + 2;
  for (let i = 0; i < 5; i += 1) {
    const space = text.indexOf(" ", at);
    if (space < 0) return false;
    words.push(text.slice(at, space));
    at = space + 1;
  }
  const [stamp = "", host = "", app = "", pid = "", messageId = ""] = words;
  const time = readIso(stamp, 0, zoneOf(hints));
  if (stamp !== "-" && time === undefined) return false;
  header.hasTime = stamp !== "-";
  header.timeMs = time?.ms ?? Number.NaN;
  header.host = known(host);
  header.program = known(app);
  header.pid = known(pid);
  header.messageId = known(messageId);
  const data = readStructuredData(text, at);
  header.structured = data.params;
  at = data.end;
  if (text.charCodeAt(at) === 32) at += 1;
  if (text.charCodeAt(at) === 0xfeff) at += 1;
  header.messageAt = at;
  return true;
}

const known = (word: string): string => (word === "-" ? "" : word);

/** RFC 3164 §4.1, tolerantly. Returns whether a time was found. */
function readOld(header: SyslogHeader, text: string, hints: ParseHints): boolean {
  let at = header.messageAt;
  const device = skipSequence(text, at);
  at = device.end;
  const time = readTime(text, at, hints);
  if (time !== undefined) {
    header.hasTime = true;
    header.timeMs = time.ms;
    header.isHostSure = header.facility >= 0 || monthAt(text, at) > 0;
    at = skipTimeTail(text, time.end);
  } else if (device.host !== "") at = header.messageAt;
  if (time !== undefined && device.host !== "") header.host = device.host;
  else if (time !== undefined || header.facility >= 0) at = readHost(header, text, at);
  header.messageAt = readTag(header, text, at);
  return time !== undefined;
}

/** Cisco IOS: `123: ` or `123: router1: ` before the time; a `*` or `.` marks a clock that is not synchronized. */
function skipSequence(text: string, at: number): { end: number; host: string } {
  let i = at;
  while (text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57) i += 1;
  let host = "";
  if (i > at && text.charCodeAt(i) === 58 && text.charCodeAt(i + 1) === 32) {
    i += 2;
    const colon = text.indexOf(": ", i);
    const word = colon > i && colon - i <= 64 ? text.slice(i, colon) : "";
    if (word !== "" && /^[A-Za-z][\w.-]*$/.test(word) && startsTime(text, colon + 2)) {
      host = word;
      i = colon + 2;
    }
  } else i = at;
  const mark = text.charCodeAt(i);
  if ((mark === 42 || mark === 46) && monthAt(text, i + 1) > 0) i += 1;
  return { end: i, host };
}

const startsTime = (text: string, at: number): boolean =>
  monthAt(text, at) > 0 || monthAt(text, at + 1) > 0 || digitsAt(text, at, 4) > 0;

function readTime(text: string, at: number, hints: ParseHints): TimeRead | undefined {
  const zone = zoneOf(hints);
  const c = text.charCodeAt(at);
  if (c >= 48 && c <= 57) return readIso(text, at, zone);
  return readMonthFirst(text, at, { zone, nearMs: hints.receivedAtMs });
}

/** After the time: ` `, `: `, or a zone's name as Cisco writes it (` UTC: `). */
function skipTimeTail(text: string, at: number): number {
  let i = at;
  const zone = /^ (?:UTC|GMT|[A-Z]{3,4}):/.exec(text.slice(i, i + 8));
  if (zone !== null) i += zone[0].length;
  else if (text.charCodeAt(i) === 58) i += 1;
  while (text.charCodeAt(i) === 32) i += 1;
  return i;
}

const MAX_HOST_CHARS = 255;
const MAX_TAG_CHARS = 128;

/** The next word is the host unless it looks like a tag (`sshd[1]:`), a Cisco mnemonic, a pair or a payload. */
function readHost(header: SyslogHeader, text: string, at: number): number {
  let end = text.indexOf(" ", at);
  if (end < 0) end = text.length;
  if (end === at || end - at > MAX_HOST_CHARS || end === text.length) return at;
  for (let i = at; i < end; i += 1) {
    const c = text.charCodeAt(i);
    const isWord = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57);
    if (!isWord && c !== 45 && c !== 46 && c !== 95 && c !== 58) return at;
  }
  if (text.charCodeAt(end - 1) === 58) return at;
  const word = text.slice(at, end);
  const level = end - at <= 11 ? syslogOfLevelWord(word) : -1;
  if (level >= 0 && header.severity < 0) {
    header.severity = level;
    return end + 1;
  }
  if (!header.isHostSure && !hasTag(text, end + 1) && !startsPanOs(text, end + 1)) return at;
  header.host = word;
  // A relay that puts the sender's name in front of a line that has it (UniFi's and others') writes it twice.
  return text.startsWith(`${word} `, end + 1) ? end + 1 + word.length + 1 : end + 1;
}

/** PAN-OS's columns need no tag: `1,2026/11/23 10:00:00,`. */
const startsPanOs = (text: string, at: number): boolean =>
  text.charCodeAt(at + 1) === 44 && text.charCodeAt(at + 6) === 47 && text.charCodeAt(at + 9) === 47;

function hasTag(text: string, at: number): boolean {
  let end = text.indexOf(" ", at);
  if (end < 0) end = text.length;
  return end - at <= MAX_TAG_CHARS && text.charCodeAt(end - 1) === 58;
}

/** `program[pid]: `, `program: `; anything else is message from its first character on. */
function readTag(header: SyslogHeader, text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_TAG_CHARS);
  let i = at;
  for (; i < limit; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 91 || c === 58 || c === 32 || c === 61 || c === 123 || c === 34) break;
  }
  const stop = text.charCodeAt(i);
  if (i === at || (stop !== 91 && stop !== 58)) return at;
  const program = text.slice(at, i);
  if (program === "CEF" || program === "LEEF") return at;
  if (stop === 91 && (program === "PP" || program === "TUNNEL")) return at; // Yamaha's interfaces: PP[01]
  let end = i;
  if (stop === 91) {
    const close = text.indexOf("]", i);
    if (close < 0 || close - i > 64) return at;
    header.pid = text.slice(i + 1, close);
    end = close + 1;
    if (text.charCodeAt(end) === 58) end += 1;
    else if (text.charCodeAt(end) !== 32) {
      header.pid = "";
      return at;
    }
  } else if (text.charCodeAt(i + 1) !== 32 && i + 1 < text.length) return at;
  else end = i + 1;
  header.program = program;
  while (text.charCodeAt(end) === 32) end += 1;
  return end;
}
