import { toIp, toPort } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { baseName, bounded, type Reading } from "../reading.ts";
import { type ServerContext, tell } from "./answer.ts";
import { pairsOf, peerOf } from "./pairs.ts";

/**
 * Postfix: smtpd, postscreen, smtp, lmtp, local, virtual, pipe, cleanup, qmgr, pickup, bounce.
 *
 * | question   | column     | from                                                             |
 * |------------|------------|------------------------------------------------------------------|
 * | who        | who        | sasl_username, else the envelope's sender                        |
 * | where from | where_from | the client, else this host                                       |
 * | with what  | with_what  | the daemon (`postfix/smtpd`)                                     |
 * | what       | what       | the recipient, else the queue id, else the message               |
 * | did what   | did_what   | mail queued, transferred, rejected, removed; logons; connections |
 *
 * Fields: Postfix's own words (from, to, relay, dsn, status, helo, proto, sasl_method …), queue_id, client_name, and of a reply
 * action, command, reply_code, reply_status, reason. Source: postfix.org, smtpd(8), cleanup(8), postscreen(8), bounce(5).
 */
export function readPostfix(event: Reading, message: string, context: ServerContext): boolean {
  const queued = QUEUE_ID.exec(message);
  const id = queued?.[1] ?? "";
  const rest = queued === null ? message : message.slice(queued[0].length);
  const line = { daemon: context.program, id: id === "NOQUEUE" ? "" : id, rest };
  return (
    readReply(event, line) ||
    readLogin(event, line) ||
    readNextServer(event, line) ||
    readPeer(event, line) ||
    (line.id !== "" && readQueued(event, line)) ||
    readOther(event, line)
  );
}

type Line = { readonly daemon: string; readonly id: string; readonly rest: string };

/** Hexadecimal, or with enable_long_queue_ids base 52; NOQUEUE before a message has one. */
const QUEUE_ID = /^([0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,24}|NOQUEUE): /;

const REPLY =
  /^((?:milter-|header-|body-)?(?:reject|reject_warning|warn|hold|discard|redirect|filter|bcc|prepend|info)): (\S+(?: .{0,1024}?)??) from (\S*\[[^\]\s]+\](?::\d+)?)[:;] (.*)$/s;
const CODES = /^(?:(\d{3,4}) )?(?:(\d\.\d{1,3}\.\d{1,3}) )?/;

/** `reject: RCPT from host[192.0.2.1]: 554 5.7.1 <x>: Relay access denied; from=<a> to=<b> proto=ESMTP helo=<c>` */
function readReply(event: Reading, { daemon, id, rest }: Line): boolean {
  const [, action, command = "", client = "", reply = ""] = REPLY.exec(rest) ?? [];
  if (action === undefined) return false;
  const [codes, code = "", status = ""] = CODES.exec(reply) ?? [""];
  const tail = tailOf(reply);
  const pairs = tail < 0 ? {} : pairsOf(reply, tail);
  const text = reply.slice(codes.length, tail < 0 ? undefined : tail);
  const about = /^<([^>]*)>: /.exec(text);
  const { name, ip, port } = peerOf(client);
  const isRefused = /(?:reject|discard)$/.test(action);
  return tell(event, {
    dataset: "postfix.smtpd",
    action: isRefused ? "mail-rejected" : "mail-queued",
    outcome: isRefused ? "failure" : "success",
    user: pairs.sasl_username || pairs.from || "",
    ip,
    port,
    name,
    withWhat: daemon,
    what: pairs.to || about?.[1] || text,
    fields: {
      ...pairs,
      queue_id: id,
      action,
      command,
      client_name: name,
      reply_code: code,
      reply_status: status,
      about: about?.[1] ?? "",
      reason: about === null ? text : text.slice(about[0].length),
    },
  });
}

/** Where the `; from=<…> to=<…>` of a reply starts: the texts before it are of administrators and lists. */
function tailOf(reply: string): number {
  const at = reply.lastIndexOf("; from=<");
  return at >= 0 ? at : reply.search(/; (?:to=<|proto=|helo=<)/);
}

const LOGIN = /^warning: (\S*\[[^\]\s]+\]): SASL (\S+) authentication (?:failed|aborted|failure)(?:: ?(.*))?$/s;

