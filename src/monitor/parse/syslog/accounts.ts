import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action } from "../contract.ts";
import { act, addField, baseName, bounded, type Reading } from "../reading.ts";
import { readPam } from "./pam.ts";

/**
 * sudo: `alice : [reason ;] TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id`
 * Who: the caller. Where from: the terminal's host (HOST=) or this one. With what: sudo. What: the command, as USER.
 * Fields: sudo's own names (USER, TTY, PWD, COMMAND …, as Sigma's sudo rules use them), user, reason.
 */
export function readSudo(event: Reading, message: string): void {
  const { hot } = event;
  const colon = message.indexOf(" : ");
  if (message.startsWith("pam_") || colon < 0) {
    readPam(event, message);
    hot.with_what = "sudo";
    return;
  }
  hot.user_name = bounded(message.slice(0, colon).trim());
  addField(event, "user", hot.user_name);
  const command = message.indexOf(" COMMAND=", colon);
  const head = command < 0 ? message.slice(colon + 3) : message.slice(colon + 3, command);
  for (const part of head.split(" ; ")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, equals).trim();
    if (equals > 0 && /^[A-Z]+$/.test(name))
      addField(
        event,
        name,
        part
          .slice(equals + 1)
          .replace(/ ;$/, "")
          .trim(),
      );
    else if (part.trim() !== "" && part.trim() !== ";") addField(event, "reason", part.trim());
  }
  if (command >= 0) addField(event, "COMMAND", message.slice(command + 9));
  hot.process_command_line = clip(command < 0 ? "" : message.slice(command + 9), MAX_MESSAGE_CHARS);
  hot.user_target_name = bounded(String(event.fields.USER ?? ""));
  const isRefused = event.fields.reason !== undefined;
  act(
    hot,
    isRefused && hot.process_command_line === "" ? "logon-failed" : "command-run",
    isRefused ? "failure" : "success",
  );
  hot.who = hot.user_name;
  hot.where_from = bounded(String(event.fields.HOST ?? "")) || hot.host_name;
  hot.with_what = "sudo";
  hot.what = bounded(hot.process_command_line || message.slice(colon + 3));
}

/** su, in its dialects: `BAD SU alice to root on …`, `'su root' failed for alice on …` (RFC 3164), `(to root) alice on pts/0`, `FAILED SU (to root) …`, `Successful su for root by alice`, `+ pts/0 alice:root`. */
export function readSu(event: Reading, message: string): void {
  const { hot } = event;
  hot.with_what = "su";
  if (message.startsWith("pam_")) {
    readPam(event, message);
    if (hot.event_action === "session-opened") act(hot, "user-switched", "success");
    hot.with_what = "su";
    return;
  }
  const isFailed = /^(?:FAILED|BAD|-)/i.test(message) || /incorrect password|^'su \S{1,256}' failed /.test(message);
  const told =
    /\(to (\S+)\) (\S+)/.exec(message) ??
    /\bsu for (\S+) by (\S+)/.exec(message) ??
    /^'su (\S{1,256})' \w+ for (\S{1,256})/.exec(message);
  const short =
    /^[+-] \S+ ([^\s:]+)[:-](\S+)/.exec(message) ?? /^(?:BAD SU )?(\S{1,256}) to (\S{1,256}) on /.exec(message);
  const target = told?.[1] ?? short?.[2] ?? "";
  hot.user_name = bounded(told?.[2] ?? short?.[1] ?? "");
  hot.user_target_name = bounded(target);
  addField(event, "user", hot.user_name);
  addField(event, "target_user", hot.user_target_name);
  act(hot, "user-switched", isFailed ? "failure" : "success");
  hot.who = hot.user_name;
  hot.where_from = hot.host_name;
  hot.what = hot.user_target_name;
}

/** cron: `(root) CMD (/usr/lib/backup)`. */
export function readCron(event: Reading, message: string): void {
  const { hot } = event;
  if (message.startsWith("pam_")) {
    readPam(event, message);
    hot.with_what = "cron";
    return;
  }
  hot.with_what = "cron";
  const read = /^\(([^)]+)\) ([A-Z]+) \((.*)\)$/s.exec(message);
  if (read === null) return;
  hot.user_name = bounded(read[1] ?? "");
  hot.who = hot.user_name;
  addField(event, "user", hot.user_name);
  const isCommand = read[2] === "CMD";
  act(hot, isCommand ? "command-run" : "task-changed", "success");
  const detail = read[3] ?? "";
  if (isCommand) {
    hot.process_command_line = detail;
    addField(event, "COMMAND", detail);
  }
  hot.what = bounded(detail);
}

const ACCOUNT_VERBS: readonly (readonly [RegExp, Action])[] = [
  [/^new user: name=([^,\s]+)/, "user-created"],
  [/^new group: name=([^,\s]+)/, "group-created"],
  [/^delete user '([^']+)'/, "user-deleted"],
  [/^(?:group|removed group) '([^']+)' removed/, "group-deleted"],
  [/^removed group '([^']+)'/, "group-deleted"],
  [/^add '([^']+)' to (?:shadow )?group/, "group-member-added"],
  [/^delete '([^']+)' from (?:shadow )?group/, "group-member-removed"],
  [/^(?:lock|unlock) user '([^']+)'/, "user-changed"],
  [/^change user '([^']+)'/, "user-changed"],
  [/^password for '?([^'\s]+)'? changed/, "password-changed"],
  [/^changed password expiry for (\S{1,256})/, "user-changed"],
  [/^group added to \S+: name=([^,\s]+)/, "group-created"],
  [/^group deleted from \S+: name=([^,\s]+)/, "group-deleted"],
  [/^group changed in \S+ \(group ([^,\s)]+)/, "group-changed"],
  [/^user (\S{1,256}) (?:added|set) by \S+ to group/, "group-member-added"],
  [/^(?:user|member) (\S{1,256}) (?:removed|deleted) by \S+ from group/, "group-member-removed"],
  [/^(?:members|set members) of group (\S{1,256})/, "group-changed"],
];

/** useradd, userdel, usermod, groupadd, passwd, chpasswd … of the shadow suite. */
export function readAccountTool(event: Reading, message: string): void {
  const { hot } = event;
  if (message.startsWith("pam_")) readPam(event, message);
  hot.with_what = baseName(hot.process_name);
  for (const [pattern, action] of ACCOUNT_VERBS) {
    const name = pattern.exec(message)?.[1];
    if (name === undefined) continue;
    hot.user_target_name = bounded(name);
    hot.what = hot.user_target_name;
    addField(event, "target_user", hot.user_target_name);
    act(hot, action, "success");
    return;
  }
}
