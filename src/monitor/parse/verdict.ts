import { remember } from "./remember.ts";

/** What a firewall, proxy or IPS did, from its own word for it. */
const ALLOWED = new Set([
  "accept",
  "accepted",
  "allow",
  "allowed",
  "pass",
  "passed",
  "permit",
  "permitted",
  "forward",
  "forwarded",
  "built",
  "start",
  "close",
  "timeout",
  "client-rst",
  "server-rst",
  "ip-conn",
  "ok",
  "success",
  "successful",
  "succeeded",
  "detected",
  "monitored",
  "log",
  "alert",
  "2",
  "dns",
]);
const DENIED = new Set([
  "deny",
  "denied",
  "drop",
  "dropped",
  "block",
  "blocked",
  "reject",
  "rejected",
  "reset",
  "reset-both",
  "reset-client",
  "reset-server",
  "prevent",
  "prevented",
  "quarantine",
  "quarantined",
  "discard",
  "failure",
  "unsuccessful",
  "fail",
  "failed",
  "violation",
  "tcp_denied",
]);

export type Verdict = "allowed" | "denied" | "";

export const judgeTraffic = remember((word: string): Verdict => {
  const lower = word.trim().toLowerCase();
  if (ALLOWED.has(lower)) return "allowed";
  if (DENIED.has(lower)) return "denied";
  return /\b(?:drop|den[iy]|block|reject|reset)/.test(lower) ? "denied" : "";
});

/** The verdict of the first word that is one. */
export function firstVerdict(words: readonly string[]): Verdict {
  for (const word of words) {
    const verdict = judgeTraffic(word);
    if (verdict !== "") return verdict;
  }
  return "";
}