/** `warning: host[192.0.2.1]: SASL LOGIN authentication failed: reason[, sasl_username=name]` */
function readLogin(event: Reading, { daemon, rest }: Line): boolean {
  const [, client, method = "", told = ""] = LOGIN.exec(rest) ?? [];
  if (client === undefined) return false;
  const named = told.lastIndexOf(", sasl_username=");
  const user = named < 0 ? "" : told.slice(named + 16);
  const { name, ip, port } = peerOf(client);
  return tell(event, {
    dataset: "postfix.smtpd",
    action: "logon-failed",
    outcome: "failure",
    user,
    ip,
    port,
    name,
    withWhat: `${daemon} ${method}`,
    what: "SMTP AUTH",
    fields: {
      client_name: name,
      sasl_method: method,
      sasl_username: user,
      reason: named < 0 ? told : told.slice(0, named),
    },
  });
}

const PEER_VERBS: readonly (readonly [string, Action, Outcome])[] = [
  ["connect from ", "connection-opened", "success"],
  ["CONNECT from ", "connection-opened", "success"],
  ["disconnect from ", "connection-ended", "success"],
  ["DISCONNECT ", "connection-ended", "success"],
  ["lost connection ", "connection-ended", "failure"],
  ["HANGUP ", "connection-ended", "failure"],
  ["timeout after ", "connection-ended", "failure"],
  ["too many errors ", "connection-ended", "failure"],
  ["improper command pipelining ", "anomaly-detected", "failure"],
  ["warning: non-SMTP command from ", "anomaly-detected", "failure"],
  ["PREGREET ", "anomaly-detected", "failure"],
  ["COMMAND ", "anomaly-detected", "failure"],
  ["BARE NEWLINE ", "anomaly-detected", "failure"],
  ["NON-SMTP COMMAND ", "anomaly-detected", "failure"],
  ["DNSBL rank ", "anomaly-detected", "failure"],
  ["PASS ", "connection-allowed", "success"],
  ["ALLOWLISTED ", "connection-allowed", "success"],
  ["WHITELISTED ", "connection-allowed", "success"],
  ["DENYLISTED ", "connection-denied", "failure"],
  ["BLACKLISTED ", "connection-denied", "failure"],
  ["SSL_accept error from ", "connection-failed", "failure"],
  ["warning: Connection rate limit exceeded: ", "connection-denied", "failure"],
  ["warning: Connection concurrency limit exceeded: ", "connection-denied", "failure"],
];
const BRACKETED = /(?:^|\s)([^\s[\]<>]{0,255}\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\](?::\d{1,5})?)(?::\s?(.*))?/s;

/** The daemons that deliver: whom they speak of is the next server and no client. */
const isDelivery = (daemon: string): boolean => /(?:^|\/)(?:smtp|lmtp)$/.test(daemon);

const DELIVERY_VERBS: readonly (readonly [RegExp, Action, Outcome])[] = [
  [/^(?:warning: )?host \S{1,320} (?:said|refused to talk to me): [45]/, "mail-transferred", "failure"],
  [/ TLS connection established to /, "connection-opened", "success"],
  [/^(?:lost connection|conversation with \S+ timed out|timed out)/, "connection-ended", "failure"],
  [/^(?:connect to |SSL_connect error to |Cannot start TLS)/, "connection-failed", "failure"],
];

/** `host mx[192.0.2.2] said: 450 …`, `connect to mx[192.0.2.2]:25: Connection refused`: of a delivery, with or without a queue id. */
function readNextServer(event: Reading, { daemon, id, rest }: Line): boolean {
  if (!isDelivery(daemon) || /(?:^|\s)status=/.test(rest)) return false;
  const head = rest.slice(0, 1024);
  const found = BRACKETED.exec(head.replace(/^(?:warning: )?host /, ""));
  const verb = DELIVERY_VERBS.find(([start]) => start.test(head));
  if (found === null || verb === undefined) return false;
  tell(event, {
    dataset: `postfix.${baseName(daemon)}`,
    service: "postfix",
    action: verb[1],
    outcome: verb[2],
    withWhat: daemon,
    what: id || rest,
    fields: { queue_id: id, reason: found[2] ?? "" },
  });
  return tellRelay(event, peerOf(found[1] ?? ""));
}

