import { addField, type ParseHints, type Reading, textOf } from "../reading.ts";
import { readFortiGate } from "./fortigate.ts";

/** CEF's keys → FortiOS's own, which its rules and its other form use. */
const NAMES: readonly (readonly [string, string])[] = [
  ["deviceExternalId", "devid"],
  ["dvchost", "devname"],
  ["src", "srcip"],
  ["spt", "srcport"],
  ["dst", "dstip"],
  ["dpt", "dstport"],
  ["act", "action"],
  ["app", "service"],
  ["in", "rcvdbyte"],
  ["out", "sentbyte"],
  ["duser", "user"],
  ["suser", "user"],
  ["dhost", "hostname"],
  ["request", "url"],
  ["requestClientApplication", "agent"],
  ["fname", "filename"],
  ["sproc", "ui"],
  ["deviceInboundInterface", "srcintf"],
  ["deviceOutboundInterface", "dstintf"],
];
const PREFIX = "FTNTFGT";

/**
 * FortiOS's CEF: its own keys carry the prefix FTNTFGT, type and subtype stand in `cat=event:system`. They get their own names too, and
 * the record is read as FortiOS's key=value is. False for a Fortinet product that is no FortiGate.
 * Source: FortiOS Log Message Reference, CEF support.
 */
export function readFortiCef(event: Reading, hints: ParseHints): boolean {
  const { fields, hot } = event;
  const [type = "", subtype = ""] = textOf(fields, "cat").split(":");
  if (!/^fortigate/i.test(textOf(fields, "deviceProduct")) || !/^(?:traffic|event|utm)$/.test(type)) return false;
  for (const name of Object.keys(fields)) {
    if (name.startsWith(PREFIX)) addField(event, name.slice(PREFIX.length), fields[name] ?? "");
  }
  addField(event, "type", type);
  addField(event, "subtype", subtype);
  addField(event, "logid", textOf(fields, "deviceEventClassId"));
  for (const [from, to] of NAMES) addField(event, to, textOf(fields, from));
  // FortiOS names the account of an administrator duser: who did it, not to whom.
  if (hot.user_name === "") [hot.user_name, hot.user_target_name] = [textOf(fields, "user"), ""];
  return readFortiGate(event, hints);
}
