import { toIp } from "./address.ts";
import { flattenInto, isObject } from "./flatten.ts";
import { answerGeneric, fillColumns } from "./generic.ts";
import { addField, bounded, newReading, type ParseHints, type Reading, setTime, textOf, zoneOf } from "./reading.ts";
import { cleanWhole } from "./text.ts";

/**
 * What a protocol sent around the event fills what the event leaves open, and overrules nothing of it. Splunk HEC: `host`,
 * `source`, `sourcetype`, `index`, `time` (seconds), `fields`.
 *
 * | question   | from the envelope                                       |
 * |------------|---------------------------------------------------------|
 * | when       | time, when the event has none that can be read          |
 * | where from | host, when the event names no other end                 |
 * | the rest   | `fields`, by the names that mean the same everywhere     |
 */
export function applyEnvelope(event: Reading, envelope: Readonly<Record<string, unknown>>, hints: ParseHints): void {
  const { hot } = event;
  // Values that are not in the line: it must not be searched as if it held them all.
  event.isVerbatim = false;
  if (Number.isNaN(event.timeMs)) setTime(event, numberIn(envelope.time), zoneOf(hints));
  const host = textIn(envelope.host);
  if (hot.host_name === "" && host !== "") {
    hot.host_name = bounded(host);
    if (hot.host_ip === "") hot.host_ip = toIp(host);
  }
  for (const name of ["host", "source", "sourcetype", "index"])
    addField(event, `splunk.${name}`, textIn(envelope[name]));
  if (isObject(envelope.fields)) {
    addFields(event, envelope.fields);
    if (hot.did_what === "") answerGeneric(event, textOf(event.fields, "event.outcome"));
  }
  if (hot.where_from === "") hot.where_from = hot.source_ip || hot.source_domain || hot.host_name;
  cleanWhole(event);
}

/** Fields that came beside the event; the event's own of the same name stay. */
export function addFields(event: Reading, object: Readonly<Record<string, unknown>>): void {
  const beside = newReading();
  for (const name in object) flattenInto(beside, name, object[name]);
  for (const name in beside.fields) {
    const value = beside.fields[name];
    if (value !== undefined) addField(event, name, value);
  }
  fillColumns(event);
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");
/** Seconds as text, as some senders write them, are a number all the same. */
const numberIn = (value: unknown): unknown =>
  typeof value === "string" && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value;
