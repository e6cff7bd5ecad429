import { countText } from "../../kernel/count.ts";
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
  { seconds, isBrief }: { seconds: Seconds; isBrief: boolean },
): readonly string[] {
  const { summary, loaded, problems, files } = teller;
  const rate = Math.round(summary.events / Math.max(0.001, seconds.match));
  const rejected = loaded?.rejected.length ? ` (${number(loaded.rejected.length)} rejected: --list-rejected)` : "";
  const correlations = loaded?.program.plan.correlations.length ?? 0;
  const rules = `${countText(loaded?.rules.length ?? 0, "rule")}${correlations === 0 ? "" : ` and ${countText(correlations, "correlation")}`}`;
  const read =
    `${countText(summary.events, "event")} in ${countText(files, "file")} (${sizeText(teller.bytes)}), ` +
    `${rules}${rejected}, ${seconds.match.toFixed(1)} s, ${number(rate)} events/s`;
  return [...(isBrief ? [] : ["", read]), ...problemLines([...problems.values()])];
}

/** Each loss by its file; what cost nothing by its kind, since it is often the same in a thousand files. */
function problemLines(problems: readonly Problem[]): readonly string[] {
  const lines = [...problems.filter(({ isLoss }) => isLoss).map(lossLine), ...noteLines(problems)];
  const rest = lines.length - MAX_SHOWN;
  return rest > 0 ? [...lines.slice(0, MAX_SHOWN), `… and ${countText(rest, "more problem")}`] : lines;
}

function lossLine({ file, kind, detail, count }: Problem): string {
  const where = file === "" ? "" : `${printable(file, MAX_CHARS)}: `;
  const times = count > 1 ? `${number(count)} times ` : "";
  const what = kind === "unreadable" || file === "" ? "" : `${times}${kind.replaceAll("_", " ")}: `;
  return `error: ${where}${what}${printable(detail, MAX_CHARS)}`;
}

function noteLines(problems: readonly Problem[]): readonly string[] {
  const byKind = Map.groupBy(
    problems.filter(({ isLoss }) => !isLoss),
    ({ kind }) => kind,
  );
  return [...byKind].map(([kind, of]) => {
    const count = of.reduce((sum, one) => sum + one.count, 0);
    const [first] = of;
    const where = `${printable(first?.file ?? "", MAX_CHARS)}: ${printable(first?.detail ?? "", MAX_CHARS)}`;
    const files = of.length === 1 ? "" : `${number(of.length)} files; `;
    return `note: ${number(count)} × ${WORDS[kind] ?? kind.replaceAll("_", " ")} (${files}first: ${where})`;
  });
}

/** The parser's own words for what it could not understand, for people. */
const WORDS: Readonly<Record<string, string>> = {
  unrecognized: "a line in no known format, searched as text",
  broken_json: "broken JSON, searched as text",
  not_an_object: "something between JSON objects that is none",
  too_many_fields: "an event with too many fields: the first were searched",
  too_deep: "an event nested too deeply: the upper part was searched",
  empty: "a line of nothing but white space",
  time_absurd: "a time before 1970 or after 2200, which was left out",
  time_unreadable: "a time that cannot be read",
  untimed: "a hit without a time, which correlations leave out",
  not_closed: "an event log that was copied while it was written",
};

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
    rules_loaded: loaded?.rules.length ?? 0,
    rules_rejected: loaded?.rejected.length ?? 0,
    matches: summary.matches,
    seconds_load: round(seconds.load),
    seconds_match: round(seconds.match),
    events_per_s: Math.round(summary.events / Math.max(0.001, seconds.match)),
    rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  });
}
