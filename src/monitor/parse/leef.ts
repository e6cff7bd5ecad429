import type { HotColumns } from "../event/index.ts";
import { toCount } from "./address.ts";
import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS } from "./bounds.ts";
import { addFirewallNames } from "./cef.ts";
import type { Outcome } from "./contract.ts";
import { answerGeneric } from "./generic.ts";
import { toInstantMs } from "./instant.ts";
import { readJavaDate } from "./java-date.ts";
import { nameAt, nextHash } from "./name-at.ts";
import { fillColumn, type Target, targetOf, targetOfColumn } from "./names.ts";
import {
  act,
  bounded,
  classify,
  firstText,
  note,
  type ParseHints,
  type Reading,
  setField,
  setTimeMs,
  textOf,
  zoneOf,
} from "./reading.ts";
import { remember } from "./remember.ts";
import { actionOfSubject, subjectOf } from "./subject.ts";
import { firstVerdict, type Verdict } from "./verdict.ts";
import { transportOf } from "./windows/columns.ts";

/**
 * IBM's Log Event Extended Format: `LEEF:1.0|vendor|product|version|event id|key=value⇥key=value…`, in 2.0 with the delimiter as a sixth
 * part: a character, or its code as `x5E`, `0x5E`.
 *
 * | question   | column     | from                                                          |
 * |------------|------------|---------------------------------------------------------------|
 * | who        | who        | usrName, accountName                                          |
 * | where from | where_from | src, identSrc, else the device                                |
 * | with what  | with_what  | application, else the protocol, else the product              |
 * | what       | what       | url, resource, file, `dst:dstPort`, else the event id         |
 * | did what   | did_what   | by event id, cat and action (subject.ts), else generic.ts     |
 *
 * Fields are the event's own keys and the header's parts. Time: devTime in devTimeFormat (java-date.ts). Severity: sev, 1–10.
 * Source: IBM QRadar LEEF guide, version 2.
 */
export function readLeef(event: Reading, text: string, hints: ParseHints): boolean {
  const head = readHead(text);
  if (head === undefined) return false;
  readAttributes(event, text, head);
  for (const [at, name] of HEADER.entries()) setField(event, name, head.parts[at] ?? "");
  const { fields, hot } = event;
  const [vendor = "", product = "", , id = ""] = head.parts;
  hot.observer_vendor = bounded(vendor);
  hot.observer_product = bounded(product);
  hot.observer_name = bounded(firstText(fields, ["devName", "identHostName"]));
  hot.event_code = bounded(id);
  for (const name in fields) {
    const target = TARGETS.get(name) ?? targetOf(name);
    const value = fields[name];
    if (target !== null && value !== undefined) fillColumn(hot, target, value);
  }
  hot.network_transport = transportOf(hot.network_transport);
  hot.message = clip(firstText(fields, ["msg", "message"]) || text, MAX_MESSAGE_CHARS);
  setLeefTime(event, hints);
  fillSeverity(hot, textOf(fields, "sev"));
  classifyLeef(event);
  answer(event);
  return true;
}

const HEADER = ["vendor", "product", "version", "eventId"] as const;

const COLUMNS: Readonly<Partial<Record<keyof HotColumns, readonly string[]>>> = {
  source_ip: ["src", "identSrc"],
  source_port: ["srcPort"],
  source_mac: ["srcMAC", "identMac"],
  source_bytes: ["srcBytes"],
  destination_ip: ["dst"],
  destination_port: ["dstPort"],
  destination_bytes: ["dstBytes"],
  network_transport: ["proto"],
  user_name: ["usrName", "accountName"],
  user_domain: ["domain"],
  host_name: ["identHostName"],
  url_full: ["url"],
  rule_name: ["policy"],
  file_path: ["resource"],
};

const TARGETS = new Map<string, Target>(
  Object.entries(COLUMNS).flatMap(([column, names]) => {
    const target = targetOfColumn(column);
    return target === undefined ? [] : (names ?? []).map((name) => [name, target] as const);
  }),
);

type Head = { readonly parts: readonly string[]; readonly delimiter: string; readonly at: number };

function readHead(text: string): Head | undefined {
  const version = /^LEEF:([12])(?:\.\d)?\|/.exec(text.slice(0, 16));
  if (version === null) return undefined;
  const parts: string[] = [];
  let at = version[0].length;
  while (parts.length < HEADER.length) {
    const end = text.indexOf("|", at);
    if (end < 0) return undefined;
    parts.push(text.slice(at, end));
    at = end + 1;
  }
  if (version[1] === "1") return { parts, delimiter: "\t", at };
  const end = text.indexOf("|", at);
  const delimiter = end < 0 ? undefined : delimiterOf(text.slice(at, end));
  return delimiter === undefined ? { parts, delimiter: "\t", at } : { parts, delimiter, at: end + 1 };
}

/** Undefined for what is no delimiter: some senders of 2.0 leave that part out. */
function delimiterOf(part: string): string | undefined {
  if (part === "") return "\t";
  if ([...part].length === 1) return part;
  const hex = /^(?:0?x|\\x)([0-9a-f]{2,4})$/i.exec(part)?.[1];
  return hex === undefined ? (part === "\\t" ? "\t" : undefined) : String.fromCharCode(Number.parseInt(hex, 16));
}

