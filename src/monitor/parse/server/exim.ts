import { toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { readIso } from "../instant.ts";
import { type Reading, setField, setTimeMs } from "../reading.ts";
import { tell } from "./answer.ts";
import { pairsOf } from "./pairs.ts";

/**
 * Exim's main and reject log, from its file (`2022-06-29 16:04:19 …`) or syslog.
 *
 * | question   | column     | from                                                                       |
 * |------------|------------|----------------------------------------------------------------------------|
 * | who        | who        | the authenticated id (A=, set_id=), else the envelope's sender (F=, `<=`)  |
 * | where from | where_from | the host in H= or after `for` / `from`                                     |
 * | with what  | with_what  | exim and the authenticator, else the protocol (P=) or router (R=)          |
 * | what       | what       | the recipient, else the message id, else the text                          |
 * | did what   | did_what   | by the arrow or words                                                      |
 *
 * Fields: Exim's letters under what they stand for (host, helo, sender, recipient, protocol, tls_cipher, size, router, transport,
 * message_id …), reason, acl. Source: Exim specification, chapter 52 Log files.
 */
export function readExim(event: Reading, message: string): boolean {
  const id = ID.exec(message)?.[1] ?? "";
  const rest = id === "" ? message : message.slice(id.length + 1);
  return (
    readAuthFailure(event, id, rest) ||
    readRejection(event, id, rest) ||
    (id !== "" && readArrow(event, id, rest)) ||
    readOther(event, id, rest)
  );
}

/** `1o6abc-0003dE-Hx`; since Exim 4.97 `1qXabc-000000003dE-HxYz`. */
const ID = /^([0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}) /;

/** Reads a line of Exim's own log file; false when it does not start as only Exim writes. */
export function readEximLine(event: Reading, text: string, zone: string): boolean {
  const time = readIso(text, 0, zone);
  if (time === undefined) return false;
  const offset = /^ [+-]\d{4}(?= )/.exec(text.slice(time.end, time.end + 7));
  const stamped = offset === null ? time : readIso(text.slice(0, time.end) + offset[0].trim(), 0, zone);
  const at = time.end + (offset?.[0].length ?? 0) + 1;
  const pid = /^\[(\d{1,10})\] /.exec(text.slice(at, at + 16));
  const message = text.slice(at + (pid?.[0].length ?? 0));
  if (!isExims(message)) return false;
  setTimeMs(event, stamped?.ms ?? Number.NaN);
  event.hot.message = clip(message, MAX_MESSAGE_CHARS);
  readExim(event, message);
  setField(event, "message", message);
  if (pid !== null) {
    setField(event, "pid", pid[1] ?? "");
    event.hot.process_pid = Number(pid[1]);
  }
  event.hot.process_name = "exim";
  return true;
}

const STARTS =
  /^(?:H=|rejected |\S{1,64} authenticator (?:failed|unsuccessful)|exim \d|Start queue run|End queue run|SMTP (?:connection|command|protocol|syntax|call|data|timeout)|TLS (?:error|session)|no (?:host name|IP address) found for|unexpected disconnection while|Connection from \S+ (?:refused|\[)|cwd=\/|I=\[|Warning: |refused connection from )/;
/** Does the text after the time start as only Exim's does? */
export const isExims = (head: string): boolean => {
  const at = head.charCodeAt(0) === 91 ? head.indexOf("] ") + 2 : 0;
  const start = at === 0 ? head : head.slice(at, at + 128);
  return ID.test(start) || STARTS.test(start);
};

type Host = {
  readonly name: string;
  readonly helo: string;
  readonly ip: string;
  readonly port: string;
  readonly end: number;
};
const NO_HOST: Host = { name: "", helo: "", ip: "", port: "", end: 0 };
/** `name (helo) [address]:port`, name and helo optional, the helo's own brackets too. */
const HOST = /^(?:([^\s([\])]{1,255}) )?(?:\(([^)]{0,255})\) )?\[([0-9A-Fa-f.:]{2,45})\](?::(\d{1,5}))?/;

/** The host at `at`. */
function hostAt(text: string, at: number): Host {
  const found = HOST.exec(text.slice(at, at + 640));
  if (found === null) return NO_HOST;
  const [all, name = "", helo = "", ip = "", port = ""] = found;
  return { name, helo, ip, port, end: at + all.length };
}

/** `dovecot_login authenticator failed for name (helo) [192.0.2.1]:4711: 535 Incorrect authentication data (set_id=account)` */
function readAuthFailure(event: Reading, id: string, rest: string): boolean {
  const [head, method = ""] = /^(\S{1,64}) authenticator (?:failed|unsuccessful) for /.exec(rest.slice(0, 128)) ?? [];
  if (head === undefined) return false;
  const host = hostAt(rest, head.length);
  const reason = rest.slice(host.end || head.length).replace(/^(?: I=\S+| U=\S+)*: ?/, "");
  const set = reason.lastIndexOf("(set_id=");
  const user = set < 0 ? "" : reason.slice(set + 8).replace(/\)$/, "");
  return tellExim(
    event,
    { id, host, action: "logon-failed", outcome: "failure", user, with: method, what: "SMTP AUTH" },
    {
      authenticator: method,
      set_id: user,
      reason: set < 0 ? reason : reason.slice(0, set).trimEnd(),
    },
  );
}

type Facts = {
  readonly id: string;
  readonly host: Host;
  readonly action: Action | "";
  readonly outcome: Outcome | "";
  readonly user: string;
  readonly with: string;
  readonly what: string;
};

function tellExim(event: Reading, facts: Facts, fields: Record<string, string>): true {
  const { host } = facts;
  return tell(event, {
    dataset: "exim.mail",
    action: facts.action,
    outcome: facts.outcome,
    user: facts.user,
    ip: host.ip,
    port: host.port,
    name: host.name,
    withWhat: facts.with === "" ? "exim" : `exim ${facts.with}`,
    what: facts.what,
    fields: { ...fields, message_id: facts.id, host: host.name, helo: host.helo },
  });
}

const REJECTED =
  /(?:^|\s)((?:temporarily )?rejected (?:(RCPT|MAIL|DATA|EHLO|HELO|HELP|AUTH|VRFY|EXPN|ETRN|connection|after DATA|during MIME ACL checks|by local_scan\(\)|by non-SMTP ACL)\b)?|sender verify (?:fail|defer)|refused connection)/;

/** `H=name [192.0.2.1]:25 X=… F=<a> rejected RCPT <b>: reason`, `… temporarily rejected connection in "connect" ACL: "reason"` */
function readRejection(event: Reading, id: string, rest: string): boolean {
  const found = REJECTED.exec(rest.slice(0, 2048));
  if (found === null) return false;
  const head = rest.slice(0, found.index + 1);
  const host = headHost(rest);
  const letters = lettersOf(head);
  const tail = rest.slice(found.index + found[0].length);
  const about = /^ (?:for )?<([^>]{0,512})>/.exec(tail)?.[1] ?? "";
  const colon = tail.indexOf(": ");
  const reason = colon < 0 ? tail.trim() : tail.slice(colon + 2).replace(/^"(.*)"$/s, "$1");
  const isAboutSender = found[0].includes("sender verify");
  const command = found[2] ?? "";
  const user = letters.A !== undefined ? authenticated(letters.A) : (letters.F ?? (isAboutSender ? about : ""));
  const isDenied = command === "connection" || found[0].includes("refused");
  return tellExim(
    event,
    {
      id,
      host,
      action: isDenied ? "connection-denied" : "mail-rejected",
      outcome: "failure",
      user,
      with: letters.P ?? "",
      what: about || reason,
    },
    {
      ...named(letters),
      sender: letters.F ?? (isAboutSender ? about : ""),
      recipient: command === "RCPT" ? about : "",
      command,
      acl: / in "([^"]{1,128})" ACL/.exec(tail.slice(0, 256))?.[1] ?? "",
      reason,
    },
  );
}

