import type { SilenceNotice } from "./keeper.ts";

const MINUTE_MS = 60_000;

/** The notice as Yagura's own event, one JSON line; `src/monitor/parse/json/own.ts` reads it. */
export function silenceEvent({ action, source, sinceMs, untilMs, usualPauseMs }: SilenceNotice): string {
  const minutes = Math.round((untilMs - sinceMs) / MINUTE_MS);
  const usual = usualPauseMs === undefined ? undefined : Math.max(1, Math.round(usualPauseMs / MINUTE_MS));
  const message =
    action === "log-source-silent"
      ? `Nothing came from "${source.name}" for ${minutes} minutes`
      : `"${source.name}" sends again after ${minutes} minutes`;
  return JSON.stringify({
    "@timestamp": new Date(untilMs).toISOString(),
    "event.action": action,
    "log_source.id": source.id,
    "log_source.name": source.name,
    "log_source.kind": source.kind,
    "silence.since": new Date(sinceMs).toISOString(),
    "silence.until": new Date(untilMs).toISOString(),
    "silence.minutes": minutes,
    ...(usual !== undefined && { "silence.usual_minutes": usual }),
    message,
  });
}
