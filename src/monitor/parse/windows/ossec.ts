import type { JsonObject } from "../flatten.ts";
import { toInstantMs } from "../instant.ts";
import { type ParseHints, type Reading, setTimeMs, zoneOf } from "../reading.ts";
import { readWindows } from "./windows.ts";

/** `[2014 Dec 20 09:29:47 ]WinEvtLog: Channel: TYPE(id): Provider: user: domain: computer: message` */
const LINE =
  /^(?:(\d{4}) (\w{3}) (\d\d) (\d\d:\d\d:\d\d) )?WinEvtLog: ([^:]{1,256}): ([A-Z_]{1,32})\((\d{1,10})\): ([^:]{1,256}): ([^:]{0,256}): ([^:]{0,256}): ([^:]{0,256}): ([\s\S]*)$/;
const MAX_PAIRS = 128;

/**
 * A Windows event as OSSEC's and Wazuh's old agents wrote it (eventlog), one line of text. The message's `Name: value` pairs, two spaces apart,
 * become fields, as the event's own names have no spaces.
 */
export function readOssecWindows(event: Reading, text: string, hints: ParseHints): boolean {
  const found = LINE.exec(text.slice(0, 65_536));
  if (found === null) return false;
  const [, year, month, day, clock, channel, level, id, provider, user = "", domain = "", computer, message = ""] =
    found;
  const object: Record<string, unknown> = {
    Channel: channel,
    EventID: Number(id),
    SourceName: provider,
    Hostname: computer,
    Severity: level,
    Message: message,
    ...pairsOf(message),
  };
  if (user !== "" && user !== "(no user)") object.AccountName = user;
  if (domain !== "" && domain !== "no domain") object.Domain = domain;
  if (!readWindows(event, object as JsonObject, hints)) return false;
  if (year !== undefined) setTimeMs(event, toInstantMs(`${month} ${day} ${year} ${clock}`, zoneOf(hints)));
  return true;
}

function pairsOf(message: string): Record<string, string> {
  const pairs: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of message.split(/ {2,}|\t+/, MAX_PAIRS)) {
    const [, name = "", value = ""] =
      /^(?:[A-Z][\w ]{0,64}: {0,1})?([A-Z][A-Za-z]{1,47}): (.{1,32768})$/.exec(part) ?? [];
    if (name !== "" && name !== "UtcTime") pairs[name] = value;
  }
  return pairs;
}