function headHost(rest: string): Host {
  const at = rest.startsWith("H=") ? 2 : rest.slice(0, 1024).indexOf(" H=") + 3;
  if (at >= 3 || rest.startsWith("H=")) return hostAt(rest, at);
  const from = /(?:^|\s)(?:from|for) (?=\S{0,255} ?(?:\([^)]{0,255}\) )?\[)/.exec(rest.slice(0, 1024));
  return from === null ? NO_HOST : hostAt(rest, from.index + from[0].length);
}

/** `F=<a> P=esmtps X=TLS1.3:…:256 A=login:b S=1234 id=c` */
function lettersOf(text: string): Record<string, string> {
  return pairsOf(text);
}

const NAMES: Readonly<Record<string, string>> = {
  P: "protocol",
  X: "tls_cipher",
  CV: "tls_verified",
  A: "authenticator",
  S: "size",
  R: "router",
  T: "transport",
  U: "local_user",
  id: "header_message_id",
  C: "confirmation",
  QT: "queue_time",
  DT: "delivery_time",
  SNI: "sni",
  DN: "certificate_dn",
  K: "chunking",
};

function named(letters: Readonly<Record<string, string>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const letter in letters) {
    const name = Object.hasOwn(NAMES, letter) ? NAMES[letter] : undefined;
    if (name !== undefined) fields[name] = letters[letter] ?? "";
  }
  return fields;
}

