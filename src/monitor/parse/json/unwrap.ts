import { isObject, type JsonObject } from "../flatten.ts";

/** A JSON document that only carries another event: a text line, or a search engine's document. */
export type Wrapped =
  | { readonly kind: "object"; readonly object: JsonObject }
  | { readonly kind: "line"; readonly line: string; readonly program: string; readonly host: string };

/**
 * Finds what a shipper wrapped: the text lines of Filebeat, Logstash, Fluent Bit, Vector and rsyslog, journald's JSON export,
 * Elasticsearch's `_source`. Undefined when the document speaks for itself.
 */
export function unwrap(object: JsonObject): Wrapped | undefined {
  if (isObject(object._source)) return { kind: "object", object: object._source };
  if (typeof object.MESSAGE === "string" && typeof object.SYSLOG_IDENTIFIER === "string")
    return lineOf(object.MESSAGE, object.SYSLOG_IDENTIFIER, object._HOSTNAME);
  const line = LINES.map((name) => object[name]).find((value) => typeof value === "string");
  if (typeof line !== "string" || line === "" || !isCarrier(object)) return undefined;
  const program = PROGRAMS.map((name) => object[name]).find((value) => typeof value === "string");
  return lineOf(line, typeof program === "string" ? program : "", hostIn(object));
}

/** Where shippers put the line. */
const LINES = ["message", "log", "msg", "_raw"] as const;
/** What the syslog inputs of Vector, Fluent Bit, Fluentd and rsyslog call the tag. */
const PROGRAMS = ["appname", "ident", "syslogtag", "program"] as const;

/** What shippers say of where a line comes from, and nothing of what is in it. */
const SHIPPERS_OWN: ReadonlySet<string> = new Set([
  ...[...LINES, ...PROGRAMS],
  ...["@timestamp", "@version", "@metadata", "timestamp", "time", "date", "_time", "timereported", "timegenerated"],
  ...[
    "agent",
    "ecs",
    "input",
    "data_stream",
    "fields",
    "tags",
    "labels",
    "type",
    "beat",
    "prospector",
    "source",
    "offset",
  ],
  ...["host", "hostname", "fromhost-ip", "source_ip", "source_type", "port", "path", "file", "filename", "tag"],
  ...["facility", "severity", "pri", "priority", "procid", "pid", "msgid", "version", "syslog", "syslogfacility-text"],
  ...["syslogseverity-text", "syslogfacility", "syslogseverity", "stream", "logtag", "_p", "kubernetes", "docker"],
  ...["container", "container_id", "container_name", "cloud", "orchestrator", "namespace", "event", "service"],
]);

/** `event` and `service` are a shipper's only when they name its module or keep the original line. */
const EVENT_OF_SHIPPER: ReadonlySet<string> = new Set([
  "original",
  "dataset",
  "module",
  "ingested",
  "created",
  "timezone",
]);

/**
 * Whether a document says nothing but where its line comes from. Filebeat always does: its processors add facts of the machine under
 * names of their own (`add_host_metadata`, `add_process_metadata`), so that its mark is enough.
 */
function isCarrier(object: JsonObject): boolean {
  const { agent, event, service } = object;
  if (isObject(agent) && agent.type === "filebeat" && isObject(object.log)) return true;
  if (Array.isArray(event) || (isObject(event) && !isOnly(event, EVENT_OF_SHIPPER))) return false;
  if (service !== undefined && !isObject(service)) return false;
  return isOnly(object, SHIPPERS_OWN);
}

function isOnly(object: JsonObject, names: ReadonlySet<string>): boolean {
  for (const name in object) if (!names.has(name)) return false;
  return true;
}

const hostIn = ({ host, hostname }: JsonObject): unknown =>
  isObject(host) ? (host.hostname ?? host.name) : (host ?? hostname);

const lineOf = (line: string, program: string, host: unknown): Wrapped => ({
  kind: "line",
  line,
  program: programOf(program),
  host: typeof host === "string" && /^[\w.-]{1,255}$/.test(host) ? host : "",
});

/** rsyslog's tag has the process number and the colon. */
const programOf = (tag: string): string => /^([\w./()-]{1,64})(?:\[\d+\])?:?$/.exec(tag)?.[1] ?? "";
