import { flattenInto, isObject, type JsonObject } from "../flatten.ts";
import { bounded, newReading, note, type ParseHints, type Reading } from "../reading.ts";
import { type PayloadReader, readSyslog } from "../syslog/syslog.ts";
import { readWindows } from "../windows/windows.ts";
import { readGenericJson } from "./generic-json.ts";
import { isOtelRecord, readOtel } from "./otel.ts";
import { unwrap } from "./unwrap.ts";

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
  const inner = object && unwrap(object);
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
  if (inner === undefined) {
    readGenericJson(event, object, hints);
    return;
  }
  if (inner.kind === "object") {
    if (!readWindows(event, inner.object, hints)) readGenericJson(event, inner.object, hints);
    return;
  }
  readWrapped(event, inner, { ...context, object });
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type WrappedLine = { line: string; program: string; host: string };

/** A shipper's JSON around a text line: the line is read as if it had come alone, else the document is one of its own. */
function readWrapped(event: Reading, inner: WrappedLine, context: Context & { object: JsonObject }): void {
  if (!readLineOf(event, inner, context)) readGenericJson(event, context.object, context.hints);
}

/** The line, then the wrapper's facts where the line is silent. */
function readLineOf(event: Reading, inner: WrappedLine, context: Context & { object: JsonObject }): boolean {
  const { hints, object, readPayload, readCarried } = context;
  const { program, host } = inner;
  const line = inner.line.trim();
  const isRead =
    program === ""
      ? readCarried(event, line, hints)
      : hints.custom?.(event, line, { ...hints, program }) ||
        readPayload(event, line, hints) ||
        readSyslog(event, `<14>${host} ${program}: ${line}`, { hints, readPayload });
  event.isVerbatim = false;
  if (!isRead) return false;
  if (Number.isNaN(event.timeMs)) fillWrapperTime(event, object, hints);
  const { hot } = event;
  if (hot.host_name === "") hot.host_name = bounded(host);
  if (hot.where_from === "") hot.where_from = hot.host_name;
  for (const name of CONTEXT) {
    const fact = object[name];
    if (fact !== undefined && fact !== inner.line && event.fields[name] === undefined) flattenInto(event, name, fact);
  }
  return true;
}

/** What a wrapper says of the place a line was found in, which people look for it by. */
const CONTEXT = [
  "kubernetes",
  "container",
  "container_name",
  "log",
  "path",
  "filename",
  "tags",
  "labels",
  "fields",
] as const;

function fillWrapperTime(event: Reading, object: JsonObject, hints: ParseHints): void {
  const outer = newReading();
  readGenericJson(outer, object, hints);
  event.timeMs = outer.timeMs;
}
