/**
 * Do our parsers read what others say is there? `npm run check:parsers [-- --data DIR] [--json] [--show FORMAT]`. Reads the logs of
 * Wazuh's, CrowdSec's and Zeek's own tests and prints, per format, how many of the fields that these tests name stand in our fields or
 * columns under the name that stands for it (tests/agreement), and what was not judged. Fields that we have no name for count as wrong.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Tallies } from "../tests/agreement/agreement.ts";
import { checkCrowdsec } from "../tests/agreement/crowdsec.ts";
import { checkWazuh } from "../tests/agreement/wazuh.ts";
import { checkZeek } from "../tests/agreement/zeek.ts";
import { readTarGz } from "../tests/support/tar.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: resolve("../shared/data") },
    json: { type: "boolean", default: false },
    show: { type: "string", default: "" },
  },
});
const CHECKS = [
  ["wazuh-ruleset-tests", checkWazuh],
  ["crowdsec-hub-tests", checkCrowdsec],
  ["zeek-btest-logs", checkZeek],
] as const;
const MAX_SHOWN = 200;

const tallies = new Tallies();
for (const [name, check] of CHECKS) {
  const path = join(options.data, `logs/${name}.tar.gz`);
  if (existsSync(path)) check(await readTarGz(path), tallies);
  else tallies.leave(`archives that are not there: ${name}`);
}

const rows = tallies.all.map(({ row }) => row);
const left = Object.fromEntries(tallies.left);
if (options.json) process.stdout.write(`${JSON.stringify({ formats: rows, notJudged: left }, null, 2)}\n`);
else if (options.show === "") printTable();
else show(options.show);

function printTable(): void {
  const heads = [
    "format",
    "lines",
    "recognized",
    "compared",
    "equal",
    "missing",
    "different",
    "percent",
    "often",
  ] as const;
  const cells = rows.map((row) => heads.map((head) => String(row[head] ?? "–")));
  const widths = heads.map((head, at) => Math.max(head.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  process.stdout.write(`${[line(heads), ...cells.map(line)].join("\n")}\n\nWithout a reader (no line recognized):\n`);
  for (const { format, lines } of rows.filter(({ recognized }) => recognized === 0))
    process.stdout.write(`  ${String(lines).padStart(6)}  ${format}\n`);
  process.stdout.write("\nNot judged:\n");
  for (const [reason, count] of tallies.left) process.stdout.write(`  ${String(count).padStart(6)}  ${reason}\n`);
}

/** One disagreement a line: the field, what the reference says, what we have. Lines of logs may hold anything: they are escaped. */
function show(format: string): void {
  const found = tallies.all.filter((tally) => tally.format === format || tally.format.endsWith(` ${format}`));
  if (found.length === 0) process.stdout.write(`There is no format "${format}".\n`);
  for (const { disagreements } of found) {
    for (const { line, claims } of disagreements.slice(0, MAX_SHOWN)) {
      process.stdout.write(`${JSON.stringify(line)}\n`);
      for (const { name, expected, ours } of claims)
        process.stdout.write(
          `    ${name}: ${JSON.stringify(expected)} – ${ours === undefined ? "no name of ours" : JSON.stringify(ours)}\n`,
        );
    }
    if (disagreements.length > MAX_SHOWN)
      process.stdout.write(`… and ${disagreements.length - MAX_SHOWN} more lines\n`);
  }
}
