import { toIp, toPort } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { act, addField, bounded, type Reading } from "../reading.ts";
import { readPam } from "./pam.ts";

/**
 * OpenSSH's sshd. Who: the account named. Where from: the peer's address. With what: `ssh` and the method. What: the host.
 * Fields: user, src_ip, src_port, auth_method, message.
 */
export function readSshd(event: Reading, message: string): void {
  const { hot } = event;
  hot.network_protocol = "ssh";
  if (message.startsWith("pam_")) {
    readPam(event, message);
    hot.with_what = "ssh";
    return;
  }
  fillPeer(event, message);
  const told = VERBS.find(([start]) => message.startsWith(start));
  if (told !== undefined) act(hot, told[1], message.endsWith("[preauth]") ? "failure" : told[2]);
  else if (message.includes("not allowed because") || message.includes("POSSIBLE BREAK-IN"))
    act(hot, "logon-failed", "failure");
  else if (message.startsWith("error:") || message.startsWith("fatal:")) act(hot, "connection-failed", "failure");
  const user = userOf(message);
  const method = methodOf(message);
  if (user !== "") {
    hot.user_name = bounded(user);
    addField(event, "user", hot.user_name);
  }
  if (method !== "") addField(event, "auth_method", method);
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip || hot.source_domain;
  hot.with_what = method === "" ? "ssh" : `ssh ${method}`;
  hot.what = hot.host_name;
}

const VERBS: readonly (readonly [string, Action, Outcome])[] = [
  ["Accepted ", "logged-on", "success"],
  ["Failed ", "logon-failed", "failure"],
  ["Invalid user ", "logon-failed", "failure"],
  ["Illegal user ", "logon-failed", "failure"],
  ["error: PAM: ", "logon-failed", "failure"],
  ["error: maximum authentication attempts", "logon-failed", "failure"],
  ["Disconnecting", "connection-ended", "failure"],
  ["Disconnected ", "connection-ended", "success"],
  ["Received disconnect ", "connection-ended", "success"],
  ["Connection closed ", "connection-ended", "success"],
  ["Connection reset ", "connection-ended", "failure"],
  ["Connection from ", "connection-opened", "success"],
  ["Postponed ", "credentials-checked", "unknown"],
  ["Did not receive identification", "connection-failed", "failure"],
  ["Bad protocol version", "connection-failed", "failure"],
  ["Unable to negotiate", "connection-failed", "failure"],
  ["banner exchange", "connection-failed", "failure"],
  ["ssh_dispatch_run_fatal", "connection-failed", "failure"],
  ["Timeout before", "connection-failed", "failure"],
  ["refused connect", "connection-denied", "failure"],
  ["Starting session", "session-opened", "success"],
  ["Close session", "session-closed", "success"],
  ["Server listening", "service-started", "success"],
  ["Received signal", "service-stopped", "success"],
];

/** `… from <address> port <port>`, `… by [user x ]<address> port <port>`, `… with <address> port <port>`. */
function fillPeer(event: Reading, message: string): void {
  const { hot } = event;
  const port = message.indexOf(" port ");
  if (port > 0) {
    const start = message.lastIndexOf(" ", port - 1) + 1;
    hot.source_ip = toIp(message.slice(start, port));
    let end = port + 6;
    while (message.charCodeAt(end) >= 48 && message.charCodeAt(end) <= 57) end += 1;
    hot.source_port = toPort(message.slice(port + 6, end));
  }
  if (hot.source_ip === "") fillUnportedPeer(event, message);
  addField(event, "src_ip", hot.source_ip);
  if (hot.source_port !== 0) addField(event, "src_port", hot.source_port);
}

function fillUnportedPeer(event: Reading, message: string): void {
  const { hot } = event;
  for (const word of [" from ", " by ", " with ", " for "]) {
    const at = message.lastIndexOf(word);
    if (at < 0) continue;
    const start = at + word.length;
    let end = start;
    while (end < message.length && message.charCodeAt(end) !== 32) end += 1;
    if (message.charCodeAt(end - 1) === 58) end -= 1;
    hot.source_ip = toIp(message.slice(start, end));
    if (hot.source_ip !== "") return;
    if (word === " from " && end > start && /^[\w-]+(?:\.[\w-]+)+$/.test(message.slice(start, end)))
      hot.source_domain = bounded(message.slice(start, end));
  }
}

/** The account, which the peer chose and which may hold any character, spaces too: it ends where the last ` from ` starts. */
function userOf(message: string): string {
  for (const [start, end] of USER_BETWEEN) {
    const at = message.indexOf(start);
    if (at < 0) continue;
    const from = at + start.length;
    const to = end === " " ? message.indexOf(" ", from) : message.lastIndexOf(end);
    if (to >= from) return message.slice(from, to);
  }
  return "";
}

const USER_BETWEEN: readonly (readonly [string, string])[] = [
  [" for invalid user ", " from "],
  [" for illegal user ", " from "],
  ["Invalid user ", " from "],
  ["Illegal user ", " from "],
  ["authenticating user ", " "],
  ["invalid user ", " "],
  ["Disconnected from user ", " "],
  [" for user ", " "],
  [" for ", " from "],
  ["Close session: user ", " from "],
  ["User ", " from "],
];

function methodOf(message: string): string {
  const verb = message.startsWith("Accepted ")
    ? 9
    : message.startsWith("Failed ")
      ? 7
      : message.startsWith("Postponed ")
        ? 10
        : 0;
  if (verb === 0) return "";
  const end = message.indexOf(" for ", verb);
  return end < 0 || end - verb > 40 ? "" : message.slice(verb, end);
}
