import { countText } from "../../../kernel/count.ts";
import type { Level } from "../../event/index.ts";
import type { RuleTally, Summary } from "../summary.ts";
import { cut, cutStart, padEnd, padStart } from "./width.ts";

export type TableOptions = { readonly columns: number; readonly isColored: boolean };

const COLORS: Readonly<Record<Level, string>> = {
  critical: "1;35",
  high: "31",
  medium: "33",
  low: "36",
  informational: "2",
};
const LEVEL_CHARS = 13;
const HITS_CHARS = 9;
const TIME_CHARS = 19;
const HOST_CHARS = 18;
const MIN_TITLE_CHARS = 24;
const MAX_TITLE_CHARS = 72;
const MAX_FILES = 15;

type Paint = (text: string, color: string) => string;

/** What a hunt found, for a person: the rules hit, the gravest first, then levels, files and the span of time. */
export function renderTable(summary: Summary, { columns, isColored }: TableOptions): string {
  const paint: Paint = (text, color) => (isColored ? `\u001b[${color}m${text}\u001b[0m` : text);
  if (summary.matches === 0) return `${paint("No rule was hit.", "1")}\n`;
  const rules = summary.ranked();
  const lines = [
    ...rulesTable(rules, columns, paint),
    "",
    ...levelLines(summary, paint),
    "",
    ...fileLines(summary, columns, paint),
  ];
  const span = `${instant(summary.firstMs)} – ${instant(summary.lastMs)} UTC`;
  if (!Number.isNaN(summary.firstMs)) lines.push("", `${paint("Time", "1")}   ${span}`);
  return `${lines.join("\n")}\n`;
}

/** Narrow terminals lose the example, then the host. */
function rulesTable(rules: readonly RuleTally[], columns: number, paint: Paint): readonly string[] {
  const fixed = LEVEL_CHARS + HITS_CHARS + 2 * (TIME_CHARS + 2) + 3;
  const hasHosts = rules.some(({ hosts }) => hosts.size > 0);
  const hostChars = hasHosts && columns - fixed - MIN_TITLE_CHARS >= HOST_CHARS + 2 ? HOST_CHARS + 2 : 0;
  const longest = Math.max(...rules.map(({ rule }) => rule.title.length));
  const room = Math.max(MIN_TITLE_CHARS, Math.min(longest, MAX_TITLE_CHARS, columns - fixed - hostChars));
  const exampleChars = columns - fixed - hostChars - room - 2;
  const row = (cells: {
    level: string;
    hits: string;
    title: string;
    first: string;
    last: string;
    host: string;
    example: string;
  }) =>
    [
      padEnd(cells.level, LEVEL_CHARS),
      padStart(cells.hits, HITS_CHARS),
      "  ",
      padEnd(cut(cells.title, room), room),
      `  ${padEnd(cells.first, TIME_CHARS)}  ${padEnd(cells.last, TIME_CHARS)}`,
      hostChars === 0 ? "" : `  ${padEnd(cut(cells.host, HOST_CHARS), HOST_CHARS)}`,
      exampleChars < 16 ? "" : `  ${cut(cells.example, exampleChars)}`,
    ]
      .join("")
      .trimEnd();
  const head = row({
    level: "LEVEL",
    hits: "HITS",
    title: "RULE",
    first: "FIRST (UTC)",
    last: "LAST",
    host: "HOST",
    example: "FOR EXAMPLE",
  });
  return [
    paint(head, "1"),
    ...rules.map(({ rule, count, firstMs, lastMs, hosts, example }) =>
      row({
        level: rule.level,
        hits: count.toLocaleString("en"),
        title: rule.title,
        first: instant(firstMs),
        last: instant(lastMs),
        host: hostText(hosts),
        example: `${example.file.replace(/^.*[\\/]/, "")}:${example.record}`,
      }).replace(rule.level, paint(rule.level, COLORS[rule.level])),
    ),
  ];
}

function hostText(hosts: ReadonlySet<string>): string {
  const [first = ""] = hosts;
  return hosts.size > 1 ? `${first} +${hosts.size - 1}` : first;
}

function levelLines({ levels, matches, rules }: Summary, paint: Paint): readonly string[] {
  const most = Math.max(...levels.values());
  const lines = [...levels].map(([level, count]) => {
    const bar = "█".repeat(Math.ceil((count / most) * 30));
    return `  ${padEnd(level, LEVEL_CHARS)}${padStart(count.toLocaleString("en"), HITS_CHARS)}  ${bar === "" ? "" : paint(bar, COLORS[level])}`.trimEnd();
  });
  return [paint(`${countText(matches, "hit")} of ${countText(rules.size, "rule")}`, "1"), ...lines];
}

function fileLines({ files }: Summary, columns: number, paint: Paint): readonly string[] {
  const most = [...files].sort((a, b) => b[1] - a[1]);
  const shown = most.slice(0, MAX_FILES);
  const below = commonFolder(most.map(([file]) => file));
  const lines = shown.map(
    ([file, count]) =>
      `  ${padStart(count.toLocaleString("en"), HITS_CHARS)}  ${cutStart(file.slice(below.length), Math.max(MIN_TITLE_CHARS, columns - HITS_CHARS - 4))}`,
  );
  const rest = most.length - shown.length;
  return [
    paint("Hits by file", "1") + (below === "" ? "" : cut(` in ${below}`, 160)),
    ...lines,
    ...(rest > 0 ? [`  ${padStart("…", HITS_CHARS)}  and ${countText(rest, "more file")}`] : []),
  ];
}

/** The folder, with its last slash, that all of several files are in; "" when there is none. */
function commonFolder(files: readonly string[]): string {
  const [first = "", ...others] = files;
  if (others.length === 0) return "";
  const folders = first.split("/").slice(0, -1);
  while (folders.length > 1) {
    const folder = `${folders.join("/")}/`;
    if (others.every((file) => file.startsWith(folder))) return folder;
    folders.pop();
  }
  return "";
}

const instant = (ms: number): string =>
  Number.isNaN(ms) ? "" : new Date(ms).toISOString().slice(0, TIME_CHARS).replace("T", " ");
