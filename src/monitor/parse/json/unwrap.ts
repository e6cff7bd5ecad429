import { isObject, type JsonObject } from "../flatten.ts";
import { type CarriedHeader, carriedHeader } from "./carried-header.ts";

/** A text line in a shipper's document, and what the document says in place of the line's own head. */
export type CarriedLine = { readonly kind: "line"; readonly line: string; readonly header: CarriedHeader };

/** A JSON document that only carries another event: a text line, or a search engine's document. */
export type Wrapped = { readonly kind: "object"; readonly object: JsonObject } | CarriedLine;

/**
 * Finds what a shipper wrapped: the text lines of Filebeat, Logstash, Fluent Bit, Vector and rsyslog, journald's JSON export,
 * Elasticsearch's `_source`. Undefined when the document speaks for itself. `isPinned`: the source is said to send lines, so that a document
 * needs no other mark of a shipper.
 */
export function unwrap(object: JsonObject, isPinned = false): Wrapped | undefined {
  if (isObject(object._source)) return { kind: "object", object: object._source };
  if (typeof object.MESSAGE === "string" && (typeof object.SYSLOG_IDENTIFIER === "string" || isOfSyslogNg(object)))
    return { kind: "line", line: object.MESSAGE, header: carriedHeader(object) };
  const line = LINE_NAMES.map((name) => object[name]).find((value) => typeof value === "string");
  if (typeof line !== "string" || line === "" || !isCarrier(object, isPinned)) return undefined;
  return { kind: "line", line, header: carriedHeader(object) };
}

const setOf = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/));

/** syslog-ng's `format-json --scope rfc3164` or `rfc5424`: its macros are the names. */
const isOfSyslogNg = ({ PROGRAM, HOST, PRIORITY, FACILITY }: JsonObject): boolean =>
  [PROGRAM, HOST, PRIORITY, FACILITY].every((macro) => typeof macro === "string");

/** Where shippers put the line. */
const LINE_NAMES = ["message", "log", "msg", "_raw"] as const;

/** What only shippers write: one of these shows that somebody else than the program made the document. */
const MARKS = setOf(`
  @timestamp @version @metadata agent beat input kubernetes docker container container_id container_name logtag _p
  source_type source_ip fromhost-ip fromhost syslogtag syslogfacility syslogfacility-text appname ident facility`);

/** All else that shippers say of where a line comes from, and nothing of what is in it. */
const BESIDE = setOf(`
  message log msg _raw timestamp time date _time timereported timegenerated ecs data_stream fields labels type prospector source offset
  host hostname port path file filename stream tag tags program severity pri priority procid pid msgid version syslog syslogseverity syslogseverity-text cloud
  orchestrator namespace event service process`);

/** `event` and `process` are a shipper's only when they name its module, keep the original line, or repeat syslog's head. */
const OF_SHIPPER = {
  event: setOf("original dataset module ingested created timezone severity"),
  process: setOf("name program pid"),
} as const;

/**
 * Whether a document says nothing but where its line comes from. What a program logs may be what a stranger typed into it: its own JSON, with a
 * message and a level, is no carrier. Filebeat's mark is enough: its processors add facts under names of their own.
 */
function isCarrier(object: JsonObject, isPinned: boolean): boolean {
  const { agent, service } = object;
  if (isObject(agent) && agent.type === "filebeat" && isObject(object.log)) return true;
  if (service !== undefined && !isObject(service)) return false;
  for (const name of ["event", "process"] as const) {
    const value = object[name];
    if (value !== undefined && !(isObject(value) && isOnly(value, OF_SHIPPER[name]))) return false;
  }
  // Docker's own files: a line under `log`, and which stream it came by.
  let isMarked = isPinned || (typeof object.log === "string" && typeof object.stream === "string");
  for (const name in object) {
    if (MARKS.has(name)) isMarked = true;
    else if (!BESIDE.has(name)) return false;
  }
  return isMarked;
}

function isOnly(object: JsonObject, names: ReadonlySet<string>): boolean {
  for (const name in object) if (!names.has(name)) return false;
  return true;
}
