/**
 * Brings faults about and says what held: `npm run check:faults [-- --only NAME,NAME] [--small] [--amount N] [--minutes N] [--json FILE]`.
 * Everything stays on this machine's loopback and in temporary directories, and ends by itself. Prints a Markdown table; the figures go
 * to FILE as JSON. `--small` takes the size of the ordinary tests, `--amount` another one, for one fault, and
 * `--minutes` ends each fault sooner. Exits with 1 when something did not hold.
 */
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { FAULTS } from "../tests/faults/catalog.ts";
import { type Fault, type Outcome, shown } from "../tests/faults/fault.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    small: { type: "boolean", default: false },
    amount: { type: "string" },
    minutes: { type: "string" },
    json: { type: "string" },
  },
});

type Report = Outcome & {
  readonly fault: string;
  readonly amount: number;
  readonly unit: string;
  readonly command: string;
  readonly seconds: number;
};

function chosen(): readonly Fault[] {
  const names = options.only?.split(",");
  const unknown = names?.filter((name) => FAULTS.every((fault) => fault.name !== name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no fault ${unknown.join(", ")}; known: ${FAULTS.map(({ name }) => name).join(", ")}`);
  return FAULTS.filter(({ name }) => names?.includes(name) ?? true);
}

const endMs = (): number =>
  options.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(options.minutes) * 60_000;

function amountOf(fault: Fault): number {
  if (options.amount !== undefined) return Number(options.amount);
  return options.small ? (fault.small ?? fault.full) : fault.full;
}

async function bringAbout(fault: Fault): Promise<Report> {
  const amount = amountOf(fault);
  const startedAt = performance.now();
  const outcome = await fault.run(amount, { endMs: endMs() }).catch((error: unknown) => ({
    done: "could not be brought about",
    figures: {},
    broken: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  }));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const size = amount === fault.full ? "" : ` --amount ${amount}`;
  const minutes = options.minutes === undefined ? "" : ` --minutes ${options.minutes}`;
  const command = `npm run check:faults -- --only ${fault.name}${size}${minutes}`;
  return { fault: fault.name, unit: fault.unit, amount, command, seconds, ...outcome };
}

function verdict({ broken, skipped, figures }: Report): string {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value.toLocaleString("en")}`);
  if (skipped !== undefined) return `**skipped**: ${skipped}`;
  if (broken.length === 0) return `held: ${told.join(", ")}`;
  return `**did not hold**: ${shown(broken).join("; ")} (${told.join(", ")})`;
}

const reports: Report[] = [];
process.stdout.write("| fault | what was done | result | command |\n|---|---|---|---|\n");
for (const fault of chosen()) {
  const report = await bringAbout(fault);
  reports.push(report);
  const cells = [report.fault, report.done, verdict(report), `\`${report.command}\``];
  process.stdout.write(
    `| ${cells.map((cell) => cell.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |\n`,
  );
}
const machine = { cpus: cpus().length, loadAverage: loadavg(), at: new Date().toISOString() };
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ machine, reports }, null, 2)}\n`);
if (reports.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
