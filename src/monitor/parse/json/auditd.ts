import type { Fields } from "../../event/index.ts";
import { toCount, toIp } from "../address.ts";
import { clip } from "../bounds.ts";
import type { Action } from "../contract.ts";
import { epochToMs } from "../instant.ts";
import { readPairs } from "../key-value.ts";
import { act, addField, baseName, bounded, classify, type Reading, setTimeMs, textOf } from "../reading.ts";

/**
 * Linux audit records: `type=SYSCALL msg=audit(1652292621.986:84138): key=value …`, raw, or inside the JSON of a cloud agent
 * (SyslogMessage of auoms), whose own fields are kept beside the record's.
 *
 * | question   | column     | from                                                             |
 * |------------|------------|------------------------------------------------------------------|
 * | who        | who        | the login user (AUID, audit_user) when set, else user / acct / uid |
 * | where from | where_from | addr or hostname of a login, else the node                       |
 * | with what  | with_what  | exe, else comm                                                   |
 * | what       | what       | the command line, file name, else the record type                |
 * | did what   | did_what   | by record type and system call                                   |
 *
 * Fields are auditd's own names (type, SYSCALL, a0 …); an execve also gets Image, CommandLine and User, so that the rules for
 * process creation on Linux see it. Source: audit-documentation, record types and field dictionary.
 */
export function readAuditd(event: Reading): void {
  const { fields, hot } = event;
  const message = textOf(fields, "SyslogMessage");
  hot.host_name = bounded(textOf(fields, "HostName") || textOf(fields, "Computer"));
  hot.host_ip = toIp(fields.HostIP);
  classify(hot, "linux.syslog", { product: "linux", category: "", service: "syslog" });
  hot.process_name = bounded(textOf(fields, "ProcessName"));
  hot.message = clip(message, 1024);
  if (message.includes("audit(")) readAuditRecord(event, message);
}

const STAMP = /\baudit\((\d{1,12})\.(\d{3}):(\d+)\)/;

/** Fills the event from one audit record; false when the text is none. */
export function readAuditRecord(event: Reading, text: string): boolean {
  const stamp = STAMP.exec(text.slice(0, 512));
  if (stamp === null) return false;
  const { fields, hot } = event;
  const head = /(?:^|\s)type=(\S+)/.exec(text.slice(0, stamp.index))?.[1] ?? "";
  const node = /^node=(\S+)/.exec(text)?.[1] ?? "";
  readPairs(event, text, { at: stamp.index + stamp[0].length, isGeneric: false });
  if (typeof fields.msg === "string" && /^(?:op|unit)=/.test(fields.msg))
    readPairs(event, fields.msg, { at: 0, isGeneric: false });
  for (const name of ["proctitle", "cmdline"]) {
    const whole = unquotedValue(text, name);
    if (whole !== "") fields[name] = whole;
  }
  if (head !== "") fields.type = head;
  addField(event, "serial", stamp[3] ?? "");
  setTimeMs(event, epochToMs(Number(stamp[1])) + Number(stamp[2]));
  if (hot.host_name === "") hot.host_name = bounded(textOf(fields, "node") || node);
  addSyscallName(event);
  const source = { product: "linux", category: isExec(fields) ? "process_creation" : "", service: "auditd" };
  classify(hot, "linux.auditd", source);
  hot.message = clip(text, 1024);
  fillHot(event);
  return true;
}

/** Agents write titles with spaces and without quotes: such a value runs to the next `name=`. */
function unquotedValue(text: string, name: string): string {
  const at = text.indexOf(` ${name}=`);
  if (at < 0) return "";
  const rest = text.slice(at + name.length + 2, at + name.length + 2 + MAX_TITLE_CHARS);
  if (rest.startsWith('"')) return "";
  const next = / [a-z_]+=/.exec(rest);
  return next === null ? rest : rest.slice(0, next.index);
}

const MAX_TITLE_CHARS = 8_192;

const MACHINE_NAMES = new Map([
  ["59", "execve"],
  ["322", "execveat"],
  ["42", "connect"],
  ["41", "socket"],
  ["2", "open"],
  ["257", "openat"],
  ["87", "unlink"],
  ["263", "unlinkat"],
  ["101", "ptrace"],
  ["319", "memfd_create"],
]);

/** auditd writes numbers (x86_64 here) unless it enriches; agents write the name. Rules read SYSCALL. */
function addSyscallName(event: Reading): void {
  const call = textOf(event.fields, "syscall");
  if (call === "") return;
  if (!/^\d+$/.test(call)) addField(event, "SYSCALL", call);
  else if (textOf(event.fields, "arch") === "c000003e") addField(event, "SYSCALL", MACHINE_NAMES.get(call) ?? "");
}

