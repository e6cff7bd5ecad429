import { MAX_FIELDS, MAX_VALUE_CHARS } from "../bounds.ts";
import { flattenInto, isObject, type JsonObject, toScalar } from "../flatten.ts";
import { note, type Reading, setField, textOf } from "../reading.ts";
import { readEventXmlJson } from "./shape-evtx.ts";
import { readOldWinlogbeat, readWinlogbeat } from "./shape-winlogbeat.ts";
import type { WindowsTime } from "./windows-time.ts";

/**
 * Recognizes the shape of a Windows event and fills `event.fields` with the names that Sigma rules use: the EventData names on
 * top, without spaces, and EventID (number), Channel, Provider_Name, Computer, Message. Undefined when it is no Windows event.
 */
export function readWindowsShape(event: Reading, object: JsonObject): WindowsTime | undefined {
  if (object.EventID !== undefined && isFlat(object)) return readFlat(event, object);
  const root = isObject(object.Event) ? object.Event : object;
  if (isObject(root.System) && root.System.EventID !== undefined) return readEventXmlJson(event, root);
  if (isObject(object.winlog)) return readWinlogbeat(event, object, object.winlog);
  if (object["winlog.event_id"] !== undefined || object["winlog.channel"] !== undefined)
    return readWinlogbeat(event, object, undotted(object));
  if (object.event_id !== undefined && typeof object.log_name === "string") return readOldWinlogbeat(event, object);
  if (object.Id !== undefined && typeof object.LogName === "string") return readFlat(event, object);
  return undefined;
}

const isText = (value: unknown): boolean => typeof value === "string";

const isFlat = (object: JsonObject): boolean =>
  (typeof object.EventID === "number" || typeof object.EventID === "string") &&
  (isText(object.Channel) ||
    isText(object.SourceName) ||
    isText(object.Provider_Name) ||
    isText(object.ProviderName) ||
    isText(object.EventSourceName) ||
    isText(object.EventLog));

/** Flat JSON: NXLog im_msvistalog, the Mordor recordings, Get-WinEvent, Azure Sentinel tables. */
function readFlat(event: Reading, object: JsonObject): WindowsTime {
  const fields = event.fields;
  let count = 0;
  for (const key in object) {
    const value = object[key];
    const name = key.indexOf(" ") < 0 ? key : key.replaceAll(" ", "");
    count += 1;
    if (count > MAX_FIELDS) {
      note(event, "too_many_fields");
      break;
    }
    if (typeof value === "string" && value.length <= MAX_VALUE_CHARS && key.length <= 128) fields[name] = value;
    else if (typeof value === "object" && value !== null) flattenInto(event, name, value);
    else setField(event, name, toScalar(value));
  }
  event.fieldCount = count;
  if (isObject(object.EventData)) for (const key in object.EventData) hoist(event, key, object.EventData[key]);
  for (const [from, to] of FLAT_NAMES) rename(event, from, to);
  if (fields.Provider_Name === undefined) {
    const provider = textOf(fields, "ProviderName") || textOf(fields, "EventSourceName");
    if (provider !== "") fields.Provider_Name = provider;
  }
  return { value: undefined, isUtc: false };
}

function hoist(event: Reading, key: string, value: unknown): void {
  const name = key.replaceAll(" ", "");
  if (event.fields[name] === undefined) flattenInto(event, name, value);
}

/** Shippers' names for the same four facts → the names in the event's own XML. */
const FLAT_NAMES: readonly (readonly [string, string])[] = [
  ["Hostname", "Computer"],
  ["SourceName", "Provider_Name"],
  ["MachineName", "Computer"],
  ["LogName", "Channel"],
  ["Id", "EventID"],
];

function rename(event: Reading, from: string, to: string): void {
  const value = event.fields[from];
  if (value === undefined || event.fields[to] !== undefined) return;
  event.fields[to] = value;
  delete event.fields[from];
}

/** `{"winlog.channel": …}` → `{channel: …, event_data: {…}}`. */
function undotted(object: JsonObject): JsonObject {
  const winlog: Record<string, unknown> = Object.create(null);
  const data: Record<string, unknown> = Object.create(null);
  for (const key in object) {
    if (key.startsWith("winlog.event_data.")) data[key.slice(18)] = object[key];
    else if (key.startsWith("winlog.")) winlog[key.slice(7)] = object[key];
  }
  winlog.event_data = data;
  return winlog;
}
