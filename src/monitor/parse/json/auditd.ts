import type { Fields } from "../../event/index.ts";
import { toCount, toIp } from "../address.ts";
import { clip } from "../bounds.ts";
import type { Action } from "../contract.ts";
import { epochToMs } from "../instant.ts";
import { act, addField, baseName, bounded, classify, endpoint, type Reading, setTimeMs, textOf } from "../reading.ts";
import { fromAuditHex, readAuditPairs, readSocketAddress } from "../server/audit-pairs.ts";
import { ACTION_BY_CALL, ACTION_BY_TYPE, recordTypeName, systemCallName } from "../server/audit-tables.ts";

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
  const { fields } = event;
  const head = recordTypeName(/(?:^|\s)type ?=(\S+)/.exec(text.slice(0, stamp.index))?.[1] ?? "");
  const node = /(?:^|\s)node=(\S+)/.exec(text.slice(0, stamp.index))?.[1] ?? "";
  readAuditPairs(event, text, { at: stamp.index + stamp[0].length, isExecve: head === "EXECVE" });
  for (const name of ["proctitle", "cmdline"]) {
    const whole = unquotedValue(text, name);
    if (whole !== "") fields[name] = fromAuditHex(whole).replaceAll("\0", " ");
  }
  if (head !== "") fields.type = head;
  addField(event, "serial", stamp[3] ?? "");
  setTimeMs(event, epochToMs(Number(stamp[1])) + Number(stamp[2]));
  finishRecord(event, text, node);
  return true;
}

/** journald's copy has the type in front and neither stamp nor serial: `USER_LOGIN pid=71 uid=0 … msg='op=login …'`. */
export function readJournalAudit(event: Reading, text: string): boolean {
  const type = JOURNAL.exec(text)?.[1];
  if (type === undefined) return false;
  readAuditPairs(event, text, { at: type.length, isExecve: type === "EXECVE" });
  event.fields.type = type;
  finishRecord(event, text, "");
  return true;
}

const JOURNAL = /^([A-Z][A-Z0-9_]{2,31}) pid=/;

/** Columns and answers of a record whose fields are read. */
export function finishRecord(event: Reading, text: string, node: string): void {
  const { fields, hot } = event;
  if (hot.host_name === "") hot.host_name = bounded(textOf(fields, "node") || node);
  addSyscallName(event);
  addSocketAddress(event);
  const source = { product: "linux", category: isExec(fields) ? "process_creation" : "", service: "auditd" };
  classify(hot, "linux.auditd", source);
  hot.message = clip(text, 1024);
  fillHot(event);
}

/** Agents write titles with spaces and without quotes: such a value runs to the next `name=`. */
function unquotedValue(text: string, name: string): string {
  const at = text.indexOf(` ${name}=`);
  if (at < 0) return "";
  const rest = text.slice(at + name.length + 2, at + name.length + 2 + MAX_TITLE_CHARS);
  if (rest.startsWith('"')) return "";
  const [told = ""] = rest.split("\u001d", 1);
  const next = / [a-z_]+=/.exec(told);
  return next === null ? told : told.slice(0, next.index);
}

const MAX_TITLE_CHARS = 8_192;

/** auditd writes numbers unless it enriches; agents write the name. Rules read SYSCALL. */
function addSyscallName(event: Reading): void {
  const call = textOf(event.fields, "syscall");
  if (call === "") return;
  if (!/^\d+$/.test(call)) addField(event, "SYSCALL", call);
  else addField(event, "SYSCALL", systemCallName(textOf(event.fields, "arch"), call));
}

/** Decodes saddr into the names that an enriched record has. */
function addSocketAddress(event: Reading): void {
  const { fields, hot } = event;
  const address = readSocketAddress(textOf(fields, "saddr"));
  if (address !== undefined) {
    addField(event, "saddr_fam", address.family);
    addField(event, "laddr", toIp(address.ip));
    if (address.port !== 0) addField(event, "lport", address.port);
    addField(event, "path", address.path);
  }
  hot.destination_ip = toIp(fields.laddr);
  hot.destination_port = toCount(fields.lport, 65_535);
}

const recordType = (fields: Fields): string => textOf(fields, "type").replace(/^AUOMS_/, "");
const isExec = (fields: Fields): boolean =>
  recordType(fields) === "EXECVE" || (recordType(fields) === "SYSCALL" && /^execve/.test(textOf(fields, "SYSCALL")));