/** Lines about a client: `connect from host[192.0.2.1]`, `PREGREET 14 after 0.1 from [192.0.2.1]:4711: EHLO x`. */
function readPeer(event: Reading, { daemon, id, rest }: Line): boolean {
  const isTls = / TLS connection established from /.test(rest.slice(0, 64));
  const verb = isTls ? TLS : PEER_VERBS.find(([start]) => rest.startsWith(start));
  const found = verb === undefined ? null : BRACKETED.exec(rest.slice(0, 1024));
  if (verb === undefined || found === null) return false;
  const { name, ip, port } = peerOf(found[1] ?? "");
  const told = found[2] ?? "";
  return tell(event, {
    dataset: "postfix.smtpd",
    action: verb[1],
    outcome: verb[2],
    ip,
    port,
    name,
    withWhat: daemon,
    what: rest,
    fields: { queue_id: id, client_name: name, command: verb[0].includes("non-SMTP") ? told : "", ...pairsOf(rest) },
  });
}
const TLS = ["", "connection-opened", "success"] as const;

/** Lines of one message on its way: `id: from=<a>, size=1`, `id: to=<b>, relay=c[192.0.2.2]:25, status=sent (250 ok)`, `id: removed`. */
function readQueued(event: Reading, { daemon, id, rest }: Line): boolean {
  if (rest === "removed") return tellMail(event, { daemon, id, rest }, { action: "mail-removed", pairs: {} });
  const pairs = pairsOf(rest);
  if (pairs.status !== undefined) {
    const open = rest.indexOf("(", rest.indexOf("status="));
    if (open > 0) pairs.reason = rest.slice(open + 1).replace(/\)$/, "");
    return tellMail(event, { daemon, id, rest }, { action: "mail-transferred", pairs });
  }
  const action = rest.includes("non-delivery notification") ? "mail-rejected" : "mail-queued";
  return tellMail(event, { daemon, id, rest }, { action, pairs });
}

const FAILED = new Set(["bounced", "deferred", "undeliverable", "expired", "force-expired"]);

function tellMail(event: Reading, line: Line, mail: { action: Action; pairs: Record<string, string> }): true {
  const { pairs, action } = mail;
  const client = peerOf(pairs.client ?? "");
  const relay = peerOf(pairs.relay ?? "");
  const isFailed = action === "mail-rejected" || FAILED.has(pairs.status?.replace(/,$/, "") ?? "");
  tell(event, {
    dataset: `postfix.${baseName(line.daemon)}`,
    service: "postfix",
    action,
    outcome: isFailed ? "failure" : "success",
    user: pairs.sasl_username || pairs.from || "",
    ip: client.ip,
    port: client.port,
    name: client.name,
    withWhat: line.daemon,
    what: pairs.to || line.id,
    fields: { ...pairs, queue_id: line.id, client_name: client.name },
  });
  return tellRelay(event, relay);
}

/** The next server of a message. */
export function tellRelay(event: Reading, relay: ReturnType<typeof peerOf>): true {
  const { hot } = event;
  hot.destination_ip = toIp(relay.ip);
  hot.destination_port = toPort(relay.port);
  hot.destination_domain = bounded(relay.name === "none" || relay.name === "local" ? "" : relay.name);
  return true;
}

const OTHER: readonly (readonly [string, Action, Outcome])[] = [
  ["daemon started", "service-started", "success"],
  ["reload", "configuration-changed", "success"],
  ["terminating on signal", "service-stopped", "success"],
  ["stopping the Postfix", "service-stopped", "success"],
  ["starting the Postfix", "service-started", "success"],
  ["fatal: ", "program-failed", "failure"],
  ["panic: ", "program-failed", "failure"],
];

function otherDeed(rest: string): readonly [Action | "", Outcome | ""] {
  const verb = OTHER.find(([start]) => rest.startsWith(start));
  if (verb !== undefined) return [verb[1], verb[2]];
  return [rest.startsWith("warning: ") ? "anomaly-detected" : "", ""];
}

/** What is about no message and no client: statistics, warnings, starts and stops. An address named in it is kept. */
function readOther(event: Reading, { daemon, id, rest }: Line): boolean {
  const [action, outcome] = otherDeed(rest);
  const found = BRACKETED.exec(rest.slice(0, 1024));
  const peer = peerOf(found?.[1] ?? "");
  const isOut = isDelivery(daemon);
  const address = /\baddress (\S+?):?(?:\s|$)/.exec(rest.slice(0, 512))?.[1] ?? "";
  tell(event, {
    dataset: `postfix.${baseName(daemon)}`,
    service: "postfix",
    action,
    outcome,
    ...(isOut ? {} : { ip: peer.ip || address, port: peer.port, name: peer.name }),
    withWhat: daemon,
    what: rest,
    fields: { queue_id: id },
  });
  return isOut ? tellRelay(event, peer) : true;
}
