import { toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { readIso } from "../instant.ts";
import { addField, baseName, bounded, type Reading, setField, setTimeMs } from "../reading.ts";
import { tell } from "./answer.ts";

/**
 * FTP servers: vsftpd, ProFTPD, Pure-FTPd. Who: the account. Where from: the client. With what: the server. What: the file, else `ftp`.
 * Did what: logons, files sent and received, connections. Fields: user, src_ip, file, bytes, reason, message.
 * Source: vsftpd.conf(5) (log_ftp_protocol, xferlog off), ProFTPD and Pure-FTPd logs.
 */
type Transfer = {
  readonly server: string;
  readonly action: Action | "";
  readonly outcome: Outcome | "";
  readonly user?: string;
  readonly ip?: string;
  readonly name?: string;
  readonly file?: string;
  readonly bytes?: string;
  readonly reason?: string;
};

function tellFtp(event: Reading, line: Transfer): true {
  const { server, action, outcome, file = "", name } = line;
  tell(event, {
    dataset: `${server}.ftp`,
    action,
    outcome,
    user: line.user === "?" ? "" : (line.user ?? ""),
    ip: line.ip ?? "",
    ...(name !== undefined && toIp(name) === "" && { name }),
    withWhat: server,
    what: file || (action === "" ? "" : "ftp"),
    fields: { file, bytes: line.bytes ?? "", reason: line.reason ?? "" },
  });
  event.hot.network_protocol = "ftp";
  event.hot.file_path = file;
  if (file !== "") event.hot.file_name = bounded(baseName(file));
  return true;
}

const VSFTPD =
  /^(?:\[pid \d{1,10}\] )?(?:\[([^\]]{1,256})\] )?(?:(OK|FAIL) )?(CONNECT|LOGIN|ANONYMOUS LOGIN|UPLOAD|DOWNLOAD|DELETE|RENAME|MKDIR|RMDIR|CHMOD|FTP command|FTP response|DEBUG): Client "([^"]{2,64})"(?:, "([^"]{0,4096})")?(?:, (\d{1,19}) bytes)?/;
const VSFTPD_ACTIONS: Readonly<Record<string, Action>> = {
  CONNECT: "connection-opened",
  LOGIN: "logged-on",
  "ANONYMOUS LOGIN": "logged-on",
  UPLOAD: "file-created",
  DOWNLOAD: "file-downloaded",
  DELETE: "file-deleted",
  RENAME: "file-renamed",
  MKDIR: "file-created",
  RMDIR: "file-deleted",
  CHMOD: "permissions-changed",
  "FTP command": "command-run",
  "FTP response": "command-run",
};

/** `[pid 7] [sato] OK UPLOAD: Client "192.0.2.1", "/a.txt", 12 bytes, 1.2Kbyte/sec` */
export function readVsftpd(event: Reading, message: string): boolean {
  const [, user = "", verdict, verb = "", ip = "", told = "", bytes = ""] = VSFTPD.exec(message) ?? [];
  if (ip === "") return false;
  const isFailure = verdict === "FAIL";
  const action = verb === "LOGIN" && isFailure ? "logon-failed" : (VSFTPD_ACTIONS[verb] ?? "");
  const isAnonymous = verb === "ANONYMOUS LOGIN";
  return tellFtp(event, {
    server: "vsftpd",
    action,
    outcome: isFailure ? "failure" : "success",
    user: user || (isAnonymous ? "anonymous" : ""),
    ip: ip.replace(/^::ffff:/, ""),
    file: isAnonymous || verb.startsWith("FTP ") ? "" : told,
    bytes,
    reason: verb.startsWith("FTP ") ? told : "",
  });
}

/** `host (name[192.0.2.1]) - text`, `host (name[192.0.2.1]): text`, `refused connect from name (192.0.2.1)`. */
const PROFTPD = /^(?:(\S{1,255}) )?\(([^\s[\])]{0,255})\[([^\s\]]{1,64})\]\)(?: -|:) (.*)$/s;
const PROFTPD_TEXTS: readonly (readonly [RegExp, Action, Outcome])[] = [
  [/^(?:USER|ANON) .*: Login successful/s, "logged-on", "success"],
  [/no such user|\(Login failed\)|Login failed|^Maximum login attempts|SECURITY VIOLATION/, "logon-failed", "failure"],
  [/^FTP session opened/, "session-opened", "success"],
  [/^FTP session closed|^FTP (?:login|no transfer|session idle|stalled).*timed out/, "session-closed", "success"],
  [/^Connection from .* denied|refused/, "connection-denied", "failure"],
];

