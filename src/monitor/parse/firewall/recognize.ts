import { monthAt } from "../instant.ts";
import type { ParseHints, Reading } from "../reading.ts";
import { readCheckPoint } from "./check-point.ts";
import { readPanOs } from "./pan-os.ts";
import { readScreenOs } from "./screen-os.ts";
import { readSonicWall } from "./sonicwall.ts";
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
    case 105: // id=firewall
      return text.startsWith("id=") && readSonicWall(event, text, hints);
    case 108: // loc=, loguid=
    case 116: // time=
      return text.includes("|") && readCheckPoint(event, text, hints);
    default:
      return readNumbered(event, text, hints);
  }
}

/** How an untagged line of a Yamaha router begins. */
const OF_YAMAHA = /^(?:'|Configuration |IP Tunnel\[|LAN\d|Log|PP\[|TUNNEL\[)/;

/** `1,2026/11/23 10:00:00,` and `23Nov2026 10:00:00`. */
function readNumbered(event: Reading, text: string, hints: ParseHints): boolean {
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57) return false;
  if (monthAt(text, 2) > 0 || monthAt(text, 1) > 0) return readCheckPoint(event, text, hints);
  return readPanOs(event, text, hints);
}