function fillHot(event: Reading): void {
  const { fields, hot } = event;
  fillUser(event);
  hot.who = hot.user_name || hot.user_id;
  hot.process_executable = bounded(textOf(fields, "exe"));
  hot.process_name = bounded(baseName(hot.process_executable) || textOf(fields, "comm"));
  hot.process_pid = toCount(fields.pid, 0xff_ff_ff_ff);
  hot.process_parent_pid = toCount(fields.ppid, 0xff_ff_ff_ff);
  hot.file_path = firstKnown(fields, ["name"]);
  hot.user_target_name = isAbout(fields) ? bounded(firstKnown(fields, ["acct", "id"])) : "";
  hot.source_ip = toIp(fields.addr);
  hot.event_code = bounded(textOf(fields, "type"));
  if (isExec(fields)) addProcessNames(event);
  const failed = isFailure(event);
  act(hot, actionOf(fields, failed), failed ? "failure" : "success");
  hot.where_from = hot.source_ip || bounded(firstKnown(fields, ["hostname"])) || hot.host_name;
  hot.with_what = hot.process_name || "auditd";
  hot.what = bounded(
    hot.process_command_line ||
      hot.file_path ||
      endpoint(hot.destination_ip, hot.destination_port) ||
      hot.user_target_name ||
      firstKnown(fields, ["cmd", "unit", "path", "cwd", "data", "key", "exe", "op", "SYSCALL"]) ||
      textOf(fields, "type"),
  );
}

/**
 * The login user, else the account that a record of a program names: its UID is then the daemon's (sshd runs as root), and so is
 * no id of that account. In a record about another account, acct is that other one.
 */
function fillUser({ fields, hot }: Reading): void {
  const login = firstKnown(fields, ["AUID", "audit_user"]);
  const isOwn = recordType(fields) !== "SYSCALL" && !isAbout(fields);
  const named = login === "" && isOwn ? firstKnown(fields, ["acct", "ID"]) : "";
  hot.user_name = bounded(login || named || firstKnown(fields, ["UID", "user", "EUID", "effective_user"]));
  const auid = textOf(fields, "auid");
  hot.user_id = bounded(auid !== "4294967295" ? auid : named === "" ? textOf(fields, "uid") : "");
}

/** Records that one account makes about another. */
const isAbout = (fields: Fields): boolean =>
  /^(?:ADD|DEL|USER_MGMT|USER_CHAUTHTOK|ACCT_|GRP_)/.test(recordType(fields)) || recordType(fields) === "USER_CMD";

function firstKnown(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(fields, name);
    if (
      text !== "" &&
      text !== "unset" &&
      text !== "?" &&
      text !== "(none)" &&
      text !== "(unknown)" &&
      text !== "(null)"
    )
      return text;
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

/** cmdline (agents), else EXECVE's arguments, else proctitle. */
function commandLineOf(fields: Fields): string {
  const told = textOf(fields, "cmdline");
  if (told !== "") return told;
  const count = toCount(fields.argc, 256);
  if (count > 0) {
    const words: string[] = [];
    for (let i = 0; i < count; i += 1) words.push(textOf(fields, `a${i}`));
    return words.join(" ");
  }
  return textOf(fields, "proctitle");
}

function actionOf(fields: Fields, failed: boolean): Action {
  const type = recordType(fields);
  if (type === "PATH") return ACTION_BY_NAMETYPE[textOf(fields, "nametype")] ?? "file-accessed";
  const action = ACTION_BY_TYPE.get(type) ?? ACTION_BY_CALL.get(textOf(fields, "SYSCALL")) ?? "system-call-made";
  return failed && (action === "logged-on" || type === "USER_ERR") ? "logon-failed" : action;
}

const ACTION_BY_NAMETYPE: Readonly<Record<string, Action>> = { CREATE: "file-created", DELETE: "file-deleted" };

/** Did it fail? `success=no`, `res=failed`, SELinux's `avc: denied` and AppArmor's DENIED unless the policy only warns. */
const isFailure = (event: Reading): boolean => {
  const { fields, hot } = event;
  if (textOf(fields, "success") === "no" || /^(?:failed|failure|0|no)$/.test(textOf(fields, "res"))) return true;
  // res=1 says that the record was written, not that the program did well.
  if (recordType(fields) === "ANOM_ABEND" || textOf(fields, "apparmor") === "DENIED") return true;
  return / avc: +denied /.test(hot.message) && textOf(fields, "permissive") !== "1";
};
