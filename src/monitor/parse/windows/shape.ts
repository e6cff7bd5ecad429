import { adoptFields } from "../../event/index.ts";
import { MAX_FIELDS, MAX_ITEMS, MAX_NAME_CHARS, MAX_VALUE_CHARS } from "../bounds.ts";
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
  const count = plainNamesOf(object);
  if (count === undefined) copyFlat(event, object);
  else {
    event.fields = adoptFields(object);
    event.fieldCount = count;
  }
  nameAsInXml(event);
  return { value: undefined, isUtc: false };
}

/** How many names the object has, when all of them and their values can stay as they are. */
function plainNamesOf(object: JsonObject): number | undefined {
  let count = 0;
  for (const key in object) {
    const value = object[key];
    count += 1;
    if (count > MAX_FIELDS || key.length > MAX_NAME_CHARS || key.indexOf(" ") >= 0) return undefined;
    if (!staysAsItIs(value)) return undefined;
  }
  return count;
}

const staysAsItIs = (value: unknown): boolean =>
  Array.isArray(value) ? value.length <= MAX_ITEMS && value.every(isPlainScalar) : isPlainScalar(value);

const isPlainScalar = (value: unknown): boolean =>
  typeof value === "string" ? value.length <= MAX_VALUE_CHARS : toScalar(value) === value;

function copyFlat(event: Reading, object: JsonObject): void {
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
}

function hoist(event: Reading, key: string, value: unknown): void {
  const name = key.replaceAll(" ", "");
  if (event.fields[name] === undefined) flattenInto(event, name, value);
}

/**
 * Four facts that shippers name in their own way, also under the names of the event's own XML. Written out name by name: V8 keeps
 * fast mode when it sees the names in the code, not when they come from a table.
 */
function nameAsInXml(event: Reading): void {
  const { fields } = event;
  if (fields.Computer === undefined) {
    const computer = fields.Hostname ?? fields.MachineName;
    if (computer !== undefined) fields.Computer = computer;
  }
  if (fields.Provider_Name === undefined) {
    const provider =
      textOf(fields, "SourceName") || textOf(fields, "ProviderName") || textOf(fields, "EventSourceName");
    if (provider !== "") fields.Provider_Name = provider;
  }
  if (fields.Channel === undefined && fields.LogName !== undefined) fields.Channel = fields.LogName;
  if (fields.EventID === undefined && fields.Id !== undefined) fields.EventID = fields.Id;
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
