import type { Action, Outcome } from "../contract.ts";
import type { Reading } from "../reading.ts";
import { type ServerContext, tell } from "./answer.ts";
import { pairsOf, peerOf } from "./pairs.ts";
import { tellRelay } from "./postfix.ts";

/**
 * sendmail (`id: from=<a>, size=1, relay=host [192.0.2.1]`, `id: to=<b>, stat=Sent`, `ruleset=check_rcpt, … reject=550 …`).
 * Who: the sender (from, authid). Where from: the relay that a message comes from. With what: sendmail. What: the recipient or id.
 * Did what: mail queued, transferred or rejected, logons that failed. Fields: sendmail's own names, queue_id. Source: sendmail
 * installation and operation guide, §2.1.1.
 */
export function readSendmail(event: Reading, message: string, { program }: ServerContext): boolean {
  const queued = /^([0-9A-Za-z]{8,20}|NOQUEUE): /.exec(message);
  const id = queued?.[1] ?? "";
  const rest = queued === null ? message : message.slice(queued[0].length);
  const pairs = pairsOf(rest);
  const named = rest.indexOf("relay=");
  const relay = named < 0 ? peerOf(rest.slice(0, 512)) : peerOf(rest.slice(named + 6).split(", ", 1)[0] ?? "");
  const isOut = pairs.to !== undefined && pairs.stat !== undefined;
  const isLoginFailure = /^AUTH failure|authentication failure/.test(rest);
  const [action, outcome] = judge(rest, pairs, isLoginFailure);
  const ip = relay.ip || (/\[([0-9A-Fa-f.:]{2,45})\]/.exec(rest.slice(0, 512))?.[1] ?? "");
  const stat = rest.indexOf("stat=");
  const reject = rest.indexOf("reject=");
  tell(event, {
    dataset: "sendmail.mail",
    action,
    outcome,
    user: pairs.authid || pairs.from || pairs.ctladdr || "",
    ip: isOut ? "" : ip,
    name: isOut || relay.ip === "" ? "" : relay.name,
    withWhat: program,
    what: pairs.to || pairs.arg1 || (id === "NOQUEUE" ? "" : id),
    fields: {
      ...pairs,
      queue_id: id === "NOQUEUE" ? "" : id,
      relay: relay.name,
      stat: stat < 0 ? "" : rest.slice(stat + 5),
      reason: reject < 0 ? "" : rest.slice(reject + 7),
    },
  });
  return isOut ? tellRelay(event, relay) : true;
}

function judge(
  rest: string,
  pairs: Readonly<Record<string, string>>,
  isLoginFailure: boolean,
): [Action | "", Outcome | ""] {
  if (isLoginFailure) return ["logon-failed", "failure"];
  if (pairs.reject !== undefined) return ["mail-rejected", "failure"];
  if (pairs.stat !== undefined) return ["mail-transferred", pairs.stat === "Sent" ? "success" : "failure"];
  if (pairs.from !== undefined) return ["mail-queued", "success"];
  if (/^AUTH=server/.test(rest)) return ["logged-on", "success"];
  if (/did not issue|lost input channel|rejecting commands/.test(rest)) return ["anomaly-detected", "failure"];
  return rest.includes("starting daemon") ? ["service-started", "success"] : ["", ""];
}

/**
 * OpenSMTPD: `smtp-in: Accepted message 4296f490 on session 08d8: from=<a>, to=<b>`, `08d8 smtp connected address=192.0.2.1 host=c`.
 * Who: the sender. Where from: the client. What: the recipient or session. Fields: OpenSMTPD's names. Source: smtpd(8).
 */
export function readOpenSmtpd(event: Reading, message: string): boolean {
  if (!OPENSMTPD.test(message.slice(0, 64))) return false;
  const pairs = pairsOf(message);
  const told = OPENSMTPD_VERBS.find(([word]) => message.includes(word));
  const session =
    /\bsession ([0-9a-f]{8,20})/.exec(message.slice(0, 512))?.[1] ?? /^([0-9a-f]{16}) /.exec(message)?.[1] ?? "";
  const host = /\bfrom host (\S+) \[([^\]]+)\]/.exec(message.slice(0, 512));
  return tell(event, {
    dataset: "opensmtpd.mail",
    action: told?.[1] ?? "",
    outcome: told?.[2] ?? "",
    user: pairs.user ?? pairs.from ?? "",
    ip: pairs.address ?? host?.[2] ?? "",
    name: pairs.host ?? host?.[1] ?? "",
    withWhat: "smtpd",
    what: pairs.to || session,
    fields: { ...pairs, session },
  });
}

const OPENSMTPD = /^(?:smtp-(?:in|out): |(?:mda|mta|relay|info|warn|delivery): |[0-9a-f]{16} (?:smtp|mda|mta) )/;
const OPENSMTPD_VERBS: readonly (readonly [string, Action, Outcome])[] = [
  ["authentication failed", "logon-failed", "failure"],
  ["Authentication failed", "logon-failed", "failure"],
  ["result=permfail", "logon-failed", "failure"],
  ["Failed command", "mail-rejected", "failure"],
  ["failed-command", "mail-rejected", "failure"],
  ["New session", "connection-opened", "success"],
  [" connected ", "connection-opened", "success"],
  ["Accepted message", "mail-queued", "success"],
  [" message ", "mail-queued", "success"],
  ["Closing session", "connection-ended", "success"],
  ["Received disconnect", "connection-ended", "success"],
  ["Disconnecting session", "connection-ended", "failure"],
  [" disconnected ", "connection-ended", "success"],
  ["Started TLS", "connection-opened", "success"],
  ["delivery", "mail-transferred", "success"],
];
