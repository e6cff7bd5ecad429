import { type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { readDatabaseLine } from "./databases.ts";
import { readKeaLine } from "./dhcp.ts";
import { readEximLine } from "./exim.ts";
import { readProftpdLine } from "./ftp.ts";
import { readHaproxyLine } from "./haproxy.ts";
import { readWindowsDns } from "./resolvers.ts";
import { readOpenVpnLine } from "./vpn.ts";

/**
 * Reads a line of a server's own log file, outside of syslog. Told apart by its first characters; each reader then looks at the few
 * words after the time before it writes anything.
 */
export function readServerLine(event: Reading, text: string, hints: ParseHints): boolean {
  const zone = zoneOf(hints);
  if (text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32)
    return (
      readKeaLine(event, text, zone) ||
      readEximLine(event, text, zone) ||
      readProftpdLine(event, text, zone) ||
      readOpenVpnLine(event, text, zone) ||
      readDatabaseLine(event, text, zone)
    );
  const third = text.charCodeAt(2);
  const isDate = text.charCodeAt(4) === 47 || third === 47 || third === 46 || text.charCodeAt(1) === 47;
  if (isDate && readWindowsDns(event, text, zone)) return true;
  return readHaproxyLine(event, text, zone) || readDatabaseLine(event, text, zone);
}
