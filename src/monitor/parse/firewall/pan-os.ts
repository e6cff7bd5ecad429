import { readIso } from "../instant.ts";
import { classify, type ParseHints, type Reading, setField, setTimeMs, textOf, zoneOf } from "../reading.ts";
import { remember } from "../remember.ts";
import { setDevice, setMessage } from "./answer.ts";
import { type Columns, splitCsv } from "./csv.ts";
import { answerPanOs } from "./pan-os-answers.ts";
import { isLogType, type Layout, layoutOf } from "./pan-os-columns.ts";
import { SESSION_COLUMNS, sessionFields, TRAFFIC_COLUMNS, TrafficFields } from "./pan-os-fields.ts";

/**
 * Palo Alto Networks PAN-OS, the comma-separated syslog of versions 8 to 11 (pan-os-columns.ts; CEF and LEEF have readers of their own).
 *
 * | question   | column     | from                                                                                  |
 * |------------|------------|---------------------------------------------------------------------------------------|
 * | who        | who        | srcuser, user, admin, the account that a system message names, else dstuser           |
 * | where from | where_from | src, public_ip, ip, client, the message's address, else the device                    |
 * | with what  | with_what  | user_agent, app, else: module, client (config), tunnel or authentication method       |
 * | what       | what       | url, file, `dst:dport`, path (config), object, gateway, else the message              |
 * | did what   | did_what   | by type, subtype and action: connection, request, attack, malware, file, logon, change |
 *
 * Fields are PAN-OS's own names; traffic also gets Sigma's firewall names, URL logs its proxy names. Sigma: product `paloalto`, service
 * the type in lower case; category `firewall`, `proxy`, `antivirus` or (GlobalProtect) `appliance`. Severity: the log's own.
 * Time: high_res_timestamp, which has an offset, else time_generated, which is local to the device (the source's zone).
 */
export function readPanOs(event: Reading, text: string, hints: ParseHints): boolean {
  if (!startsPanOs(text)) return false;
  const columns = splitCsv(text);
  const type = columns[3] ?? "";
  const names = namesOf(type);
  if (names.service === "" || !(isLogType(type) || hints.format === "panos" || isDevice(columns))) return false;
  const layout = layoutOf(type);
  setColumns(event, columns, layout);
  setPanTime(event, columns, { layout, zone: zoneOf(hints) });
  const { hot } = event;
  classify(hot, names.dataset, { product: "paloalto", category: "", service: names.service });
  setDevice(hot, { vendor: "Palo Alto Networks", product: "PAN-OS", name: textOf(event.fields, "device_name") });
  answerPanOs(event, type);
  if (hot.message === "") setMessage(hot, text);
  return true;
}

/** `1,2026/11/23 10:00:00,`: whatever stands in the first column, the date is the second. */
function startsPanOs(text: string): boolean {
  let comma = 0;
  while (comma < 5 && text.charCodeAt(comma) !== 44) comma += 1;
  return text.charCodeAt(comma + 5) === 47 && text.charCodeAt(comma + 20) === 44;
}

/** A type that is not known is believed behind a serial number and before a second date: any table may begin with a date. */
const isDevice = (columns: Columns): boolean =>
  /^[0-9A-F]{12,16}$/.test(columns[2] ?? "") && DATE.test(columns[6] ?? "");
const DATE = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/;

type Names = { readonly dataset: string; readonly service: string };

const namesOf = remember((type): Names => {
  const service = /^[A-Z][A-Z-]{1,23}$/.test(type) ? type.toLowerCase().replaceAll("-", "") : "";
  return { service, dataset: `panos.${service}` };
});

function setColumns(event: Reading, columns: Columns, layout: Layout): void {
  const { names } = layout;
  let at = 1;
  if (columns[3] === "TRAFFIC" && columns.length >= TRAFFIC_COLUMNS) {
    event.fields = new TrafficFields(columns);
    at = TRAFFIC_COLUMNS;
  } else if (layout.isSession && columns.length > SESSION_COLUMNS) {
    event.fields = sessionFields(columns);
    at = SESSION_COLUMNS;
  }
  event.fieldCount = at;
  const end = Math.min(columns.length, names.length);
  for (; at < end; at += 1) {
    const name = names[at] ?? "-";
    const value = columns[at] ?? "";
    if (value !== "" && name !== "-") setField(event, name, value);
  }
  if (columns.length > names.length) keepUnnamed(event, columns, names.length);
}

const MAX_UNNAMED = 64;

/** A version newer than the lists, or a type that has none. */
function keepUnnamed(event: Reading, columns: Columns, from: number): void {
  for (let i = from; i < Math.min(columns.length, from + MAX_UNNAMED); i += 1)
    if (columns[i] !== "") setField(event, `column_${i}`, columns[i] ?? "");
}

function setPanTime(event: Reading, columns: Columns, how: { layout: Layout; zone: string }): void {
  const precise = columns[how.layout.preciseTimeAt] ?? "";
  const read = precise === "" ? undefined : readIso(precise, 0, how.zone);
  if (read !== undefined) {
    setTimeMs(event, read.ms);
    return;
  }
  const text = columns[6] || columns[1] || "";
  setTimeMs(event, readIso(text, 0, how.zone)?.ms ?? Number.NaN);
}
