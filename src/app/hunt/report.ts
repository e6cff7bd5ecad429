import { printable } from "../../monitor/hunt/index.ts";
import { sizeText } from "../ingest/progress.ts";
import type { Loaded } from "./engine.ts";
import type { Problem } from "./part.ts";
import type { HuntTeller } from "./teller.ts";

export type Seconds = { readonly load: number; readonly match: number };

const MAX_SHOWN = 20;
const MAX_CHARS = 300;
const number = (value: number): string => value.toLocaleString("en");

/** The last lines for a person: what was read, and what was not. Brief: only what went wrong. */
export function reportLines(
  teller: HuntTeller,
  { files, seconds, isBrief }: { files: number; seconds: Seconds; isBrief: boolean },
): readonly string[] {
  const { summary, loaded, problems } = teller;
  const rate = Math.round(summary.events / Math.max(0.001, seconds.match));
  const rejected = loaded.rejected.length === 0 ? "" : ` (${number(loaded.rejected.length)} rejected: --list-rejected)`;
  const read =
    `${number(summary.events)} events in ${number(files)} ${files === 1 ? "file" : "files"} (${sizeText(teller.bytes)}), ` +
    `${number(loaded.rules.length)} rules${rejected}, ${seconds.match.toFixed(1)} s, ${number(rate)} events/s`;
  return [...(isBrief ? [] : ["", read]), ...problemLines([...problems.values()])];
}

function problemLines(problems: readonly Problem[]): readonly string[] {
  const ordered = [...problems.filter(({ isLoss }) => isLoss), ...problems.filter(({ isLoss }) => !isLoss)];
  const lines = ordered.slice(0, MAX_SHOWN).map(({ file, kind, detail, count, isLoss }) => {
    const where = file === "" ? "" : `${printable(file, MAX_CHARS)}: `;
    const times = count > 1 ? `${number(count)} times ` : "";
    const what = kind === "unreadable" || file === "" ? "" : `${times}${kind.replaceAll("_", " ")}: `;
    return `${isLoss ? "error" : "note"}: ${where}${what}${printable(detail, MAX_CHARS)}`;
  });
  const rest = ordered.length - lines.length;
  return rest > 0 ? [...lines, `… and ${number(rest)} more problems`] : lines;
}

/** Rules that cannot run, with the reason; rules that gave way to one of the same id. */
export const rejectedLines = ({ rejected, replaced }: Loaded): readonly string[] => [
  ...rejected.map(
    ({ origin, line, reason }) =>
      `rejected ${printable(origin, MAX_CHARS)}:${line ?? 1}: ${printable(reason, MAX_CHARS)}`,
  ),
  ...replaced.map(
    ({ origin, by, id }) =>
      `replaced ${printable(origin, MAX_CHARS)}: ${printable(by, MAX_CHARS)} has the same id ${id}`,
  ),
];

/** One line of JSON for programs. Rates are by the clock; `rss_mb` is the most memory the process had. */
export function statsLine({ summary, loaded, bytes }: HuntTeller, seconds: Seconds): string {
  const round = (value: number): number => Number(value.toFixed(3));
  return JSON.stringify({
    events: summary.events,
    bytes,
    rules_loaded: loaded.rules.length,
    rules_rejected: loaded.rejected.length,
    matches: summary.matches,
    seconds_load: round(seconds.load),
    seconds_match: round(seconds.match),
    events_per_s: Math.round(summary.events / Math.max(0.001, seconds.match)),
    rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  });
}