/** A piece without `=` belongs to the value before it: the delimiter may stand in a value. */
function readAttributes(event: Reading, text: string, { delimiter, at }: Head): void {
  let key = "";
  let value = "";
  let count = 0;
  let equals = at - 1;
  for (let from = at; from <= text.length; ) {
    const found = text.indexOf(delimiter, from);
    const end = found < 0 ? text.length : found;
    // Looked for once each: a line of delimiters alone would be searched to its end for every one of them.
    if (equals < from) equals = indexOrEnd(text, "=", from);
    const isKey = equals > from && equals < end && isKeyAt(text, from, equals);
    if (isKey) {
      if (key !== "") setField(event, key, value.trim());
      key = keyIn(text, from, equals);
      value = text.slice(equals + 1, end);
      count += 1;
      if (count > MAX_FIELDS) {
        note(event, "too_many_fields");
        return;
      }
    } else if (key !== "") value = text.slice(from - delimiter.length - value.length, end);
    from = end + delimiter.length;
  }
  if (key !== "") setField(event, key, value.trim());
}

function indexOrEnd(text: string, sought: string, from: number): number {
  const at = text.indexOf(sought, from);
  return at < 0 ? text.length : at;
}

const KEY_CHARS = new Uint8Array(128);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.()[]/ -")
  KEY_CHARS[c.charCodeAt(0)] = 1;

/** What KEY says, without a pattern for the keys that have no white space in front. */
function isKeyAt(text: string, from: number, to: number): boolean {
  if (to - from > 128) return KEY.test(text.slice(from, Math.min(to, from + 129)));
  for (let i = from; i < to; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= 128 || KEY_CHARS[c] === 0) return KEY.test(text.slice(from, to));
  }
  return true;
}

function keyIn(text: string, from: number, to: number): string {
  if (text.charCodeAt(from) <= 32 || text.charCodeAt(to - 1) <= 32) return text.slice(from, to).trim();
  let hash = 0;
  for (let i = from; i < to; i += 1) hash = nextHash(hash, text.charCodeAt(i));
  return nameAt(text, { from, to, hash });
}

const KEY = /^\s*[\w.()[\]/ -]{1,128}$/;

function setLeefTime(event: Reading, hints: ParseHints): void {
  const time = textOf(event.fields, "devTime");
  if (time === "") return;
  const format = textOf(event.fields, "devTimeFormat");
  const told =
    format === "" ? undefined : readJavaDate(time, format, { zone: zoneOf(hints), nearMs: hints.receivedAtMs });
  setTimeMs(event, told ?? toInstantMs(time, zoneOf(hints)));
}

function fillSeverity(hot: HotColumns, text: string): void {
  const severity = toCount(text, 10);
  if (severity === 0) return;
  hot.event_severity = severity;
  hot.log_level = severity >= 9 ? "critical" : severity >= 7 ? "error" : severity >= 4 ? "warning" : "information";
}

const datasetOf = remember((product) => {
  const slug = product
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return slug === "" ? "leef" : `leef.${slug.slice(0, 48)}`;
});

function classifyLeef(event: Reading): void {
  const { hot } = event;
  const isWeb = hot.url_full !== "";
  const isTraffic = !isWeb && hot.source_ip !== "" && hot.destination_ip !== "" && hot.destination_port !== 0;
  classify(hot, datasetOf(hot.observer_product), {
    product: "",
    category: isWeb ? "proxy" : isTraffic ? "firewall" : "",
    service: "",
  });
  if (isTraffic) addFirewallNames(event, firstText(event.fields, ["action", "act"]));
}

const outcomeFor = (verdict: Verdict): Outcome =>
  verdict === "" ? "unknown" : verdict === "denied" ? "failure" : "success";

/**
 * Most senders name the event where others have a verdict (`action=login outcome=failure`): each word is judged, and what the event is
 * about comes first. Two addresses without a verdict are no connection that was let through.
 */
function answer(event: Reading): void {
  const { fields, hot } = event;
  const word = (name: string): string => textOf(fields, name);
  const verdict = firstVerdict(["action", "act", "outcome", "disposition", "eventId"].map(word));
  const subject = subjectOf(["eventId", "cat", "action", "act"].map(word).join(" "));
  const about = actionOfSubject(subject, verdict);
  const outcome = about === "logon-failed" ? "failure" : outcomeFor(verdict);
  if (about !== "") act(hot, about, outcome);
  // A request without its method is one all the same.
  else if (hot.url_full !== "") act(hot, outcome === "failure" ? "http-request-denied" : "http-request", outcome);
  answerGeneric(event, VERDICT_WORDS[outcome]);
  if (verdict === "" && hot.event_action === "connection-allowed") act(hot, "", "unknown");
  if (hot.where_from === "") hot.where_from = hot.observer_name;
  if (hot.with_what === "") hot.with_what = hot.observer_product;
  if (hot.what === hot.message) hot.what = hot.event_code || hot.message;
}

const VERDICT_WORDS: Readonly<Record<Outcome, string>> = { success: "allowed", failure: "denied", unknown: "" };
