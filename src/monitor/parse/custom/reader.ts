import { type CustomReader, type ParseHints, type Reading, zoneOf } from "../reading.ts";
import { readSyslogHeader } from "../syslog/header.ts";
import { readSyslog } from "../syslog/syslog.ts";
import type { Candidate, CustomParser } from "./compile.ts";

/** What a source is pinned to, to be read by a parser of one's own. */
export const CUSTOM_PREFIX = "custom.";

/**
 * The parsers in force, in the order of their ids. A line that none of them glances at costs a search for a text per parser. What
 * stands behind syslog's header is read by them, the header as ever. A source pinned to one is first read by that.
 */
export function createCustomReader(parsers: readonly CustomParser[]): CustomReader | undefined {
  if (parsers.length === 0) return undefined;
  const byFormat = new Map(parsers.map((parser) => [CUSTOM_PREFIX + parser.id, parser]));
  const open = parsers.filter(({ isPinnedOnly }) => !isPinnedOnly);
  return (event, text, hints) => {
    const pinned = hints.format.startsWith(CUSTOM_PREFIX) ? byFormat.get(hints.format) : undefined;
    if (pinned !== undefined && take(event, { text, hints, parsers: [pinned], isPinned: true })) return true;
    // A source pinned to a built-in format is read by that alone.
    if (hints.format !== "auto" && !hints.format.startsWith(CUSTOM_PREFIX)) return false;
    for (const parser of open)
      if (parser.glance(text, hints.program ?? "")) return take(event, { text, hints, parsers: open, isPinned: false });
    return false;
  };
}

type Line = {
  readonly text: string;
  readonly hints: ParseHints;
  readonly parsers: readonly CustomParser[];
  readonly isPinned: boolean;
};

function take(event: Reading, { text, hints, parsers, isPinned }: Line): boolean {
  const header = readSyslogHeader(text, hints);
  const message = header === undefined ? text : text.slice(header.messageAt).trim();
  const candidate: Candidate = { line: text, message, program: header?.program ?? hints.program ?? "" };
  for (const parser of parsers) {
    if (!isPinned && !(parser.glance(text, hints.program ?? "") && parser.recognizes(candidate))) continue;
    const read = parser.read(candidate);
    if (read === undefined) continue;
    const fill = (into: Reading): boolean => {
      parser.fill(into, read, { zone: zoneOf(hints), nearMs: hints.receivedAtMs, message });
      return true;
    };
    return header === undefined ? fill(event) : readSyslog(event, text, { hints, readPayload: fill });
  }
  return false;
}
