import type { Action, Outcome } from "../contract.ts";
import { addField, type Reading } from "../reading.ts";
import { type ServerContext, tell } from "./answer.ts";

/** `192.0.2.1|sato|…`: operation → what it is to us. Source: vfs_full_audit(8). */
const SAMBA_OPERATIONS: Readonly<Record<string, Action>> = {
  connect: "share-accessed",
  disconnect: "session-closed",
  open: "file-accessed",
  openat: "file-accessed",
  create_file: "file-accessed",
  read: "file-accessed",
  pread: "file-accessed",
  write: "file-changed",
  pwrite: "file-changed",
  unlink: "file-deleted",
  unlinkat: "file-deleted",
  rmdir: "file-deleted",
  mkdir: "file-created",
  mkdirat: "file-created",
  rename: "file-renamed",
  renameat: "file-renamed",
  chmod: "permissions-changed",
  fchmod: "permissions-changed",
  chown: "permissions-changed",
  fset_nt_acl: "permissions-changed",
};

/**
 * Samba: full_audit's `prefix|operation|ok|file` (default prefix `%u|%I`; address, account, machine and share are found in any order that
 * names the address), authentication audit, refused connections. Who: the account. Where from: the client. With what: smbd and the
 * operation. What: the file. Fields: operation, result, file, share, status.
 */
export function readSamba(event: Reading, message: string): boolean {
  return readFullAudit(event, message) || readSambaLogin(event, message) || readSambaDenial(event, message);
}

function readFullAudit(event: Reading, message: string): boolean {
  const parts = message.slice(0, 8_192).split("|", 16);
  const at = parts.findIndex((part, i) => i > 0 && (part === "ok" || part.startsWith("fail")));
  if (at < 2) return false;
  const prefix = parts.slice(0, at - 1);
  const ip = prefix.find((part) => /^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-f]*:[0-9a-f:.]+$/i.test(part)) ?? "";
  const others = prefix.filter((part) => part !== ip);
  const operation = parts[at - 1] ?? "";
  const isFailed = parts[at] !== "ok";
  const file = parts.at(-1) === parts[at] ? "" : (parts.at(-1) ?? "");
  tell(event, {
    dataset: "samba.audit",
    action: (Object.hasOwn(SAMBA_OPERATIONS, operation) ? SAMBA_OPERATIONS[operation] : undefined) ?? "object-accessed",
    outcome: isFailed ? "failure" : "success",
    user: others[0] ?? "",
    ip,
    ...(others[1] !== undefined && { name: others[1] }),
    withWhat: `smbd ${operation}`,
    what: file || operation,
    fields: { operation, result: parts[at] ?? "", file, share: others[2] ?? "" },
  });
  event.hot.file_path = file;
  event.hot.network_protocol = "smb";
  return true;
}

const SAMBA_LOGIN =
  /^\s*Auth: \[[^\]]{0,64}\] user \[([^\]]{0,64})\]\\\[([^\]]{0,256})\] at \[.{0,64}?\] with \[([^\]]{0,32})\] status \[(\w{1,64})\](?: workstation \[([^\]]{0,64})\])? remote host \[(?:ipv[46]:)?([^\]]{1,64}?)(?::(\d{1,5}))?\]/;

function readSambaLogin(event: Reading, message: string): boolean {
  const [all, domain = "", user = "", method = "", status = "", station = "", ip = "", port = ""] =
    SAMBA_LOGIN.exec(message.slice(0, 1024)) ?? [];
  if (all === undefined) return false;
  const isGood = status === "NT_STATUS_OK";
  tell(event, {
    dataset: "samba.auth",
    action: isGood ? "logged-on" : "logon-failed",
    outcome: isGood ? "success" : "failure",
    user,
    ip,
    port,
    ...(station !== "" && { name: station }),
    withWhat: `smbd ${method}`,
    what: "smb",
    fields: { domain, auth_method: method, status, workstation: station },
  });
  event.hot.user_domain = domain;
  return true;
}

function readSambaDenial(event: Reading, message: string): boolean {
  const denied = /^\s*Denied connection from \s*(?:(\S{1,255}) )?\(([^)]{2,64})\)/i.exec(message);
  const printing = /^\s*Permission denied.{0,160}User name: ?(\S{1,256}?)\. Printer name: ?(\S{1,256}?)\.?$/.exec(
    message.slice(0, 700),
  );
  if (denied === null && printing === null) return false;
  return tell(event, {
    dataset: "samba.server",
    action: printing === null ? "connection-denied" : "object-accessed",
    outcome: "failure",
    user: printing?.[1] ?? "",
    ip: denied?.[2] ?? "",
    withWhat: "smbd",
    what: printing?.[2] ?? "smb",
  });
}

