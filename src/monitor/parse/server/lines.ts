import { type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { readDatabaseLine } from "./databases.ts";
import { readKeaLine } from "./dhcp.ts";
import { isExims, readEximLine } from "./exim.ts";
import { readProftpdLine } from "./ftp.ts";
import { readHaproxyLine } from "./haproxy.ts";
import { readWindowsDns } from "./resolvers.ts";
import { readOpenVpnLine } from "./vpn.ts";

const DASH = 45;
const SPACE = 32;
const SLASH = 47;
const DOT = 46;

/**
 * Reads a line that starts with a digit, of a server's own log file, outside of syslog. Told apart by its first characters, then by the
 * few words after the time; what is not a server's costs no more than that.
 */
export function readServerLine(event: Reading, text: string, hints: ParseHints): boolean {
  const zone = zoneOf(hints);
  if (text.charCodeAt(4) === DASH)
    return text.charCodeAt(10) === SPACE ? readDated(event, text, zone) : readDatabaseLine(event, text, zone);
  const third = text.charCodeAt(2);
  const isDate = text.charCodeAt(4) === SLASH || third === SLASH || third === DOT || text.charCodeAt(1) === SLASH;
  if (isDate && readWindowsDns(event, text, zone)) return true;
  return readHaproxyLine(event, text, zone) || readDatabaseLine(event, text, zone);
}

/** An application's level stands where no server of these has a word, but for Kea. */
const LEVEL = /^(?:INFO|DEBUG|WARN|WARNING|ERROR|FATAL|TRACE|NOTICE) +(\[kea-)?/;

/** `2026-11-23 10:00:00[.125][ +0900] …` */
function readDated(event: Reading, text: string, zone: string): boolean {
  const head = text.slice(afterTime(text), 240);
  const level = LEVEL.exec(head);
  if (level !== null) return level[1] !== undefined && readKeaLine(event, text, zone);
  if (isExims(head) && readEximLine(event, text, zone)) return true;
  if (head.includes(" proftpd[") || head.startsWith("proftpd[")) return readProftpdLine(event, text, zone);
  return readOpenVpnLine(event, text, zone) || readDatabaseLine(event, text, zone);
}

/** Where the text after the time, its fraction and offset starts. */
function afterTime(text: string): number {
  let at = 19;
  const fraction = text.charCodeAt(at);
  if (fraction === DOT || fraction === 44) {
    at += 1;
    while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at += 1;
  }
  const sign = text.charCodeAt(at + 1);
  if (text.charCodeAt(at) === SPACE && (sign === 43 || sign === DASH) && text.charCodeAt(at + 6) === SPACE) at += 6;
  return at + 1;
}
