import { toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { civilMs, digitsAt, readIso } from "../instant.ts";
import { type Reading, setField, setTimeMs } from "../reading.ts";
import { localToUtcMs } from "../zone.ts";
import { tell } from "./answer.ts";

/**
 * Logons of databases in their error logs: MySQL and MariaDB, PostgreSQL, SQL Server. Who: the account. Where from: the client.
 * With what: the server. What: the database, else the server. Did what: logons and their failures, connections.
 * Fields: user, database, using_password, reason. Source: the servers' manuals (error log, log_line_prefix, ERRORLOG).
 */
type Access = {
  readonly server: string;
  readonly action: Action;
  readonly outcome: Outcome;
  readonly user?: string;
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly fields?: Record<string, string>;
};

function tellAccess(event: Reading, access: Access): true {
  const host = access.host ?? "";
  return tell(event, {
    dataset: `${access.server}.error`,
    product: access.server,
    category: "database",
    action: access.action,
    outcome: access.outcome,
    user: access.user ?? "",
    ip: host,
    port: access.port ?? "",
    ...(host !== "" && toIp(host) === "" && { name: host }),
    withWhat: access.server,
    what: access.database || access.server,
    fields: { database: access.database ?? "", ...access.fields },
  });
}

const MYSQL =
  /Access denied for user '([^']{0,128})'@'([^']{0,255})'(?: to database '([^']{0,128})'| \(using password: (YES|NO)\))?/;
const MYSQL_ABORTED =
  /Aborted connection (\d{1,12}) to db: '([^']{0,128})' user: '([^']{0,128})' host: '([^']{0,255})' \((.{0,200})\)/;

/** `… Access denied for user 'sato'@'192.0.2.1' (using password: YES)` */
export function readMySql(event: Reading, message: string): boolean {
  const head = message.slice(0, 1024);
  const denied = MYSQL.exec(head);
  if (denied !== null) {
    const [, user = "", host = "", database = "", password = ""] = denied;
    const thread = /(?:^|:\d\d(?:\.\d{1,6})?Z?) {1,2}(\d{1,12}) \[/.exec(head)?.[1] ?? "";
    const fields = { using_password: password, thread_id: thread };
    return tellAccess(event, {
      server: "mysql",
      action: "logon-failed",
      outcome: "failure",
      user,
      host,
      database,
      fields,
    });
  }
  const [all, , database = "", user = "", host = "", reason = ""] = MYSQL_ABORTED.exec(head) ?? [];
  if (all === undefined) return false;
  const known = { user: user === "unauthenticated" || user === "unconnected" ? "" : user, host, fields: { reason } };
  return tellAccess(event, {
    server: "mysql",
    action: "connection-ended",
    outcome: "failure",
    database: database === "unconnected" ? "" : database,
    ...known,
  });
}

/** `FATAL:  password authentication failed for user "sato"`, whatever log_line_prefix put before it. */
export function readPostgres(event: Reading, message: string): boolean {
  const level = /(?:^|\s|\])(FATAL|LOG|ERROR|PANIC|WARNING|PROTOKOLL): {1,2}/.exec(message.slice(0, 300));
  if (level === null) return false;
  const before = message.slice(0, level.index);
  const text = message.slice(level.index + level[0].length, level.index + 1500);
  const failed =
    /authentication failed for user "([^"]{0,128})"|^role "([^"]{0,128})" (?:does not exist|is not permitted to log in)|no pg_hba\.conf entry for (?:replication connection from )?host "([^"]{1,255})", user "([^"]{0,128})"(?:, database "([^"]{0,128})")?|^database "([^"]{0,128})" does not exist|^permission denied for database "([^"]{0,128})"/.exec(
      text,
    );
  const authorized = /^connection authorized: user=(\S{1,128})(?: database=(\S{1,128}))?/.exec(text);
  const received = /^connection received: host=(\S{1,255})(?: port=(\d{1,5}))?/.exec(text);
  const ended =
    /^disconnection: .{0,80}user=(\S{1,128}) database=(\S{1,128}) host=(\S{1,255})(?: port=(\d{1,5}))?/.exec(text);
  const prefix = /(?:^|\s)([^\s@[\]]{1,128})@([^\s@[\]]{1,128})(?=\s|$)/.exec(before);
  const method = /^(\S{1,32}) authentication failed/.exec(text)?.[1] ?? "";
  const pid = /\[(\d{1,10})\](?=\s|$)/.exec(before)?.[1];
  const host = failed?.[3] ?? received?.[1] ?? ended?.[3] ?? addressIn(before);
  const port = received?.[2] ?? ended?.[4] ?? "";
  const user = failed?.[1] ?? failed?.[2] ?? failed?.[4] ?? authorized?.[1] ?? ended?.[1] ?? prefix?.[1] ?? "";
  const database = failed?.[5] ?? failed?.[6] ?? failed?.[7] ?? authorized?.[2] ?? ended?.[2] ?? prefix?.[2] ?? "";
  const [action, outcome]: readonly [Action | undefined, Outcome] =
    failed !== null
      ? ["logon-failed", "failure"]
      : authorized !== null
        ? ["logged-on", "success"]
        : received !== null
          ? ["connection-opened", "success"]
          : ended !== null
            ? ["connection-ended", "success"]
            : [undefined, "unknown"];
  if (action === undefined) return false;
  if (pid !== undefined && event.hot.process_pid === 0) event.hot.process_pid = Number(pid);
  return tellAccess(event, {
    server: "postgresql",
    action,
    outcome,
    user,
    host,
    port,
    database,
    fields: { level: level[1] ?? "", auth_method: method, reason: text },
  });
}

