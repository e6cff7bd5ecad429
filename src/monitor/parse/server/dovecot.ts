import { toIp, toPort } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { addField, bounded, type Reading } from "../reading.ts";
import { type ServerContext, tell } from "./answer.ts";
import { pairsOf } from "./pairs.ts";

/**
 * Dovecot, by syslog and from its own log file (`Jun 23 15:04:05 imap-login: Info: Login: …`).
 *
 * | question   | column     | from                                                          |
 * |------------|------------|---------------------------------------------------------------|
 * | who        | who        | the account: `user=<…>`, `passdb(user,…)`, `imap(user)`       |
 * | where from | where_from | rip, or the address after the account, else this host         |
 * | with what  | with_what  | the process (`imap-login`), or the password database          |
 * | what       | what       | the mail protocol, else the message                           |
 * | did what   | did_what   | logons and their failures, sessions' ends, deliveries         |
 *
 * Fields: Dovecot's own (user, method, rip, lip, session, mpid …), process, login_message, passdb. Source: doc.dovecot.org, log
 * and login_log_format_elements.
 */
export function readDovecot(event: Reading, message: string, { program }: ServerContext): boolean {
  const isOwn = program !== "dovecot";
  const text = isOwn ? `${LEVELS.has(program) ? "" : `${program}: `}${message}` : message;
  const head = PROCESS.exec(text.replace(LEVEL, ""));
  const process = head?.[1] ?? "";
  if (isOwn && !PROCESSES.has(process)) return false;
  const account = head?.[2] ?? "";
  const rest = head === null ? text : text.replace(LEVEL, "").slice(head[0].length);
  if (readLogin(event, process, rest) || readPassdb(event, process, rest)) return true;
  // Any program may be named `auth` or `imap`: without an account, a level or a login's pairs its prose is not Dovecot's.
  const isSure = !isOwn || LEVEL.test(message) || LEVELS.has(program) || (account !== "" && ACCOUNTED.has(process));
  if (!isSure && !process.endsWith("-login")) return false;
  return readSession(event, { process, account, rest }) || readOther(event, process, LEVEL.test(rest) ? rest : text);
}

const LEVELS = new Set(["Debug", "Info", "Warning", "Error", "Fatal", "Panic"]);
const LEVEL = /^(?:Debug|Info|Warning|Error|Fatal|Panic): /;
/** `imap-login: `, `auth-worker(123): `, `imap(name)<12><session>: `, `lmtp(12, name): ` */
const PROCESS = /^([a-zA-Z][\w-]{1,40})(?:\(([^)]{0,320})\))?(?:<[^>]{0,64}>){0,3}: /;
const PROCESSES = new Set(
  "auth auth-worker imap imap-login pop3 pop3-login lmtp lda managesieve managesieve-login submission submission-login master config anvil log indexer-worker IMAP POP3".split(
    " ",
  ),
);

const ACCOUNTED = new Set("imap pop3 lmtp lda managesieve submission auth-worker indexer-worker IMAP POP3".split(" "));

const LOGIN =
  /^(?:(?:Debug|Info|Warning|Error): )?(Login|Logged in|Proxy|Disconnected|Aborted login|Maximum|Connection closed|Timeout)\b/;

/** `imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<x>` */
function readLogin(event: Reading, process: string, rest: string): boolean {
  if (!process.endsWith("-login")) return false;
  const [, verb] = LOGIN.exec(rest) ?? [];
  const at = loginPairsAt(rest);
  if (verb === undefined || at < 0) return false;
  const pairs = pairsOf(rest, at);
  const told = rest.slice(0, at).replace(/: $/, "");
  const [action, outcome] = judgeLogin(verb, told);
  const protocol = process.slice(0, -6);
  tell(event, {
    dataset: "dovecot.login",
    action,
    outcome,
    user: pairs.user ?? "",
    ip: pairs.rip ?? "",
    port: pairs.rport ?? "",
    withWhat: pairs.method ? `${process} ${pairs.method}` : process,
    what: protocol,
    fields: { ...pairs, process, login_message: told },
  });
  event.hot.network_protocol = protocol;
  event.hot.destination_ip = toIp(pairs.lip);
  event.hot.destination_port = toPort(pairs.lport);
  return true;
}

