/**
 * event.severity: what the device itself judged, on CEF's scale of 0–10 for every format (0 = it did not say).
 * Source: CEF §"Severity"; RFC 5424 §6.2.1; Windows event levels.
 */
const BY_SYSLOG = [10, 9, 8, 7, 5, 3, 2, 1];
const NAME_BY_SYSLOG = ["emergency", "alert", "critical", "error", "warning", "notice", "information", "debug"];

/** syslog: 0 (emergency) to 7 (debug). */
export const severityOfSyslog = (syslog: number): number => BY_SYSLOG[syslog] ?? 0;
export const levelOfSyslog = (syslog: number): string => NAME_BY_SYSLOG[syslog] ?? "";

const SYSLOG_OF_WORD: Readonly<Record<string, number>> = {
  emerg: 0,
  emergency: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  critical: 2,
  fatal: 2,
  "very-high": 2,
  err: 3,
  error: 3,
  high: 3,
  severe: 3,
  warn: 4,
  warning: 4,
  medium: 4,
  notice: 5,
  low: 5,
  info: 6,
  information: 6,
  informational: 6,
  debug: 7,
  trace: 7,
  verbose: 7,
};

const syslogOfWord = new Map(Object.entries(SYSLOG_OF_WORD));

/** -1 for a word that names no level. */
export const syslogOfLevelWord = (word: string): number => syslogOfWord.get(word.toLowerCase()) ?? -1;

/** Windows level 1–5; 0 ("log always") reads as information. */
const SYSLOG_BY_WINDOWS = [6, 2, 3, 4, 6, 7];
export const syslogOfWindowsLevel = (level: number): number => SYSLOG_BY_WINDOWS[level] ?? -1;
