import type { HotColumns } from "../event/index.ts";
import type { Action } from "./contract.ts";
import { toInstantMs } from "./instant.ts";
import { fillColumn, targetOf } from "./names.ts";
import { act, bounded, endpoint, type Reading, setTimeMs } from "./reading.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord } from "./severity.ts";
import { judgeTraffic, type Verdict } from "./verdict.ts";
import { transportOf } from "./windows/columns.ts";

/** Fills hot columns from fields by the names that mean the same everywhere (names.ts). */
export function fillColumns(event: Reading): void {
  const { fields, hot } = event;
  for (const name in fields) {
    const target = targetOf(name);
    const value = fields[name];
    if (target !== null && value !== undefined) fillColumn(hot, target, value);
  }
  normalizeColumns(hot);
}

/** One spelling for protocols and levels, whichever the log used. */
export function normalizeColumns(hot: HotColumns): void {
  if (hot.network_transport !== "") hot.network_transport = transportOf(hot.network_transport);
  if (hot.log_level === "" || hot.event_severity !== 0) return;
  const syslog = syslogOfLevelWord(hot.log_level);
  if (syslog < 0) return;
  hot.log_level = levelOfSyslog(syslog);
  hot.event_severity = severityOfSyslog(syslog);
}

/** Before 1973 a number under a name such as `time` is a duration, not an epoch. */
const MIN_EPOCH = 1e8;

/**
 * Sets the time from the first of the named fields that holds one. A generic log may call anything "time", so that what is no
 * time at all is passed over; an ISO text or epoch outside 1970–2200 is noted.
 */
export function setTimeFrom(event: Reading, names: readonly string[], zone: string): void {
  for (const name of names) {
    const field = event.fields[name];
    const value = Array.isArray(field) ? field[0] : field;
    if (value === undefined || value === null || typeof value === "boolean") continue;
    const number = Number(value);
    if (Math.abs(number) < MIN_EPOCH) continue;
    const ms = toInstantMs(value, zone);
    if (Number.isNaN(ms)) continue;
    setTimeMs(event, ms);
    if (!Number.isNaN(event.timeMs)) {
      if (event.problem === "time_absurd") event.problem = "";
      return;
    }
  }
}

/** The six answers of a log that names its parts but not its kind. `word` is the log's own word for the verdict. */
export function answerGeneric(event: Reading, word: string): void {
  const { hot } = event;
  const verdict = judgeTraffic(word);
  if (hot.event_action === "")
    act(hot, kindOf(hot, verdict), verdict === "" ? "" : verdict === "denied" ? "failure" : "success");
  if (hot.who === "") hot.who = bounded(hot.user_name);
  if (hot.where_from === "") hot.where_from = hot.source_ip || hot.source_domain || hot.host_name || hot.host_ip;
  if (hot.with_what === "")
    hot.with_what = bounded(
      hot.process_name ||
        hot.process_executable ||
        hot.user_agent_original ||
        hot.service_name ||
        hot.network_protocol ||
        hot.network_transport,
    );
  const far = endpoint(hot.destination_ip || hot.destination_domain, hot.destination_port);
  if (hot.what === "")
    hot.what = bounded(
      hot.url_full ||
        hot.url_path ||
        hot.process_command_line ||
        hot.file_path ||
        hot.file_name ||
        hot.dns_question_name ||
        far ||
        hot.rule_name ||
        hot.message,
    );
}

function kindOf(hot: HotColumns, verdict: Verdict): Action | "" {
  const isDenied = verdict === "denied";
  if (hot.dns_question_name !== "") return isDenied ? "dns-query-denied" : "dns-query";
  if (hot.http_request_method !== "" && (hot.url_full !== "" || hot.url_path !== ""))
    return isDenied ? "http-request-denied" : "http-request";
  if (hot.destination_ip !== "" && hot.source_ip !== "") return isDenied ? "connection-denied" : "connection-allowed";
  return hot.process_command_line !== "" && hot.process_pid !== 0 ? "process-started" : "";
}
