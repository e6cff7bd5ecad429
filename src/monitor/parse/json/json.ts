import { flattenInto, isObject, type JsonObject } from "../flatten.ts";
import { setTimeFrom } from "../generic.ts";
import { addField, newReading, note, type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { fillEnvelope, type PayloadReader, readMessage, readSyslog } from "../syslog/syslog.ts";
import { readWindows } from "../windows/windows.ts";
import { HEADER_NAMES } from "./carried-header.ts";
import { readGenericJson, TIME_NAMES } from "./generic-json.ts";
import { isOtelRecord, readOtel } from "./otel.ts";
import { type CarriedLine, unwrap } from "./unwrap.ts";

/** readCarried: reads the line inside a shipper's document as if it had come alone, by the source's pin if it has one. */
type Context = { readonly hints: ParseHints; readonly readPayload: PayloadReader; readonly readCarried: PayloadReader };

/** One JSON object: a Windows event, something that a shipper wrapped, or any other. False when it is no object or broken. */
export function readJson(event: Reading, text: string, context: Context): boolean {
  if (text.charCodeAt(0) !== 123) return false;
  const value = objectIn(text);
  if (value === undefined) {
    note(event, "broken_json");
    return false;
  }
  event.isVerbatim = readWindows(event, value, context.hints);
  if (!event.isVerbatim) readOther(event, value, context);
  return true;
}

/** A shipper's JSON around a line that its source is pinned to read; false for any other text. */
export function readCarrier(event: Reading, text: string, context: Context): boolean {
  const object = text.charCodeAt(0) === 123 ? objectIn(text) : undefined;
  const inner = object && unwrap(object, true);
  return object !== undefined && inner?.kind === "line" && readLineOf(event, inner, { ...context, object });
}

/**
 * What the OTLP receiver kept: always a log record, even without a time. `readBody` reads a body that is a text line, and says
 * whether any format fits. False when the text is no JSON object.
 */
export function readOtlp(event: Reading, text: string, readBody: (line: string) => boolean): boolean {
  const value = objectIn(text);
  if (value !== undefined) readOtel(event, value, readBody);
  return value !== undefined;
}

/** The same for an object that is there already. */
export function readObject(event: Reading, object: JsonObject, context: Context): void {
  if (!readWindows(event, object, context.hints)) readOther(event, object, context);
}

function readOther(event: Reading, object: JsonObject, context: Context): void {
  const { hints } = context;
  if (isOtelRecord(object)) {
    const { readPayload } = context;
    const readText = (text: string) =>
      hints.custom?.(event, text, hints) ||
      readPayload(event, text, hints) ||
      readSyslog(event, text, { hints, readPayload });
    readOtel(event, object, readText);
    return;
  }
  const inner = unwrap(object);
  if (inner?.kind === "object") {
    readDocument(event, inner.object, context);
    return;
  }
  if (inner === undefined || !readLineOf(event, inner, { ...context, object })) readGenericJson(event, object, hints);
}

/** Elasticsearch's `_source`: what was indexed, which may carry a line, but no `_source` of its own. */
function readDocument(event: Reading, object: JsonObject, context: Context): void {
  const { hints } = context;
  if (readWindows(event, object, hints)) return;
  const inner = unwrap(object);
  if (inner?.kind !== "line" || !readLineOf(event, inner, { ...context, object }))
    readGenericJson(event, object, hints);
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The line as if it had come alone, then the wrapper's facts where the line is silent. False when no reader knows the line. */
function readLineOf(event: Reading, inner: CarriedLine, context: Context & { object: JsonObject }): boolean {
  const { hints, object } = context;
  event.isVerbatim = false;
  if (!readWithHeader(event, inner, context)) return false;
  event.isVerbatim = false;
  if (Number.isNaN(event.timeMs)) fillWrapperTime(event, object, hints);
  keepWrapper(event, object, inner.line);
  return true;
}

function readWithHeader(event: Reading, { line, header }: CarriedLine, context: Context): boolean {
  const { hints, readCarried, readPayload } = context;
  const text = line.trim();
  const { program } = header;
  const whole = { ...NO_HEADER, ...header };
  // A mnemonic of Cisco's is no program: it belongs to the message.
  if (program === "" || program.startsWith("%")) {
    const isRead = readCarried(event, program === "" ? text : `${program}: ${text}`, hints);
    if (isRead) fillEnvelope(event, { ...whole, program: "" }, hints);
    return isRead;
  }
  if (hints.custom?.(event, text, { ...hints, program }) || readPayload(event, text, hints))
    fillEnvelope(event, whole, hints);
  else readMessage(event, text, { header: whole, hints, readPayload });
  return true;
}

const NO_HEADER = { hasTime: false, timeMs: Number.NaN, structured: [], isHostSure: true, messageAt: 0 } as const;

/** What a wrapper says beside the line keeps its names, so that people find by it where a line was found. */
function keepWrapper(event: Reading, object: JsonObject, line: string): void {
  const beside = Object.keys(object).filter((name) => !IS_READ.has(name) && object[name] !== line);
  if (beside.length === 0) return;
  const apart = newReading();
  for (const name of beside) flattenInto(apart, name, object[name]);
  for (const name in apart.fields) {
    const value = apart.fields[name];
    if (value !== undefined && value !== line) addField(event, name, value);
  }
}

/** Names that are read already: the line, its time, its header. */
const IS_READ: ReadonlySet<string> = new Set(["@timestamp", "@version", "@metadata", "ecs", ...HEADER_NAMES]);

function fillWrapperTime(event: Reading, object: JsonObject, hints: ParseHints): void {
  const outer = newReading();
  for (const name of TIME_NAMES) if (object[name] !== undefined) flattenInto(outer, name, object[name]);
  setTimeFrom(outer, TIME_NAMES, zoneOf(hints));
  event.timeMs = outer.timeMs;
}