/** `%h` or `%r` of log_line_prefix: an address that stands alone, with `(port)` or without. */
function addressIn(before: string): string {
  for (const word of before.split(/[\s[\]=,]+/, 24)) {
    const ip = toIp(word.replace(/\(\d{1,5}\)$|:$/, ""));
    if (ip !== "") return ip;
  }
  return "";
}

/** `Login failed for user 'SA'. Reason: … [CLIENT: 192.0.2.1]` */
export function readMsSql(event: Reading, message: string): boolean {
  const [all, verb = "", user = "", told = ""] =
    /Login (failed|succeeded) for user '([^']{0,256})'\.(.{0,600})/s.exec(message.slice(0, 1200)) ?? [];
  if (all === undefined) return false;
  const client = /\[CLIENT: ([^\]]{1,64})\]/.exec(told)?.[1] ?? "";
  const reason = /Reason: (.{1,400}?)\.? \[CLIENT/s.exec(told)?.[1] ?? "";
  const isFailed = verb === "failed";
  return tellAccess(event, {
    server: "mssql",
    action: isFailed ? "logon-failed" : "logged-on",
    outcome: isFailed ? "failure" : "success",
    user,
    host: client === "<local machine>" || client === "<named pipe>" ? "" : client,
    fields: { reason },
  });
}

/** A line of a database's own file: which server wrote it is told by words in its first part. */
export function readDatabaseLine(event: Reading, text: string, zone: string): boolean {
  const head = text.slice(0, 220);
  const read =
    head.includes("Access denied for user '") || head.includes("Aborted connection ")
      ? readMySql
      : head.includes("Login failed for user '") || head.includes("Login succeeded for user '")
        ? readMsSql
        : head.includes(":  ")
          ? readPostgres
          : undefined;
  if (read === undefined) return false;
  event.hot.message = clip(text, MAX_MESSAGE_CHARS);
  if (!read(event, text)) {
    event.hot.message = "";
    return false;
  }
  const ms = timeIn(head, zone);
  if (!Number.isNaN(ms)) setTimeMs(event, ms);
  setField(event, "message", text);
  return true;
}

/** `2026-11-23T10:00:00Z`, MariaDB's `2026-11-23  9:05:00`, MySQL 5's `261123 10:00:00`, or the time that follows a PostgreSQL prefix. */
function timeIn(head: string, zone: string): number {
  const date = /(?:^|\s|\[)(\d{4}-\d\d-\d\d[ T] ?\d{1,2}:\d\d:\d\d)/.exec(head);
  if (date !== null) {
    const at = head.indexOf(date[1] ?? "");
    const padded = `${head.slice(at, at + 11)}${head.slice(at + 11, at + 19).replace(/^ (?=\d:)/, "0")}${head.slice(at + 19, at + 40)}`;
    const isUtc = / (?:UTC|GMT)\b/.test(head.slice(at, at + 40));
    return readIso(padded, 0, isUtc ? "" : zone)?.ms ?? Number.NaN;
  }
  const short = /^(\d{6}) {1,2}(\d{1,2}):(\d\d):(\d\d) /.exec(head);
  if (short === null) return Number.NaN;
  const day = short[1] ?? "";
  const local = civilMs({
    year: 2000 + digitsAt(day, 0, 2),
    month: digitsAt(day, 2, 2),
    day: digitsAt(day, 4, 2),
    hour: Number(short[2]),
    minute: Number(short[3]),
    second: Number(short[4]),
  });
  return zone === "" ? local : localToUtcMs(local, zone);
}
