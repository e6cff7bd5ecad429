import { isObject, type JsonObject } from "../flatten.ts";
import { syslogOfLevelWord } from "../severity.ts";
import { FACILITIES } from "../syslog/facilities.ts";

/** What a shipper's document says in place of a line's syslog header. "" and -1 mean "not said". */
export type CarriedHeader = {
  readonly host: string;
  readonly program: string;
  readonly pid: string;
  readonly messageId: string;
  /** 0–23. */
  readonly facility: number;
  /** 0 (emergency) – 7 (debug). */
  readonly severity: number;
};

/**
 * Reads it by the names of Vector's, Fluent Bit's, Fluentd's and Filebeat's syslog inputs, rsyslog's and syslog-ng's templates
 * (`format-json --scope rfc5424` has syslog-ng's macros as names), and journald's JSON export.
 */
export function carriedHeader(object: JsonObject): CarriedHeader {
  const syslog = syslogOf(object);
  const [, program = "", tagPid = ""] =
    TAG.exec(
      textIn(first(object, PROGRAMS) ?? syslog.appname ?? processOf(object).name ?? processOf(object).program),
    ) ?? [];
  const pid = first(object, PIDS) ?? processOf(object).pid;
  const pri = numberIn(object.pri ?? syslog.priority, 191);
  const severity = first(object, SEVERITIES) ?? codeOf(syslog.severity);
  const facility = first(object, FACILITY_NAMES) ?? codeOf(syslog.facility);
  return {
    host: hostIn(object),
    program,
    pid: wordIn(pid) || tagPid,
    messageId: wordIn(object.msgid),
    facility: pri < 0 ? facilityIn(facility) : pri >> 3,
    severity: pri < 0 ? severityIn(severity) : pri & 7,
  };
}

const PROGRAMS = ["appname", "ident", "syslogtag", "SYSLOG_IDENTIFIER", "program", "PROGRAM"] as const;
const PIDS = ["procid", "pid", "_PID", "SYSLOG_PID", "PID"] as const;
const SEVERITIES = ["severity", "syslogseverity", "syslogseverity-text", "PRIORITY"] as const;
const FACILITY_NAMES = ["facility", "syslogfacility", "syslogfacility-text", "SYSLOG_FACILITY", "FACILITY"] as const;

/** The names that a header is read from: they are not kept a second time under the shipper's own. */
export const HEADER_NAMES: readonly string[] = [...PROGRAMS, ...PIDS, ...SEVERITIES, ...FACILITY_NAMES, "pri", "msgid"];

/** `sshd[7]:`, `%ASA-6-302013:`, `postfix/smtpd`. */
const TAG = /^\s*([\w./()%@-]{1,64})(?:\[(\d{1,10})\])?:?\s*$/;

function first(object: JsonObject, names: readonly string[]): unknown {
  for (const name of names) if (object[name] !== undefined && object[name] !== "-") return object[name];
  return undefined;
}

/** Filebeat's syslog input: `log.syslog`, with `process` beside it. */
function syslogOf({ log }: JsonObject): JsonObject {
  const syslog = isObject(log) ? log.syslog : undefined;
  return isObject(syslog) ? syslog : {};
}

/** ECS's name for the program. `isCarrier` lets only a `process` pass that repeats syslog's head. */
const processOf = ({ process }: JsonObject): JsonObject => (isObject(process) ? process : {});

/** ECS writes `{ code, name }`. */
const codeOf = (value: unknown): unknown => (isObject(value) ? (value.code ?? value.name) : value);

function hostIn(object: JsonObject): string {
  const { host } = object;
  const name = isObject(host)
    ? (host.hostname ?? host.name)
    : (host ?? object.hostname ?? object._HOSTNAME ?? object.HOST);
  return typeof name === "string" && /^[\w.:-]{1,255}$/.test(name) ? name : "";
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** A number or a short word. */
function wordIn(value: unknown): string {
  const text = typeof value === "number" ? String(value) : textIn(value);
  return /^[\w.-]{1,32}$/.test(text) && text !== "-" ? text : "";
}

function numberIn(value: unknown, most: number): number {
  const number = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= most ? number : -1;
}

function severityIn(value: unknown): number {
  const number = numberIn(value, 7);
  return number >= 0 || typeof value !== "string" ? number : syslogOfLevelWord(value);
}

function facilityIn(value: unknown): number {
  const number = numberIn(value, 23);
  return number >= 0 || typeof value !== "string" ? number : FACILITIES.indexOf(value.toLowerCase());
}
