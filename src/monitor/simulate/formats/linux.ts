import { rfc3164 } from "./syslog.ts";

type Where = { readonly atMs: number; readonly host: string };
type Remote = { readonly pid: number; readonly ip: string; readonly port: number };

const auth = (where: Where, message: string): Buffer =>
  rfc3164({ ...where, facility: "authpriv", severity: "info" }, message);

export const sshdFailed = (where: Where, r: Remote & { user: string; isKnown: boolean }): Buffer =>
  auth(
    where,
    `sshd[${r.pid}]: Failed password for ${r.isKnown ? "" : "invalid user "}${r.user} from ${r.ip} port ${r.port} ssh2`,
  );

export const sshdAccepted = (where: Where, r: Remote & { user: string; key: string | undefined }): Buffer =>
  auth(
    where,
    r.key === undefined
      ? `sshd[${r.pid}]: Accepted password for ${r.user} from ${r.ip} port ${r.port} ssh2`
      : `sshd[${r.pid}]: Accepted publickey for ${r.user} from ${r.ip} port ${r.port} ssh2: ED25519 SHA256:${r.key}`,
  );

export const sshdSession = (where: Where, r: { pid: number; user: string; isOpen: boolean }): Buffer =>
  auth(
    where,
    r.isOpen
      ? `sshd[${r.pid}]: pam_unix(sshd:session): session opened for user ${r.user}(uid=1001) by (uid=0)`
      : `sshd[${r.pid}]: pam_unix(sshd:session): session closed for user ${r.user}`,
  );

export const sudoCommand = (where: Where, r: { user: string; command: string }): Buffer =>
  rfc3164(
    { ...where, facility: "authpriv", severity: "notice" },
    `sudo:    ${r.user} : TTY=pts/0 ; PWD=/home/${r.user} ; USER=root ; COMMAND=${r.command}`,
  );

export const suSession = (where: Where, r: { pid: number; user: string }): Buffer =>
  auth(where, `su[${r.pid}]: (to root) ${r.user} on pts/0`);

export const userAdded = (where: Where, r: { pid: number; name: string; uid: number }): Buffer =>
  auth(
    where,
    `useradd[${r.pid}]: new user: name=${r.name}, UID=${r.uid}, GID=${r.uid}, home=/home/${r.name}, shell=/bin/bash, from=/dev/pts/0`,
  );

export const cronRun = (where: Where, r: { pid: number; command: string }): Buffer =>
  rfc3164({ ...where, facility: "daemon", severity: "info" }, `CRON[${r.pid}]: (root) CMD (${r.command})`);