const recordType = (fields: Fields): string => textOf(fields, "type").replace(/^AUOMS_/, "");
const isExec = (fields: Fields): boolean =>
  recordType(fields) === "EXECVE" || (recordType(fields) === "SYSCALL" && /^execve/.test(textOf(fields, "SYSCALL")));

function fillHot(event: Reading): void {
  const { fields, hot } = event;
  const user = firstKnown(fields, ["AUID", "audit_user", "UID", "user", "acct", "EUID", "effective_user"]);
  hot.user_name = bounded(user);
  hot.user_id = bounded(textOf(fields, "auid") === "4294967295" ? textOf(fields, "uid") : textOf(fields, "auid"));
  hot.who = hot.user_name || hot.user_id;
  hot.process_executable = bounded(textOf(fields, "exe"));
  hot.process_name = bounded(baseName(hot.process_executable) || textOf(fields, "comm"));
  hot.process_pid = toCount(fields.pid, 0xff_ff_ff_ff);
  hot.process_parent_pid = toCount(fields.ppid, 0xff_ff_ff_ff);
  hot.file_path = textOf(fields, "name");
  hot.source_ip = toIp(fields.addr);
  hot.event_code = bounded(textOf(fields, "type"));
  if (isExec(fields)) addProcessNames(event);
  const failed = textOf(fields, "success") === "no" || /^(?:failed|0|no)$/.test(textOf(fields, "res"));
  act(hot, actionOf(fields, failed), failed ? "failure" : "success");
  hot.where_from = hot.source_ip || bounded(firstKnown(fields, ["hostname"])) || hot.host_name;
  hot.with_what = hot.process_name || "auditd";
  hot.what = bounded(
    hot.process_command_line || hot.file_path || firstKnown(fields, ["cmd", "unit", "key"]) || textOf(fields, "type"),
  );
}

function firstKnown(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(fields, name);
    if (text !== "" && text !== "unset" && text !== "?" && text !== "(none)" && text !== "(unknown)") return text;
  }
  return "";
}

function addProcessNames(event: Reading): void {
  const { fields, hot } = event;
  hot.process_command_line = commandLineOf(fields);
  addField(event, "CommandLine", hot.process_command_line);
  addField(
    event,
    "Image",
    hot.process_executable || (textOf(fields, "a0").startsWith("/") ? textOf(fields, "a0") : ""),
  );
  addField(event, "User", hot.user_name);
  addField(event, "CurrentDirectory", textOf(fields, "cwd"));
}

/** cmdline (agents), else EXECVE's arguments, else proctitle; each may be hex when it holds spaces. */
function commandLineOf(fields: Fields): string {
  const told = textOf(fields, "cmdline");
  if (told !== "") return fromHex(told);
  const count = toCount(fields.argc, 256);
  if (count > 0) {
    const words: string[] = [];
    for (let i = 0; i < count; i += 1) words.push(fromHex(textOf(fields, `a${i}`)));
    return words.join(" ");
  }
  return fromHex(textOf(fields, "proctitle"));
}

function fromHex(text: string): string {
  if (text.length < 6 || text.length % 2 !== 0 || !/^[0-9A-F]+$/.test(text)) return text;
  return Buffer.from(text, "hex").toString("utf8").replaceAll("\0", " ");
}

const ACTION_BY_TYPE = new Map<string, Action>([
  ["USER_LOGIN", "logged-on"],
  ["USER_AUTH", "credentials-checked"],
  ["USER_START", "session-opened"],
  ["USER_END", "session-closed"],
  ["USER_CMD", "command-run"],
  ["ADD_USER", "user-created"],
  ["DEL_USER", "user-deleted"],
  ["ADD_GROUP", "group-created"],
  ["DEL_GROUP", "group-deleted"],
  ["USER_CHAUTHTOK", "password-changed"],
  ["SERVICE_START", "service-started"],
  ["SERVICE_STOP", "service-stopped"],
  ["CONFIG_CHANGE", "audit-policy-changed"],
  ["SYSTEM_BOOT", "system-started"],
  ["SYSTEM_SHUTDOWN", "system-stopped"],
  ["PATH", "file-accessed"],
  ["SOCKADDR", "connection-opened"],
  ["AVC", "object-accessed"],
  ["ANOM_ABEND", "program-failed"],
]);

function actionOf(fields: Fields, failed: boolean): Action {
  if (isExec(fields)) return "process-started";
  const action = ACTION_BY_TYPE.get(recordType(fields)) ?? "system-call-made";
  return action === "logged-on" && failed ? "logon-failed" : action;
}
