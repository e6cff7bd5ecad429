import { countText } from "../../../kernel/count.ts";
import type { SilenceNotice } from "./keeper.ts";

const MINUTE_MS = 60_000;

/** What an event of most sources together says of the machine; it names no source. */
function collectionFields({ source, sources }: SilenceNotice) {
  return { "host.name": source.name, ...(sources !== undefined && { "silence.sources": sources }) };
}

function sourceFields({ source }: SilenceNotice) {
  return { "log_source.id": source.id, "log_source.name": source.name, "log_source.kind": source.kind };
}

const MESSAGES = {
  "log-source-silent": ({ source }, minutes) =>
    `Nothing came from "${source.name}" for ${countText(minutes, "minute")}`,
  "log-source-recovered": ({ source }, minutes) => `"${source.name}" sends again after ${countText(minutes, "minute")}`,
  "log-collection-silent": ({ source, sources }, minutes) =>
    `Nothing came to ${source.name} from ${countText(sources ?? 0, "log source")} for ${countText(minutes, "minute")}`,
  "log-collection-recovered": ({ source }, minutes) =>
    `Logs come to ${source.name} again after ${countText(minutes, "minute")}`,
} as const satisfies Record<SilenceNotice["action"], (notice: SilenceNotice, minutes: number) => string>;

/** The notice as Yagura's own event, one JSON line; `src/monitor/parse/json/own.ts` reads it. */
export function silenceEvent(notice: SilenceNotice): string {
  const { action, source, sinceMs, untilMs, usualPauseMs } = notice;
  const minutes = Math.round((untilMs - sinceMs) / MINUTE_MS);
  const usual = usualPauseMs === undefined ? undefined : Math.max(1, Math.round(usualPauseMs / MINUTE_MS));
  return JSON.stringify({
    "@timestamp": new Date(untilMs).toISOString(),
    "event.action": action,
    ...(source.kind === "host" ? collectionFields(notice) : sourceFields(notice)),
    "silence.since": new Date(sinceMs).toISOString(),
    "silence.until": new Date(untilMs).toISOString(),
    "silence.minutes": minutes,
    ...(usual !== undefined && { "silence.usual_minutes": usual }),
    message: MESSAGES[action](notice, minutes),
  });
}

/** Whose alerts the notice is about, as `entityOf` names it. */
export const silentEntity = ({ source }: SilenceNotice) =>
  source.kind === "host"
    ? ({ kind: "host", value: source.name.toLowerCase() } as const)
    : ({ kind: "source", value: source.id } as const);
