import type { HotColumns } from "../../event/index.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { act, bounded, endpoint } from "../reading.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord } from "../severity.ts";
import type { Verdict } from "../verdict.ts";

/** What a device did and how it ended. */
export type Deed = readonly [action: Action | "", outcome: Outcome];

export const OPENED: Deed = ["connection-opened", "success"];
export const ALLOWED: Deed = ["connection-allowed", "success"];
export const DENIED: Deed = ["connection-denied", "failure"];
export const ENDED: Deed = ["connection-ended", "success"];
export const FAILED: Deed = ["connection-failed", "failure"];
export const LOGGED_ON: Deed = ["logged-on", "success"];
export const LOGON_FAILED: Deed = ["logon-failed", "failure"];
export const LOGGED_OFF: Deed = ["logged-off", "success"];
export const CONFIGURED: Deed = ["configuration-changed", "success"];
export const UNTOLD: Deed = ["", "unknown"];

/** The verdict on a connection; one that was only logged passed. */
export const trafficDeed = (verdict: Verdict): Deed => (verdict === "denied" ? DENIED : ALLOWED);
export const attackDeed = (verdict: Verdict): Deed =>
  verdict === "denied" ? ["attack-blocked", "failure"] : ["attack-detected", "unknown"];
export const malwareDeed = (verdict: Verdict): Deed =>
  verdict === "denied" ? ["malware-blocked", "failure"] : ["malware-detected", "unknown"];
export const requestDeed = (verdict: Verdict): Deed =>
  verdict === "denied" ? ["http-request-denied", "failure"] : ["http-request", "success"];

/** Text that stands for "nobody" in place of an account. */
const NOBODY = new Set(["", "-", "N/A", "n/a", "unknown", "*****", "No Authentication Required", "Unknown"]);
export const accountOf = (text: string): string => (NOBODY.has(text) ? "" : bounded(text));

/** Vendor and product; the device's own name where the log tells one. */
export function setDevice(hot: HotColumns, device: { vendor: string; product: string; name: string }): void {
  hot.observer_vendor = device.vendor;
  hot.observer_product = device.product;
  if (device.name === "") return;
  hot.observer_name = bounded(device.name);
  hot.host_name = hot.observer_name;
}

/** syslog: 0–7, or -1 when the device judged nothing. */
export function setLevel(hot: HotColumns, syslog: number): void {
  if (syslog < 0) return;
  hot.log_level = levelOfSyslog(syslog);
  hot.event_severity = severityOfSyslog(syslog);
}

export const setLevelWord = (hot: HotColumns, word: string): void => setLevel(hot, syslogOfLevelWord(word));

export const setMessage = (hot: HotColumns, text: string): void => {
  hot.message = clip(text, MAX_MESSAGE_CHARS);
};

/**
 * The answers of a device whose columns are filled. `using` and `about` are what the line says itself of with-what and what; otherwise
 * the application or protocol, and the URL, file, name, far end or message.
 */
export function answer(hot: HotColumns, deed: Deed, told: { using?: string; about?: string } = {}): void {
  act(hot, deed[0], deed[1]);
  hot.who = bounded(hot.user_name || hot.user_target_name);
  hot.where_from = hot.source_ip || hot.source_domain || hot.host_name || hot.observer_name;
  hot.with_what = bounded(
    told.using || hot.service_name || hot.network_protocol || hot.network_transport || hot.observer_product,
  );
  hot.what = bounded(
    told.about ||
      hot.url_full ||
      hot.file_name ||
      hot.dns_question_name ||
      endpoint(hot.destination_ip || hot.destination_domain, hot.destination_port) ||
      hot.message,
  );
}