type Verb = readonly [RegExp, Action, Outcome];
const SYSTEMD: readonly Verb[] = [
  [/^Failed to (?:start|mount|listen) (.{1,300}?)\.?$/, "service-failed", "failure"],
  [/^(\S{1,200}): (?:Main|Control) process exited, code=exited, status=0\//, "service-stopped", "success"],
  [
    /^(\S{1,200}): (?:Main process exited|Failed with result|Start request repeated|Control process exited)/,
    "service-failed",
    "failure",
  ],
  [/^Started (.{1,300}?)\.?$/, "service-started", "success"],
  [/^Stopped (.{1,300}?)\.?$/, "service-stopped", "success"],
  [/^(\S{1,200}): (?:Deactivated|Succeeded)/, "service-stopped", "success"],
  [/^(Time has been changed)/, "system-time-changed", "success"],
  [/^(Reloading|Reload requested)/, "configuration-changed", "success"],
  [/^Created slice (.{1,300}?)\.?$/, "service-started", "success"],
  [/^Failed to (.{1,300})/, "service-failed", "failure"],
];

/** systemd: units that start, stop and fail. What: the unit. Product linux, service syslog, as SigmaHQ's rules read them. */
export function readSystemd(event: Reading, message: string): boolean {
  const head = message.slice(0, 400);
  const told = SYSTEMD.find(([pattern]) => pattern.test(head));
  const unit = told?.[0].exec(head)?.[1] ?? "";
  const [, action = "", outcome = ""] = told ?? [];
  return tell(event, {
    dataset: "linux.systemd",
    service: "syslog",
    action,
    outcome,
    withWhat: "systemd",
    what: unit,
    fields: { unit },
  });
}

/** doas: `sato ran command /bin/ksh as root from /home/sato`, `failed auth for sato`, `failed command for sato: ls`. */
export function readDoas(event: Reading, message: string): boolean {
  const ran =
    /^(\S{1,256}) ran command (?:(.{1,4096}) as (\S{1,256}) from (.{1,4096})|as (\S{1,256}): (.{1,4096}))$/s.exec(
      message,
    );
  const failed = /^failed (auth|command) for (\S{1,256}?)(?:: (.{1,4096}))?$/s.exec(message);
  if (ran === null && failed === null) return false;
  const command = ran?.[2] ?? ran?.[6] ?? failed?.[3] ?? "";
  const target = ran?.[3] ?? ran?.[5] ?? "";
  tell(event, {
    dataset: "linux.doas",
    service: "auth",
    action: failed?.[1] === "auth" ? "logon-failed" : "command-run",
    outcome: failed === null ? "success" : "failure",
    user: ran?.[1] ?? failed?.[2] ?? "",
    withWhat: "doas",
    what: command,
    fields: { COMMAND: command, USER: target, PWD: ran?.[4] ?? "" },
  });
  event.hot.process_command_line = command;
  event.hot.user_target_name = target;
  return true;
}

/** pkexec: `sato: Executing command [USER=root] [TTY=unknown] [CWD=/home/sato] [COMMAND=/usr/bin/id]`. */
export function readPkexec(event: Reading, message: string): boolean {
  const [all, user = "", text = ""] = /^(\S{1,256}): (.{1,400}?) \[USER=/s.exec(message.slice(0, 1024)) ?? [];
  if (all === undefined) return false;
  const fields: Record<string, string> = { reason: text };
  for (const [, name = "", value = ""] of message
    .slice(0, 8_192)
    .matchAll(/\[(USER|TTY|CWD|COMMAND)=([^\]]{0,4096})\]/g))
    fields[name] ??= value;
  const isRun = text.startsWith("Executing command");
  tell(event, {
    dataset: "linux.pkexec",
    service: "auth",
    action: isRun ? "command-run" : "anomaly-detected",
    outcome: isRun ? "success" : "failure",
    user,
    withWhat: "pkexec",
    what: fields.COMMAND ?? text,
    fields,
  });
  event.hot.process_command_line = fields.COMMAND ?? "";
  event.hot.user_target_name = fields.USER ?? "";
  return true;
}

/** rshd, rlogind, telnetd, xinetd: `Connection from 192.0.2.1 on illegal port`, `connect from name (192.0.2.1)`, `START: ftp pid=7 from=192.0.2.1`. */
export function readInetd(event: Reading, message: string, { program }: ServerContext): boolean {
  const found = /(?:from[= ])(\S{1,255})(?: \(([^)]{2,64})\))?/i.exec(message.slice(0, 400));
  if (found === null || !/^(?:connection|connect|refused|START|FAIL|EXIT|REFUSED)/i.test(message)) return false;
  const isRefused = /illegal|refused|FAIL/i.test(message.slice(0, 400));
  tell(event, {
    dataset: "linux.inetd",
    service: "syslog",
    action: isRefused ? "connection-denied" : "connection-opened",
    outcome: isRefused ? "failure" : "success",
    ip: found[2] ?? found[1] ?? "",
    withWhat: program,
  });
  addField(event, "reason", isRefused ? message : "");
  return true;
}
