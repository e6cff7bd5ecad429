import type { Fields, HotColumns } from "../event/index.ts";
import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import type { Action } from "./contract.ts";
import { readFortiCef } from "./firewall/fortigate-cef.ts";
import { nameAt, nextHash } from "./name-at.ts";
import { fillColumn, type Target, targetOf } from "./names.ts";
import {
  act,
  addField,
  bounded,
  classify,
  endpoint,
  firstText,
  note,
  type ParseHints,
  type Reading,
  setField,
  setTime,
  textOf,
  zoneOf,
} from "./reading.ts";
import { remember } from "./remember.ts";
import { levelOfSyslog, syslogOfLevelWord } from "./severity.ts";
import { actionOfSubject, type Subject, subjectOf } from "./subject.ts";
import { firstVerdict, type Verdict } from "./verdict.ts";
import { fillUrl } from "./web/squid.ts";

/**
 * ArcSight Common Event Format 0 and 1: `CEF:0|vendor|product|version|signature id|name|severity|key=value key=value …`
 *
 * | question   | column     | from                                                                       |
 * |------------|------------|----------------------------------------------------------------------------|
 * | who        | who        | suser, else duser                                                          |
 * | where from | where_from | src, shost, else the reporting device                                      |
 * | with what  | with_what  | sproc, requestClientApplication, app, else the product                     |
 * | what       | what       | request, file, `dst:dpt`, else the event's name                            |
 * | did what   | did_what   | by category: `http-request`, `connection-…`, `attack-…`, `malware-…`, logon |
 *
 * Fields are the extension's own keys; `cs1=x cs1Label=Policy` also gives `Policy=x`. A record with a request is `proxy`, one with
 * both ends and a port is `firewall`; those get Sigma's names too. Source: ArcSight CEF Implementation Standard rev. 27.
 */
export function readCef(event: Reading, text: string, hints: ParseHints): boolean {
  const header = readHeader(text);
  if (header === undefined) return false;
  setHeader(event, header.parts);
  readExtension(event, header.extension);
  setHeader(event, header.parts); // an extension key of the same name does not overrule the header
  const { fields, hot } = event;
  nameLabels(event);
  hot.observer_vendor = bounded(textOf(fields, "deviceVendor"));
  hot.observer_product = bounded(textOf(fields, "deviceProduct"));
  hot.observer_name = bounded(firstText(fields, ["dvchost", "deviceExternalId", "dvc"]));
  hot.event_code = bounded(textOf(fields, "deviceEventClassId"));
  for (const name in fields) {
    const target = KEYS.get(name) ?? targetOf(name);
    const value = fields[name];
    if (target !== null && value !== undefined) fillColumn(hot, target, value);
  }
  hot.network_direction = DIRECTIONS.get(textOf(fields, "deviceDirection")) ?? hot.network_direction;
  hot.message = clip(textOf(fields, "msg") || textOf(fields, "name"), MAX_MESSAGE_CHARS);
  fillSeverity(hot, textOf(fields, "severity"));
  setTime(event, firstText(fields, ["rt", "end", "start", "deviceReceiptTime"]), zoneOf(hints));
  addTaxonomy(event);
  if (hot.observer_vendor === "Fortinet" && readFortiCef(event, hints)) return true;
  hot.product = PRODUCTS.get(hot.observer_vendor) ?? "";
  answer(event);
  return true;
}

/** Sigma's products by CEF's vendors, where the vendor's devices are all of one product. */
const PRODUCTS = new Map([
  ["Check Point", "checkpoint"],
  ["Cisco", "cisco"],
  ["Juniper Networks", "juniper"],
  ["Palo Alto Networks", "paloalto"],
  ["SonicWall", "sonicwall"],
]);

/** By name and not in a loop: the first names of every record then cost V8 one known step each. */
function setHeader(event: Reading, parts: readonly string[]): void {
  const { fields } = event;
  fields.deviceVendor = part(parts, 1);
  fields.deviceProduct = part(parts, 2);
  fields.deviceVersion = part(parts, 3);
  fields.deviceEventClassId = part(parts, 4);
  fields.name = part(parts, 5);
  fields.severity = part(parts, 6);
  event.fieldCount += 6;
}

const part = (parts: readonly string[], at: number): string => clip(parts[at] ?? "", MAX_VALUE_CHARS);