/** `login:account` → `account`. */
const authenticated = (told: string): string => told.slice(told.indexOf(":") + 1);

const ARROWS: Readonly<Record<string, readonly [Action, Outcome]>> = {
  "<=": ["mail-queued", "success"],
  "=>": ["mail-transferred", "success"],
  "->": ["mail-transferred", "success"],
  ">>": ["mail-transferred", "success"],
  "*>": ["mail-transferred", "unknown"],
  "**": ["mail-transferred", "failure"],
  "==": ["mail-transferred", "failure"],
};

/** `<= sender H=… P=esmtp S=1`, `=> recipient R=… T=… H=host [192.0.2.2]`, `** recipient …: reason`, `Completed` */
function readArrow(event: Reading, id: string, rest: string): boolean {
  const arrow = rest.slice(0, 2);
  const known = Object.hasOwn(ARROWS, arrow) ? ARROWS[arrow] : undefined;
  if (known === undefined || rest.charCodeAt(2) !== 32) return false;
  const [action, outcome] = known;
  const space = rest.indexOf(" ", 3);
  const address = rest.slice(3, space < 0 ? undefined : space).replace(/^<|>$/g, "");
  const letters = lettersOf(rest.slice(3));
  const host = headHost(rest);
  const isIn = arrow === "<=";
  const user = isIn ? (letters.A?.includes(":") ? authenticated(letters.A) : letters.U || address) : "";
  const topic = / T="([^"]{0,512})"/.exec(rest.slice(0, 2048))?.[1] ?? "";
  const reason = isIn || outcome === "success" ? "" : (/: (.*)$/s.exec(rest.slice(3))?.[1] ?? "");
  tellExim(
    event,
    {
      id,
      host: isIn ? host : NO_HOST,
      action,
      outcome,
      user,
      with: letters.P ?? letters.R ?? "",
      what: isIn ? id : address,
    },
    {
      ...named(letters),
      ...(isIn
        ? { transport: "", subject: topic, sender: address }
        : { recipient: address, relay: host.name, sender: letters.F ?? "" }),
      reason,
    },
  );
  if (!isIn) {
    event.hot.destination_ip = toIp(host.ip);
    event.hot.destination_domain = host.name;
  }
  return true;
}

const OTHER: readonly (readonly [RegExp, Action, Outcome])[] = [
  [/^Completed/, "mail-removed", "success"],
  [
    /^SMTP connection from .* (?:closed|lost|D=)|^unexpected disconnection|^SMTP connection lost/,
    "connection-ended",
    "unknown",
  ],
  [/^SMTP connection from /, "connection-opened", "success"],
  [/^Connection from .* refused|^refused connection/, "connection-denied", "failure"],
  [/^TLS (?:error|session)|^SMTP (?:timeout|data timeout|command timeout)/, "connection-failed", "failure"],
  [/^SMTP (?:protocol|syntax|call)/, "anomaly-detected", "failure"],
  [/^no host name found|^no IP address found|^Warning: /, "anomaly-detected", "unknown"],
  [/^exim \d\S* daemon started/, "service-started", "success"],
  [/^cwd=/, "command-run", "success"],
  [/^Start queue run/, "task-started", "success"],
  [/^End queue run/, "task-ended", "success"],
];

function readOther(event: Reading, id: string, rest: string): boolean {
  const head = rest.slice(0, 1024);
  const told = OTHER.find(([pattern]) => pattern.test(head));
  const host = headHost(rest);
  const address = host.ip === "" ? (/ address ([0-9A-Fa-f.:]{2,45})/.exec(head)?.[1] ?? "") : host.ip;
  return tellExim(
    event,
    {
      id,
      host: { ...host, ip: address },
      action: told?.[1] ?? "",
      outcome: told?.[2] ?? "",
      user: "",
      with: "",
      what: told?.[1] === "mail-removed" ? id : rest,
    },
    {},
  );
}
