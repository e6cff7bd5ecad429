import { addField, bounded, type Reading, setField } from "../reading.ts";
import { setLevel } from "./answer.ts";
import { readAsa } from "./asa.ts";
import { readFtd } from "./ftd.ts";
import { readIos } from "./ios.ts";

/** Facility (its words joined by `-`), severity, mnemonic or message number. */
const MNEMONIC = /^%?([A-Z][A-Z0-9_]*)((?:-[A-Za-z0-9_]*)*)-([0-7])-([A-Z][A-Za-z0-9_]*|\d+)$/;
const MAX_TAG_CHARS = 96;

/** Whose message numbers are ASA's. */
const SECURITY = new Set(["ASA", "FTD", "PIX", "FWSM"]);

/**
 * Cisco's `%FACILITY-SEVERITY-MNEMONIC: text`: ASA, FTD, PIX and FWSM by number (asa.ts, ftd.ts), IOS, IOS XE and NX-OS by mnemonic
 * (ios.ts). Fields: facility, mnemonic, message (with its tag, as rules look for it), and what the readers name. False when the tag is
 * none of Cisco's.
 */
export function readCisco(event: Reading, tag: string, message: string): boolean {
  const read = tag.length > MAX_TAG_CHARS ? null : MNEMONIC.exec(tag);
  if (read === null) return false;
  const { hot } = event;
  const [, first = "", rest = "", level = "", mnemonic = ""] = read;
  const isSecurity = SECURITY.has(first);
  const facility = isSecurity ? first : `${first}${rest}`;
  hot.observer_vendor = "Cisco";
  // The tag stands where other senders name their program.
  hot.process_name = "";
  hot.event_code = bounded(isSecurity ? mnemonic : `${facility}-${level}-${mnemonic}`);
  setLevel(hot, Number(level));
  addField(event, "facility", facility);
  addField(event, "mnemonic", mnemonic);
  setField(event, "message", tag.startsWith("%") ? `${tag}: ${message}` : `%${tag}: ${message}`);
  if (!isSecurity) readIos(event, { facility, mnemonic }, message);
  else if (/^43000[1-5]$/.test(mnemonic)) readFtd(event, mnemonic, message);
  else readAsa(event, { facility, code: mnemonic }, message);
  return true;
}

/** Where a tag stands in the message itself: `: %ASA-6-302013: text`, `%IP-TCP-3-BADAUTH : text` of IOS XR, `%ASA-4-401004 text`. */
const LEADING = /^(?:: )?(%[A-Z][A-Za-z0-9_-]{4,94}) ?:? +/;

/** The same, where something else stood in the tag's place or nothing at all. */
export function readCiscoText(event: Reading, message: string): boolean {
  if (message.charCodeAt(0) !== 37 && !message.startsWith(": %")) return false;
  const read = LEADING.exec(message.slice(0, 128));
  return read !== null && readCisco(event, read[1] ?? "", message.slice(read[0].length));
}