/** Keys of the standard that mean something else elsewhere. `in` and `out` are the device's view: received and sent. */
const KEYS = new Map<string, Target>([
  ["request", { column: "url_full", kind: "text" }],
  ["requestClientApplication", { column: "user_agent_original", kind: "word" }],
  ["requestContext", { column: "http_request_referrer", kind: "text" }],
  ["fileHash", { column: "file_hash_sha256", kind: "text" }],
  ["in", { column: "destination_bytes", kind: "count" }],
  ["out", { column: "source_bytes", kind: "count" }],
  ["suser", { column: "user_name", kind: "word" }],
  ["sourceServiceName", { column: "service_name", kind: "word" }],
  ["destinationDnsDomain", { column: "destination_domain", kind: "text" }],
  ["filePath", { column: "file_path", kind: "text" }],
]);

/** deviceDirection is a number by the standard. */
const DIRECTIONS = new Map([
  ["0", "inbound"],
  ["1", "outbound"],
]);

type Header = { parts: string[]; extension: string };

/** Seven parts between unescaped `|`; `\|` and `\\` are escapes. */
function readHeader(text: string): Header | undefined {
  let at = text.startsWith("CEF:") ? 4 : -1;
  if (at < 0) return undefined;
  while (text.charCodeAt(at) === 32) at += 1;
  const parts: string[] = [];
  let start = at;
  let hasEscape = false;
  for (let i = at; i < text.length && parts.length < 7; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 92) {
      hasEscape = true;
      i += 1;
    } else if (c === 124) {
      const part = text.slice(start, i);
      parts.push(hasEscape ? part.replaceAll(/\\([|\\])/g, "$1") : part);
      start = i + 1;
      hasEscape = false;
    }
  }
  if (parts.length === 6) return { parts: [...parts, text.slice(start)], extension: "" };
  return parts.length < 7 ? undefined : { parts, extension: text.slice(start) };
}

const KEY_CHARS = new Uint8Array(128);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-[]") KEY_CHARS[c.charCodeAt(0)] = 1;

/** A key is the word directly before an unescaped `=` that follows a space; its value runs to the next key. */
function readExtension(event: Reading, text: string): void {
  let key = "";
  let valueAt = 0;
  let count = 0;
  for (let i = text.indexOf("="); i >= 0; i = text.indexOf("=", i + 1)) {
    let keyAt = i;
    let hash = 0;
    let c = text.charCodeAt(keyAt - 1);
    while (keyAt > valueAt && c < 128 && KEY_CHARS[c] === 1) {
      hash = nextHash(hash, c);
      keyAt -= 1;
      c = text.charCodeAt(keyAt - 1);
    }
    // No key before it, or no space before the key: also when the `=` itself is escaped, as a backslash is no key's.
    if (keyAt === i || (keyAt > 0 && text.charCodeAt(keyAt - 1) !== 32)) continue;
    if (key !== "") setField(event, key, plain(text.slice(valueAt, keyAt - 1)));
    key = nameAt(text, { from: keyAt, to: i, hash });
    valueAt = i + 1;
    count += 1;
    if (count >= MAX_FIELDS) {
      note(event, "too_many_fields");
      return;
    }
  }
  if (key !== "") setField(event, key, plain(text.slice(valueAt)));
}

function plain(value: string): string {
  const text = clip(value.trim(), MAX_VALUE_CHARS);
  if (text.indexOf("\\") < 0) return text;
  return text.replaceAll(/\\([=\\|nr])/g, (_, c: string) => (c === "n" ? "\n" : c === "r" ? "\r" : c));
}

/** `cs1=x cs1Label=Policy` → also `Policy=x`. */
function nameLabels(event: Reading): void {
  for (const name in event.fields) {
    if (!name.endsWith("Label")) continue;
    const label = textOf(event.fields, name);
    const value = event.fields[name.slice(0, -5)];
    if (label !== "" && value !== undefined) addField(event, label, value);
  }
}

