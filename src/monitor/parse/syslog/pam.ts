import { toIp } from "../address.ts";
import { act, addField, bounded, type Reading } from "../reading.ts";

/**
 * Linux-PAM: `pam_unix(service:type): message`. Who: the user of the session or of the attempt. Where from: rhost.
 * With what: the PAM service. Fields: user, ruser, rhost, tty, pam_module, pam_service, message.
 */
export function readPam(event: Reading, message: string): void {
  const { hot } = event;
  const open = message.indexOf("(");
  const close = message.indexOf("):", open);
  if (open < 0 || close < 0) return;
  const service = message.slice(open + 1, close).split(":")[0] ?? "";
  const text = message.slice(close + 2).trim();
  addField(event, "pam_module", bounded(message.slice(0, open)));
  addField(event, "pam_service", bounded(service));
  hot.with_what = bounded(service);
  hot.what = hot.host_name;
  if (text.startsWith("session opened for user ")) readSession(event, text);
  else if (text.startsWith("session closed for user ")) {
    setUser(event, wordAt(text, 24));
    act(hot, "session-closed", "success");
  } else if (text.startsWith("authentication failure") || text.includes("authentication failures"))
    readFailure(event, text);
  else if (text.startsWith("password changed for ")) {
    setUser(event, wordAt(text, 21));
    act(hot, "password-changed", "success");
  } else if (text.includes("user unknown") || text.includes("could not identify")) act(hot, "logon-failed", "failure");
  else if (text.includes("account") && text.includes("expired")) act(hot, "logon-failed", "failure");
}

/** `session opened for user root(uid=0) by alice(uid=1000)`: the one after `by` acts on the one before it. */
function readSession(event: Reading, text: string): void {
  const { hot } = event;
  const target = wordAt(text, 24);
  const by = text.lastIndexOf(" by ");
  const actor = by < 0 ? "" : wordAt(text, by + 4);
  act(hot, "session-opened", "success");
  setUser(event, actor === "" ? target : actor);
  if (actor === "" || actor === target) return;
  hot.user_target_name = bounded(target);
  hot.what = hot.user_target_name;
}

/** A name up to a space or `(uid=…)`. */
function wordAt(text: string, at: number): string {
  let end = at;
  for (; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    if (c === 32 || c === 40) break;
  }
  return text.slice(at, end);
}

function setUser(event: Reading, user: string): void {
  const { hot } = event;
  if (user === "") return;
  hot.user_name = bounded(user);
  hot.who = hot.user_name;
  addField(event, "user", hot.user_name);
}

/** `authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1  user=root` */
function readFailure(event: Reading, text: string): void {
  const { hot } = event;
  for (const name of ["logname", "uid", "euid", "tty", "ruser", "rhost"]) {
    const at = text.indexOf(` ${name}=`);
    if (at >= 0) addField(event, name, bounded(wordAt(text, at + name.length + 2)));
  }
  const at = text.indexOf(" user=");
  const rhost = String(event.fields.rhost ?? "");
  hot.source_ip = toIp(rhost);
  if (hot.source_ip === "") hot.source_domain = rhost;
  addField(event, "src_ip", hot.source_ip);
  act(hot, "logon-failed", "failure");
  setUser(event, at < 0 ? String(event.fields.ruser ?? "") : text.slice(at + 6).trim());
  hot.where_from = hot.source_ip || hot.source_domain;
}
