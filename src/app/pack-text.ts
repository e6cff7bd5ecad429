import { countText } from "../kernel/count.ts";
import { type PackDetail, type PackPreview, type PackRow, printable } from "../monitor/rule/pack/index.ts";

const LISTED = 20;
const count = (value: number): string => value.toLocaleString("en");

/** What a preview found, for a terminal. */
export function previewText({ name, source, contentHash, counts, difference, ...found }: PackPreview): string {
  const { added, changed, removed, unchanged, from } = difference;
  const commit = source.commit === undefined ? "" : `  commit ${source.commit.slice(0, 12)}`;
  const amounts = [
    ...[
      countText(counts.rules, "rule"),
      countText(counts.correlations, "correlation"),
      countText(counts.filters, "filter"),
    ],
    ...[countText(counts.files, "file"), `${(counts.bytes / 2 ** 20).toFixed(1)} MiB`],
  ];
  const against = from === null ? "a new pack" : `against version ${from}`;
  return lines([
    `Pack ${name}`,
    `  from        ${source.from}${source.ref === undefined ? "" : `  ${source.ref}`}${commit}`,
    `  content     sha256 ${contentHash.slice(0, 16)}…`,
    `  holds       ${amounts.join(", ")}`,
    `  difference  ${count(added)} added, ${count(changed)} changed, ${count(removed)} removed, ${count(unchanged)} unchanged (${against})`,
    ...found.licenses.map(({ path, firstLine }) => `  license     ${path}: ${firstLine}`),
    ...section(`${count(counts.rejected)} cannot run`, counts.rejected, found.rejected.map(findingText)),
    ...section(
      found.filters.total === 1
        ? "1 filter, which holds for rules outside the pack too"
        : `${count(found.filters.total)} filters, which hold for rules outside the pack too`,
      found.filters.total,
      found.filters.items.map(filterText),
    ),
    ...section(`${countText(counts.leftOut, "file")} left out`, counts.leftOut, found.leftOut.map(findingText)),
    ...section(
      `${countText(found.duplicates.total, "id")} that others have too`,
      found.duplicates.total,
      found.duplicates.items.map(
        ({ id, path, origin, runs }) =>
          `${path}: ${id} is also in ${origin}; ${runs === "this" ? "the pack's" : "that one"} runs`,
      ),
    ),
  ]);
}

type Finding = PackPreview["rejected"][number];
const findingText = ({ path, line, reason }: Finding): string =>
  `${path}${line === undefined ? "" : `:${line}`}: ${reason}`;

const filterText = ({ path, line, title, isAny, outside }: PackPreview["filters"]["items"][number]): string =>
  `${path}${line === undefined ? "" : `:${line}`}: ${title} narrows ${countText(outside, "rule")} outside the pack${isAny ? " (it is for any rule)" : ""}`;

function section(title: string, total: number, items: readonly string[]): string[] {
  if (total === 0) return [];
  const more = total > LISTED ? [`    … and ${count(total - LISTED)} more`] : [];
  return [`  ${title}`, ...items.slice(0, LISTED).map((item) => `    ${item.slice(0, 400)}`), ...more];
}

/** The packs, one a line, below a heading. */
export function packsText(packs: readonly PackRow[]): string {
  if (packs.length === 0) return "No rule packs yet. bin/yagura rules import PATH|ARCHIVE|GIT-URL brings one in.\n";
  const rows = packs.map(({ name, isEnabled, current, lastVersion }) => [
    name,
    `v${current.version}${lastVersion > current.version ? ` (of ${lastVersion})` : ""}`,
    isEnabled ? "on" : "off",
    count(current.counts.rules + current.counts.correlations),
    current.at.slice(0, 16).replace("T", " "),
    current.source.from,
  ]);
  return table([["PACK", "VERSION", "STATE", "RULES", "IMPORTED (UTC)", "FROM"], ...rows]);
}

/** A pack's versions after a change. */
export function versionsText({ name, isEnabled, current, versions, note }: PackDetail): string {
  const rows = versions
    .slice(0, LISTED)
    .map(({ version, at, by, source, contentHash, counts, comment }) => [
      version === current.version ? "→" : "",
      `v${version}`,
      at.slice(0, 16).replace("T", " "),
      by.name,
      count(counts.rules + counts.correlations),
      source.commit?.slice(0, 12) ?? contentHash.slice(0, 12),
      comment,
    ]);
  const state = isEnabled ? "is in force" : "is chosen; the pack is off";
  return (
    lines([`Pack ${name}: version ${current.version} ${state}`, ...(note === undefined ? [] : [note])]) + table(rows)
  );
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return lines(
    rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    ),
  );
}

/** Titles, comments and addresses are others' words: a terminal must not obey them. */
const lines = (all: readonly string[]): string => `${all.map(printable).join("\n")}\n`;
