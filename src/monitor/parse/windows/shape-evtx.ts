import { flattenInto, isObject, type JsonObject } from "../flatten.ts";
import { type Reading, setField } from "../reading.ts";
import type { WindowsTime } from "./windows-time.ts";

/**
 * The event's XML as JSON, as EVTX exporters write it: `{Event: {System, EventData | UserData}}` with attributes under
 * `#attributes`, `@name` or `<Element>_attributes`. An attribute becomes `Element_Attribute`, as in Provider_Name.
 */
export function readEventXmlJson(event: Reading, root: JsonObject): WindowsTime {
  const system = root.System;
  if (isObject(system)) for (const key in system) readSystem(event, key, system[key]);
  readEventData(event, root.EventData);
  readUserData(event, root.UserData);
  const rendered = root.RenderingInfo;
  if (isObject(rendered) && typeof rendered.Message === "string") setField(event, "Message", rendered.Message);
  return { value: event.fields.TimeCreated_SystemTime ?? event.fields.TimeCreated, isUtc: true };
}

function readSystem(event: Reading, key: string, value: unknown): void {
  if (!isObject(value)) {
    if (value !== null) flattenInto(event, key, value);
    return;
  }
  const element = key.endsWith("_attributes") ? key.slice(0, -11) : key;
  const isAttributes = element !== key;
  for (const inner in value) {
    const item = value[inner];
    if (inner === "#text" || inner === "$t") {
      if (item !== "") flattenInto(event, element, item);
    } else if ((inner === "#attributes" || inner === "$") && isObject(item))
      for (const name in item) setAttribute(event, `${element}_${name}`, item[name]);
    else setAttribute(event, isAttributes ? `${element}_${inner}` : `${element}_${bare(inner)}`, item);
  }
}

const bare = (name: string): string => (name.startsWith("@") || name.startsWith("-") ? name.slice(1) : name);

function setAttribute(event: Reading, name: string, value: unknown): void {
  if (name !== "Provider_xmlns" && value !== null) flattenInto(event, name, value);
}

function readEventData(event: Reading, data: unknown): void {
  if (!isObject(data)) {
    if (typeof data === "string" && data !== "") setField(event, "Data", data);
    return;
  }
  for (const key in data) readDatum(event, key, data[key]);
}

function readDatum(event: Reading, key: string, value: unknown): void {
  if (key === "#attributes" || key.endsWith("_attributes")) return;
  if (key === "Data") readUnnamed(event, value);
  else flattenInto(event, key.replaceAll(" ", ""), isObject(value) && "#text" in value ? value["#text"] : value);
}

/** `Data` without names: kept as Data (what Sigma's keyword-like rules read) and as param1, param2 …; named ones by name. */
function readUnnamed(event: Reading, value: unknown): void {
  const inner = isObject(value) && "#text" in value ? value["#text"] : value;
  const items = Array.isArray(inner) ? inner : [inner];
  const texts: unknown[] = [];
  for (const item of items) {
    const name = isObject(item) ? nameOf(item) : undefined;
    if (isObject(item) && typeof name === "string")
      flattenInto(event, name.replaceAll(" ", ""), item["#text"] ?? item._ ?? item.Value ?? item.content ?? null);
    else texts.push(isObject(item) ? (item["#text"] ?? null) : item);
  }
  if (texts.length === 0) return;
  flattenInto(event, "Data", texts.length === 1 ? texts[0] : texts);
  for (const [index, text] of texts.entries()) if (index < 64) flattenInto(event, `param${index + 1}`, text);
}

/** The `Name` attribute, as each XML to JSON tool spells it. */
function nameOf(item: JsonObject): unknown {
  const attributes = item.$ ?? item["#attributes"];
  return item["@Name"] ?? item.Name ?? item["-Name"] ?? (isObject(attributes) ? attributes.Name : undefined);
}

/** UserData wraps its values in one element of the provider's own; the wrapper's name says nothing a rule needs. */
function readUserData(event: Reading, data: unknown): void {
  if (!isObject(data)) return;
  for (const key in data) {
    const inner = data[key];
    if (isObject(inner)) for (const name in inner) readDatum(event, name, inner[name]);
    else readDatum(event, key, inner);
  }
}