/** Where the elements start: after the text, whose words the server chose. */
function loginPairsAt(rest: string): number {
  const user = rest.indexOf(": user=<");
  if (user >= 0) return user + 2;
  const rip = rest.search(/: (?:method|rip)=/);
  return rip < 0 ? -1 : rip + 2;
}

function judgeLogin(verb: string, told: string): readonly [Action, Outcome] {
  if (verb === "Login" || verb === "Logged in" || (verb === "Proxy" && !told.includes("fail")))
    return ["logged-on", "success"];
  if (/no auth attempts|Inactivity/.test(told)) return ["connection-ended", "failure"];
  if (/auth failed|tried to use|attempts|Aborted login|disallowed|Auth process|denied|password/i.test(told))
    return ["logon-failed", "failure"];
  return ["connection-ended", "unknown"];
}

const PASSDB =
  /(?:^|: )([a-z][a-z-]{1,30})\(([^(),]{0,320}),((?:::ffff:)?[0-9A-Fa-f.:]{2,45})(?:,<[^>]{0,64}>)?\): (.*)$/s;

/** `auth-worker(12): conn …: auth-worker<1>: sql(name,192.0.2.1): Password mismatch` */
function readPassdb(event: Reading, process: string, rest: string): boolean {
  if (process !== "auth" && process !== "auth-worker") return false;
  const [, passdb, user = "", ip = "", told = ""] = PASSDB.exec(rest.slice(0, 2048)) ?? [];
  if (passdb === undefined) return false;
  const call = /^(\w+\(\)) failed: /.exec(told);
  const isFailed = /unknown user|mismatch|failed|not allowed|denied|invalid|expired|disabled|no password/i.test(told);
  return tell(event, {
    dataset: "dovecot.auth",
    action: isFailed ? "logon-failed" : "credentials-checked",
    outcome: isFailed ? "failure" : "unknown",
    user,
    ip,
    withWhat: `dovecot ${passdb}`,
    what: "mail account",
    fields: {
      process,
      passdb,
      rip: ip,
      auth_func: call?.[1] ?? "",
      login_message: call === null ? told : told.slice(call[0].length),
    },
  });
}

type Session = { readonly process: string; readonly account: string; readonly rest: string };

/** `imap(name)<12><id>: Disconnected: Logged out in=1 out=2`, `lmtp(name)<…>: sieve: msgid=<m>: stored mail into mailbox 'INBOX'` */
function readSession(event: Reading, { process, account, rest }: Session): boolean {
  const user = account.replace(/^\d+, ?/, "");
  if (user === "" || /^\d+$/.test(user) || user === "default") return false;
  const isStored = rest.includes("stored mail into mailbox") || rest.includes("saved mail to");
  const isEnd = /^(?:Info: )?(?:Disconnected|Connection closed|Logged out)/.test(rest);
  tell(event, {
    dataset: "dovecot.session",
    action: isStored ? "mail-transferred" : isEnd ? "logged-off" : "",
    outcome: isStored || isEnd ? "success" : "",
    user,
    withWhat: process,
    what: isStored ? rest : process.toLowerCase(),
    fields: { process, ...pairsOf(rest) },
  });
  return true;
}

function readOther(event: Reading, process: string, text: string): boolean {
  const isStart = text.includes("starting up");
  const isEnd = text.includes("Killed with signal") || text.includes("shutting down");
  const level = LEVEL.exec(text)?.[0].slice(0, -2) ?? "";
  const isFatal = level === "Fatal" || level === "Panic";
  const pairs = text.includes("rip=") ? pairsOf(text) : {};
  tell(event, {
    dataset: "dovecot.server",
    action: isFatal ? "program-failed" : isStart ? "service-started" : isEnd ? "service-stopped" : "",
    outcome: isFatal ? "failure" : isStart || isEnd ? "success" : "",
    user: pairs.user ?? "",
    ip: pairs.rip ?? "",
    withWhat: process === "" ? "dovecot" : `dovecot ${process}`,
    fields: pairs,
  });
  addField(event, "level", bounded(level));
  return true;
}
