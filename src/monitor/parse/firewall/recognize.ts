import { monthAt } from "../instant.ts";
import type { ParseHints, Reading } from "../reading.ts";
import { readCheckPoint } from "./check-point.ts";
import { readCiscoText } from "./cisco.ts";
import { readPanOs } from "./pan-os.ts";
import { readScreenOs } from "./screen-os.ts";
import { readSonicWall } from "./sonicwall.ts";
import { readSophos } from "./sophos.ts";
import { readWatchGuard } from "./watchguard.ts";
import { readYamaha } from "./yamaha.ts";

/** What a source may be pinned to here; Yamaha's router writes lines that nothing but the pin tells from any other text. */
export const FIREWALLS: readonly string[] = ["panos", "checkpoint", "sonicwall", "yamaha"];

/**
 * Firewalls and routers whose lines say themselves whose they are, inside syslog or bare. The first character sends every other
 * format on its way. Those that syslog's tag names (Cisco, SRX, filterlog, the kernel) are in syslog/programs.ts.
 */
export function readFirewall(event: Reading, text: string, hints: ParseHints): boolean {
  if (hints.format === "yamaha" && !text.startsWith("<")) return readYamaha(event, text, true);
  switch (text.charCodeAt(0)) {
    case 91: // [
      return text.startsWith('[action:"') || text.startsWith('[flags:"')
        ? readCheckPoint(event, text, hints)
        : readYamaha(event, text, false);
    case 44: // ,
      return readPanOs(event, text, hints);
    case 39: // 'sato' succeeded for SSH
    case 67: // Configuration saved
    case 73: // IP Tunnel[1] Up
    case 76: // LAN1, Login
    case 80: // PP[01]
    case 84: // TUNNEL[1]
      return OF_YAMAHA.test(text) && readYamaha(event, text, false);
    case 78: // NetScreen, Netscreen
      return text.startsWith("Net") && readScreenOs(event, text, hints);
    case 100: // device="SFW", device_name=
      return text.startsWith("device") && readSophos(event, text, hints);
    case 109: // msg_id="3000-0148"
      return text.startsWith("msg_id=") && readWatchGuard(event, text);
    case 105: // id=firewall
      return text.startsWith("id=") && readSonicWall(event, text, hints);
    case 108: // loc=, loguid=
    case 116: // time=
      return text.includes("|") && readCheckPoint(event, text, hints);
    default:
      return readNumbered(event, text, hints);
  }
}

/**
 * What no other text has in it: Cisco's tag, the first columns of PAN-OS and of a filter log's pairs. A relay, a file's own time or an
 * envelope that nobody can read may stand in front.
 */
const MARK =
  /%[A-Z][A-Z0-9_]{1,31}(?:-[A-Za-z0-9_]{0,31}){0,3}-[0-7]-[A-Za-z0-9_]{2,40}(?: ?: | )|(?<=\s)\d?,\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,|\[(?:action|flags):"|(?<=\s)id=\S{1,64} {1,4}sn=|(?<=: )msg_id="[\dA-F]{4}-[\dA-F]{4}" /;
const MAX_LEAD = 384;

/**
 * What may stand in front: nothing, a name, or words that end in a clock's time with at most two names behind it. Any other text may be
 * what a stranger typed into a program that logs it, and would forge a firewall's event.
 */
const LEAD =
  /^(?:\S{1,128} {1,4}|.*\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| [A-Z]{3,4})?\)?:?(?: {1,4}[\w.:[\]/-]{1,128}){0,2} {1,4}(?:: )?)?$/;

/** Reads what begins with a device's own mark somewhere in the line's first 384 characters: the last resort before plain text. */
export function readFirewallWithin(event: Reading, text: string, hints: ParseHints): boolean {
  const at = text.slice(0, MAX_LEAD).search(MARK);
  if (at < 0 || !LEAD.test(text.slice(0, at))) return false;
  const marked = at === 0 ? text : text.slice(at);
  return readCiscoText(event, marked) || (at > 0 && readFirewall(event, marked, hints));
}

/** How an untagged line of a Yamaha router begins. Sentences that anybody writes (`LAN1: link up`) are left to the pin. */
const OF_YAMAHA =
  /^(?:'|Configuration (?:saved|loaded) (?:in|from) "?CONFIG\d|IP Tunnel\[\d|LAN\d\S{0,20} (?:Rejected|Passed|Restricted) at |LAN\d\S{0,20}: PORT\d{1,2} link |Log(?:in|out) |PP\[|TUNNEL\[)/;

/** `1,2026/11/23 10:00:00,` and `23Nov2026 10:00:00`. */
function readNumbered(event: Reading, text: string, hints: ParseHints): boolean {
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57) return false;
  if (monthAt(text, 2) > 0 || monthAt(text, 1) > 0) return readCheckPoint(event, text, hints);
  return readPanOs(event, text, hints);
}
