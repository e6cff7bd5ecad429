import { type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { readEximLine } from "./exim.ts";

/**
 * Reads a line of a server's own log file, outside of syslog. Told apart by its first characters; each reader then looks at the few
 * words after the time before it writes anything.
 */
export function readServerLine(event: Reading, text: string, hints: ParseHints): boolean {
  const zone = zoneOf(hints);
  if (text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32) return readEximLine(event, text, zone);
  return false;
}
