import { emailOf, hostFor, WINDOWS_DOMAIN } from "../company.ts";
import { sshdAccepted, sshdFailed } from "../formats/linux.ts";
import { rfc3164 } from "../formats/syslog.ts";
import {
  type Device,
  highPort,
  isUsual,
  type Scene,
  serverOutside,
  somebody,
  somebodyOutside,
  somePid,
} from "./made.ts";

export const sshd: Device = (scene) => {
  const { random, atMs } = scene;
  const host = hostFor("hq", "linux");
  const where = { atMs, host: host.name };
  const isSignedIn = random.chance(0.6);
  const who = isSignedIn ? somebody(scene).account : random.pick(["root", "admin", "oracle", "git"]);
  const ip = isSignedIn ? somebody(scene).ip : somebodyOutside(scene);
  const remote = { pid: somePid(scene), ip, port: highPort(scene), user: who };
  const bytes = isSignedIn
    ? sshdAccepted(where, { ...remote, key: random.chance(0.7) ? random.letters(43) : undefined })
    : sshdFailed(where, { ...remote, isKnown: who === "root" });
  const didWhat = isSignedIn ? "logged-on" : "logon-failed";
  const outcome = isSignedIn ? "success" : "failure";
  return { host, carry: "syslog", bytes, told: { who, whereFrom: ip, what: host.name, didWhat, outcome } };
};

const COMMANDS = [
  ["cat", "/usr/bin/cat"],
  ["systemctl", "/usr/bin/systemctl"],
  ["tar", "/usr/bin/tar"],
  ["curl", "/usr/bin/curl"],
] as const;

/** A record of audit.log with its enriched part (log_format = ENRICHED). */
export const auditd: Device = (scene) => {
  const { random, atMs } = scene;
  const host = hostFor("hq", "linux");
  const person = somebody(scene);
  const stamp = `msg=audit(${(atMs / 1000).toFixed(3)}:${random.between(1_000, 900_000)}):`;
  const uid = random.between(1_001, 1_030);
  const isFine = isUsual(scene);
  if (random.chance(0.3)) {
    const record =
      `node=${host.name} type=USER_LOGIN ${stamp} pid=${somePid(scene)} uid=0 auid=${uid} ses=${random.between(1, 900)} subj=unconfined ` +
      `msg='op=login acct="${person.account}" exe="/usr/sbin/sshd" hostname=${person.ip} addr=${person.ip} terminal=ssh ` +
      `res=${isFine ? "success" : "failed"}'\u001dUID="root" AUID="${person.account}"`;
    const told = {
      who: person.account,
      whereFrom: person.ip,
      what: "/usr/sbin/sshd",
      didWhat: isFine ? "logged-on" : "logon-failed",
    };
    return { host, carry: "line", bytes: Buffer.from(record), told: { ...told, outcome: outcomeOf(isFine) } };
  }
  const [name, path] = random.pick(COMMANDS);
  const ids = ["uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid"].map((id) => `${id}=${uid}`).join(" ");
  const record =
    `node=${host.name} type=SYSCALL ${stamp} arch=c000003e syscall=59 success=${isFine ? "yes" : "no"} exit=${isFine ? 0 : -13} ` +
    `a0=${random.hex(12)} a1=${random.hex(12)} a2=${random.hex(12)} a3=8 items=2 ppid=${somePid(scene)} pid=${somePid(scene)} ` +
    `auid=${uid} ${ids} tty=pts0 ses=${random.between(1, 900)} comm="${name}" exe="${path}" subj=unconfined key="exec"` +
    `\u001dARCH=x86_64 SYSCALL=execve AUID="${person.account}" UID="${person.account}" GID="users" EUID="${person.account}"`;
  // The command line stands in a record of its own (EXECVE): of what was run, this one names the audit rule's key.
  const told = { who: person.account, whereFrom: host.name, what: "exec", didWhat: "process-started" };
  return { host, carry: "line", bytes: Buffer.from(record), told: { ...told, outcome: outcomeOf(isFine) } };
};

const outcomeOf = (isFine: boolean) => (isFine ? "success" : "failure");

/** Postfix: mail out, put off, and refused at the door. */
export const postfix: Device = (scene) => {
  const { random } = scene;
  const host = hostFor("hq", "linux");
  const person = somebody(scene);
  const say = (text: string): Buffer =>
    rfc3164({ atMs: scene.atMs, host: host.name, facility: "daemon", severity: "info" }, `postfix/${text}`);
  const from = somebodyOutside(scene);
  if (random.chance(0.2)) {
    const bytes = say(
      `smtpd[${somePid(scene)}]: NOQUEUE: reject: RCPT from unknown[${from}]: 554 5.7.1 <sales@victim.example>: Relay access denied; ` +
        `from=<news@bulk.example> to=<sales@victim.example> proto=ESMTP helo=<mail.bulk.example>`,
    );
    const told = { who: "news@bulk.example", whereFrom: from, what: "sales@victim.example" } as const;
    return { host, carry: "syslog", bytes, told: { ...told, didWhat: "mail-rejected", outcome: "failure" } };
  }
  if (random.chance(0.3)) return refusedSignIn(scene);
  const isSent = isUsual(scene);
  const to = emailOf(person);
  const relay = isSent ? `mx.${WINDOWS_DOMAIN.dns}[${serverOutside(scene)}]:25` : "none";
  const status = isSent
    ? `sent (250 2.0.0 Ok: queued as ${random.hex(10).toUpperCase()})`
    : "deferred (connection timed out)";
  const bytes = say(
    `smtp[${somePid(scene)}]: ${random.hex(10).toUpperCase()}: to=<${to}>, relay=${relay}, delay=1.4, delays=0.2/0.01/0.6/0.6, ` +
      `dsn=${isSent ? "2.0.0" : "4.4.1"}, status=${status}`,
  );
  return {
    host,
    carry: "syslog",
    bytes,
    told: { who: "", whereFrom: host.name, what: to, didWhat: "mail-transferred", outcome: outcomeOf(isSent) },
  };
};

function refusedSignIn(scene: Scene): ReturnType<Device> {
  const host = hostFor("hq", "linux");
  const from = somebodyOutside(scene);
  const { account } = somebody(scene);
  const header = { atMs: scene.atMs, host: host.name, facility: "daemon", severity: "warning" } as const;
  const bytes = rfc3164(
    header,
    `postfix/submission/smtpd[${somePid(scene)}]: warning: unknown[${from}]: SASL PLAIN authentication failed: , sasl_username=${account}`,
  );
  const told = {
    who: account,
    whereFrom: from,
    what: "SMTP AUTH",
    didWhat: "logon-failed",
    outcome: "failure",
  } as const;
  return { host, carry: "syslog", bytes, told };
}
