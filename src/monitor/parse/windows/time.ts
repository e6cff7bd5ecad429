import type { Fields } from "../../event/index.ts";
import { readIso, toInstantMs } from "../instant.ts";
import { type ParseHints, type Reading, setTime, setTimeMs, textOf, zoneOf } from "../reading.ts";
import type { WindowsTime } from "./windows-time.ts";

const QUARTER_MS = 900_000;
const MAX_OFFSET_MS = 14 * 3_600_000;
/** A shipper passes an event on within this; a longer way says nothing about clocks. */
const MAX_WAY_MS = 180_000;

/**
 * The event's own instant, most exact first:
 * 1. Sysmon's UtcTime: always UTC, whatever a shipper did to the other times.
 * 2. What the shape calls the event's time (SystemTime, Winlogbeat's @timestamp).
 * 3. TimeCreated, or NXLog's EventTime. Both may be local time without an offset: then the source's time zone counts, else the
 *    offset that NXLog's local EventReceivedTime has from the shipper's UTC @timestamp of the same moment, else UTC.
 * 4. @timestamp, TimeGenerated, EventReceivedTime: when the event was passed on.
 */
export function setWindowsTime(
  event: Reading,
  time: WindowsTime,
  context: { hints: ParseHints; isSysmon: boolean },
): void {
  const { fields } = event;
  const zone = zoneOf(context.hints);
  const sysmonMs = context.isSysmon ? utcTimeMs(fields) : Number.NaN;
  const created = fields.TimeCreated ?? fields.EventTime;
  if (!Number.isNaN(sysmonMs)) setTimeMs(event, sysmonMs);
  else if (time.value !== undefined && time.value !== null) setTime(event, time.value, time.isUtc ? "" : zone);
  else if (created !== undefined && created !== null) setTimeMs(event, createdMs(fields, created, zone));
  else setTime(event, fields["@timestamp"] ?? fields.TimeGenerated ?? fields.EventReceivedTime, zone);
}

function utcTimeMs(fields: Fields): number {
  const utc = textOf(fields, "UtcTime");
  return utc === "" ? Number.NaN : (readIso(utc, 0, "")?.ms ?? Number.NaN);
}

function createdMs(fields: Fields, created: unknown, zone: string): number {
  const text = typeof created === "string" && created.startsWith("/Date(") ? created.slice(6, -2) : created;
  const ms = toInstantMs(text, zone);
  return zone === "" && isWithoutOffset(text) ? ms + shipperOffsetMs(fields) : ms;
}

/** Does this ISO text end with its digits, so that it may be local time? */
const isWithoutOffset = (value: unknown): boolean =>
  typeof value === "string" && value.length >= 19 && !/[Zz]$|[+-]\d\d:?\d\d$/.test(value.slice(19));

/** How far UTC is ahead of the local clock of a collector that stamps both; 0 when the two do not tell. */
function shipperOffsetMs(fields: Fields): number {
  const local = textOf(fields, "EventReceivedTime");
  const shipped = textOf(fields, "@timestamp");
  if (local === "" || shipped === "" || !isWithoutOffset(local)) return 0;
  const difference = toInstantMs(shipped, "") - toInstantMs(local, "");
  const offset = Math.round(difference / QUARTER_MS) * QUARTER_MS;
  return Math.abs(difference - offset) <= MAX_WAY_MS && Math.abs(offset) <= MAX_OFFSET_MS ? offset : 0;
}
