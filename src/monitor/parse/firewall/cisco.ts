import { addField, bounded, type Reading } from "../reading.ts";
import { setLevel } from "./answer.ts";
import { readAsa } from "./asa.ts";
import { readFtd } from "./ftd.ts";
import { readIos } from "./ios.ts";

/** Facility (its words joined by `-`), severity, mnemonic or message number. */
const MNEMONIC = /^%?([A-Z][A-Z0-9_]*)((?:-[A-Za-z0-9_]+)*)-([0-7])-([A-Z0-9_]+)$/;
const MAX_TAG_CHARS = 96;

/** Whose message numbers are ASA's. */
const SECURITY = new Set(["ASA", "FTD", "PIX", "FWSM"]);

/**
 * Cisco's `%FACILITY-SEVERITY-MNEMONIC: text`: ASA, FTD, PIX and FWSM by number (asa.ts, ftd.ts), IOS, IOS XE and NX-OS by mnemonic
 * (ios.ts). Fields: facility, mnemonic, and what the readers name. False when the tag is none of Cisco's.
 */
export function readCisco(event: Reading, tag: string, message: string): boolean {
  const read = tag.length > MAX_TAG_CHARS ? null : MNEMONIC.exec(tag);
  if (read === null) return false;
  const { hot } = event;
  const [, first = "", rest = "", level = "", mnemonic = ""] = read;
  const isSecurity = SECURITY.has(first);
  const facility = isSecurity ? first : `${first}${rest}`;
  hot.observer_vendor = "Cisco";
  hot.event_code = bounded(isSecurity ? mnemonic : `${facility}-${level}-${mnemonic}`);
  setLevel(hot, Number(level));
  addField(event, "facility", facility);
  addField(event, "mnemonic", mnemonic);
  if (!isSecurity) readIos(event, { facility, mnemonic }, message);
  else if (/^43000[1-5]$/.test(mnemonic)) readFtd(event, mnemonic, message);
  else readAsa(event, { facility, code: mnemonic }, message);
  return true;
}

/** `: %ASA-6-302013: text` and `%FTD-1-430003: text`, where something else stood in the tag's place. */
export function readCiscoText(event: Reading, message: string): boolean {
  const start = message.charCodeAt(0) === 37 ? 0 : message.startsWith(": %") ? 2 : -1;
  if (start < 0) return false;
  const colon = message.indexOf(":", start);
  if (colon < 0) return false;
  return readCisco(event, message.slice(start, colon), message.slice(colon + 1).trimStart());
}