/** 0–10, or a word as some products write it. */
function fillSeverity(hot: HotColumns, text: string): void {
  hot.log_level = "";
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (number >= 0) {
    hot.event_severity = Math.min(number, 10);
    hot.log_level = number >= 9 ? "critical" : number >= 7 ? "error" : number >= 4 ? "warning" : "information";
    return;
  }
  const syslog = syslogOfLevelWord(text);
  if (syslog < 0) return;
  hot.log_level = levelOfSyslog(syslog);
  hot.event_severity = [10, 10, 9, 8, 6, 3, 2, 1][syslog] ?? 0;
}

const datasetOf = remember((product) => {
  const slug = product
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 48);
  return slug === "" || slug === "-" ? "cef" : `cef.${slug}`;
});

const wordsOf = (fields: Fields): string => {
  const category = textOf(fields, "cat") || textOf(fields, "deviceEventCategory");
  const name = textOf(fields, "name");
  return category === "" ? name : `${name} ${category}`;
};

function addTaxonomy(event: Reading): void {
  const { fields, hot } = event;
  const dataset = datasetOf(hot.observer_product);
  const url = textOf(fields, "request");
  if (url !== "") {
    classify(hot, dataset, { product: "", category: "proxy", service: "" });
    fillUrl(event, url);
    addField(event, "cs-method", textOf(fields, "requestMethod"));
    addField(event, "c-useragent", textOf(fields, "requestClientApplication"));
    addField(event, "c-ip", hot.source_ip);
    addField(event, "cs-username", hot.user_name);
    addField(event, "dst_ip", hot.destination_ip);
  } else if (isMalware(fields)) {
    classify(hot, dataset, { product: "", category: "antivirus", service: "" });
    addField(event, "Signature", firstText(fields, ["virusName", "cs1", "name"]));
    addField(event, "Filename", firstText(fields, ["filePath", "fname"]));
  } else if (hot.source_ip !== "" && hot.destination_ip !== "") {
    classify(hot, dataset, { product: "", category: "firewall", service: "" });
    addFirewallNames(event, textOf(fields, "act"));
  } else classify(hot, dataset, { product: "", category: "", service: "" });
}

const isMalware = (fields: Fields): boolean =>
  subjectOf(wordsOf(fields)) === "malware" && firstText(fields, ["fname", "filePath", "fileHash"]) !== "";

/** Sigma's firewall names. */
export function addFirewallNames(event: Reading, action: string): void {
  const { hot } = event;
  addField(event, "src_ip", hot.source_ip);
  addField(event, "dst_ip", hot.destination_ip);
  if (hot.source_port !== 0) addField(event, "src_port", hot.source_port);
  if (hot.destination_port !== 0) addField(event, "dst_port", hot.destination_port);
  addField(event, "action", action.toLowerCase());
}

function answer(event: Reading): void {
  const { fields, hot } = event;
  // `act=login outcome=failure`: the first word that is a verdict counts, not the first that is there.
  const verdict = firstVerdict(["act", "outcome", "deviceAction"].map((name) => textOf(fields, name)));
  const action = actionOf(hot, subjectOf(wordsOf(fields)), verdict);
  const isFailure = verdict === "denied" || action === "logon-failed";
  act(hot, action, isFailure ? "failure" : verdict === "allowed" ? "success" : "unknown");
  hot.rule_name = bounded(textOf(fields, "name"));
  hot.who = bounded(hot.user_name || hot.user_target_name);
  hot.where_from = hot.source_ip || hot.source_domain || hot.host_name || hot.observer_name;
  hot.with_what = bounded(
    hot.process_name ||
      hot.user_agent_original ||
      textOf(fields, "app") ||
      hot.network_transport ||
      hot.observer_product,
  );
  const far = endpoint(hot.destination_ip || hot.destination_domain, hot.destination_port);
  hot.what = bounded(hot.url_full || hot.file_path || hot.file_name || far || hot.rule_name);
}

function actionOf(hot: HotColumns, subject: Subject, verdict: Verdict): Action | "" {
  const action = actionOfSubject(subject, verdict);
  if (action !== "") return action;
  const isDenied = verdict === "denied";
  if (hot.category === "proxy") return isDenied ? "http-request-denied" : "http-request";
  // Without a verdict the record says that the two spoke, and not that anything let them.
  if (hot.category === "firewall" && verdict === "") return "flow-observed";
  if (hot.category === "firewall") return isDenied ? "connection-denied" : "connection-allowed";
  return subject === "configuration" ? "configuration-changed" : "";
}
