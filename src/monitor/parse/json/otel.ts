import { addFields } from "../envelope.ts";
import { flattenInto, isObject, type JsonObject } from "../flatten.ts";
import { answerGeneric, fillColumns } from "../generic.ts";
import { addField, classify, type Reading, setField, setTimeMs, textOf } from "../reading.ts";
import { levelOfSyslog, severityOfSyslog } from "../severity.ts";

/** An OTLP log record as the collector keeps it: names of OTLP's JSON, attributes as plain maps. */
export const isOtelRecord = (object: JsonObject): boolean =>
  (isNanos(object.timeUnixNano) || isNanos(object.observedTimeUnixNano)) &&
  (object.body !== undefined || isObject(object.attributes) || isObject(object.resource));

/**
 * OpenTelemetry log record. A body that is a log line of its own is read as if it had come alone; attributes and resource
 * fill what it leaves open. `readText` reads a text line, and says whether any format fits. Source: OpenTelemetry logs data model 1.x, semantic conventions ↔ ECS.
 *
 * | question   | column     | from                                                        |
 * |------------|------------|-------------------------------------------------------------|
 * | who        | who        | the line, else user.name, enduser.id                        |
 * | where from | where_from | the line, else client.address / source.address, else host   |
 * | with what  | with_what  | the line, else service.name, process                        |
 * | what       | what       | the line, else url, file, … , message                       |
 * | did what   | did_what   | the line, else by what the columns describe                 |
 */
export function readOtel(event: Reading, object: JsonObject, readText: (text: string) => boolean): void {
  const { body } = object;
  const text = typeof body === "string" ? body.trim() : "";
  const isRead = text !== "" && readText(text);
  if (!isRead) classify(event.hot, "otel", { product: "", category: "", service: "" });
  event.isVerbatim = false;
  if (!isRead && isObject(body)) for (const name in body) flattenInto(event, name, body[name]);
  if (Number.isNaN(event.timeMs)) setTime(event, object);
  addOwn(event, object);
  const attributes = { ...mapIn(object.resource), ...mapIn(object.attributes) };
  addFields(event, attributes);
  addAliases(event);
  fillSeverity(event, object);
  if (!isRead && event.hot.message === "") event.hot.message = text;
  if (!isRead) answerGeneric(event, textOf(event.fields, "event.outcome"));
}

const mapIn = (value: unknown): JsonObject => (isObject(value) ? value : {});
/** Empty, or an id of zeros, which stands for none (W3C Trace Context §3.2.2.3). */
const isUnset = (value: string): boolean => value === "" || /^0{16,32}$/.test(value);
const isNanos = (value: unknown): value is string => typeof value === "string" && /^\d{1,20}$/.test(value);

/** 0 is OTLP's "unknown". */
function setTime(event: Reading, { timeUnixNano, observedTimeUnixNano }: JsonObject): void {
  const nanos = [timeUnixNano, observedTimeUnixNano].find((value) => isNanos(value) && !/^0+$/.test(value));
  if (typeof nanos === "string") setTimeMs(event, Number(BigInt(nanos) / 1_000_000n));
}

/** ECS names where ECS has one. */
function addOwn(event: Reading, object: JsonObject): void {
  const scope = mapIn(object.scope);
  const own = [
    ["trace.id", object.traceId],
    ["span.id", object.spanId],
    ["otel.event_name", object.eventName],
    ["otel.scope.name", scope.name],
    ["otel.severity_text", object.severityText],
  ] as const;
  for (const [name, value] of own) if (typeof value === "string" && !isUnset(value)) addField(event, name, value);
  if (typeof object.severityNumber === "number") setField(event, "otel.severity_number", object.severityNumber);
  if (object.body !== undefined && !isObject(object.body)) flattenInto(event, "body", object.body);
}

/** OpenTelemetry's name → ECS's, where they differ. */
const ALIASES = {
  "client.address": "source.ip",
  "network.peer.address": "source.ip",
  "server.address": "destination.domain",
  "enduser.id": "user.name",
  "process.executable.path": "process.executable",
  "process.executable.name": "process.name",
  "deployment.environment.name": "service.environment",
  "service.instance.id": "service.node.name",
} as const;

function addAliases(event: Reading): void {
  for (const [from, to] of Object.entries(ALIASES)) {
    const value = event.fields[from];
    if (value !== undefined) addField(event, to, value);
  }
  fillColumns(event);
}

/** 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn, 17–20 error, 21–24 fatal → syslog's scale. */
const SYSLOG_BY_BAND = [7, 7, 6, 4, 3, 2];

function fillSeverity({ hot }: Reading, { severityNumber }: JsonObject): void {
  if (typeof severityNumber !== "number" || severityNumber < 1 || severityNumber > 24) return;
  const syslog = SYSLOG_BY_BAND[Math.floor((severityNumber - 1) / 4)] ?? 6;
  if (hot.event_severity !== 0) return;
  hot.log_level = levelOfSyslog(syslog);
  hot.event_severity = severityOfSyslog(syslog);
}
