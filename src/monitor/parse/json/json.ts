import { isObject, type JsonObject } from "../flatten.ts";
import { newReading, note, type ParseHints, type Reading } from "../reading.ts";
import { type PayloadReader, readSyslog } from "../syslog/syslog.ts";
import { readWindows } from "../windows/windows.ts";
import { readGenericJson } from "./generic-json.ts";
import { isOtelRecord, readOtel } from "./otel.ts";
import { unwrap } from "./unwrap.ts";

type Context = { readonly hints: ParseHints; readonly readPayload: PayloadReader };

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
      readPayload(event, text, hints) || readSyslog(event, text, { hints, readPayload });
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

/** A shipper's JSON around a text line: the line is read as if it had come alone, then the wrapper's facts fill the gaps. */
function readWrapped(event: Reading, inner: WrappedLine, context: Context & { object: JsonObject }): void {
  const { hints, object, readPayload } = context;
  const line = inner.line.trim();
  const envelope = inner.program === "" ? "" : `${inner.program}: `;
  const isRead =
    line.charCodeAt(0) !== 123 &&
    (readPayload(event, line, hints) ||
      readSyslog(event, envelope === "" ? line : `<14>${inner.host} ${envelope}${line}`, { hints, readPayload }));
  if (!isRead) {
    readGenericJson(event, object, hints);
    return;
  }
  if (Number.isNaN(event.timeMs)) fillWrapperTime(event, object, hints);
  if (event.hot.host_name === "") event.hot.host_name = inner.host;
}

function fillWrapperTime(event: Reading, object: JsonObject, hints: ParseHints): void {
  const outer = newReading();
  readGenericJson(outer, object, hints);
  event.timeMs = outer.timeMs;
}