export function readProftpd(event: Reading, message: string): boolean {
  const [, site = "", name = "", ip = "", text = message] = PROFTPD.exec(message) ?? [];
  const told = PROFTPD_TEXTS.find(([pattern]) => pattern.test(text.slice(0, 1024)));
  const account = /^(?:USER|ANON) (.{1,256}?)(?: \(Login failed\)|: )/.exec(text)?.[1] ?? "";
  addField(event, "server", site);
  const refused = /^refused connect from (\S{1,255}) \(([^)]{1,64})\)/.exec(text);
  return tellFtp(event, {
    server: "proftpd",
    action: told?.[1] ?? (/^Fatal: |^fatal: /.test(text.replace(/^\S+: /, "")) ? "program-failed" : ""),
    outcome: told?.[2] ?? "",
    user: account,
    ip: ip || (refused?.[2] ?? ""),
    name: name || (refused?.[1] ?? ""),
    reason: text,
  });
}

/** ProFTPD's own file: `2026-11-23 10:00:00,125 ftp1 proftpd[7] ftp1 (name[192.0.2.1]): text`. */
export function readProftpdLine(event: Reading, text: string, zone: string): boolean {
  const at = text.slice(0, 300).indexOf(" proftpd[");
  const time = at < 0 ? undefined : readIso(text, 0, zone);
  const [all, host = "", pid = ""] =
    /^ (\S{1,255}) proftpd\[(\d{1,10})\]:? /.exec(text.slice(time?.end ?? 0, 320)) ?? [];
  if (time === undefined || all === undefined) return false;
  const message = text.slice(time.end + all.length);
  setTimeMs(event, time.ms);
  event.hot.host_name = host;
  event.hot.process_pid = Number(pid);
  event.hot.message = clip(message, MAX_MESSAGE_CHARS);
  readProftpd(event, message);
  setField(event, "hostname", host);
  setField(event, "message", message);
  return true;
}

const PURE = /^\(([^@\s]{1,256})@([^)\s]{1,255})\) \[([A-Z]+)\] (.*)$/s;

/** `(sato@192.0.2.1) [NOTICE] /a.txt downloaded (12 bytes, 1.2KB/sec)` */
export function readPureFtpd(event: Reading, message: string): boolean {
  const [, user = "", client = "", , text = ""] = PURE.exec(message) ?? [];
  if (client === "") return false;
  const failed = /^Authentication failed for user \[([^\]]{0,256})\]/.exec(text)?.[1];
  const entered = /^(\S{1,256}) is now logged in/.exec(text)?.[1];
  const moved = /^(\/.{0,4096}?) (downloaded|uploaded) {1,2}\((\d{1,19}) bytes/.exec(text);
  const isNew = text.startsWith("New connection");
  const isEnd = text.startsWith("Logout") || text.startsWith("Timeout");
  const action: Action | "" =
    failed !== undefined
      ? "logon-failed"
      : entered !== undefined
        ? "logged-on"
        : moved !== null
          ? moved[2] === "uploaded"
            ? "file-created"
            : "file-downloaded"
          : isNew
            ? "connection-opened"
            : isEnd
              ? "logged-off"
              : text.startsWith("Deleted ")
                ? "file-deleted"
                : "";
  return tellFtp(event, {
    server: "pure-ftpd",
    action,
    outcome: failed !== undefined ? "failure" : action === "" ? "" : "success",
    user: failed ?? entered ?? user,
    ip: client,
    name: client,
    file: moved?.[1] ?? /^Deleted (.{1,4096})/.exec(text)?.[1] ?? "",
    bytes: moved?.[3] ?? "",
    reason: text,
  });
}
