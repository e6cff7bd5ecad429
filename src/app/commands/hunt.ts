import { AppError } from "../../kernel/errors.ts";
import { LEVELS, type Level } from "../../monitor/event/index.ts";
import { runHunt } from "../hunt/index.ts";

export type HuntCommand = {
  readonly rules?: readonly string[];
  readonly format?: "jsonl" | "csv" | "table";
  readonly stats?: boolean;
  readonly workers?: number;
  readonly minLevel?: string;
  readonly from?: string;
  readonly to?: string;
  readonly fields?: boolean;
  readonly listRejected?: boolean;
  readonly timeZone?: string;
  /** The value of NO_COLOR (no-color.org), when it is set. */
  readonly color?: boolean;
};

/** Hunts with Sigma rules in files, without a server. Sets the exit code. */
export async function huntCommand(paths: readonly string[], command: HuntCommand): Promise<void> {
  const { stdin, stdout, stderr } = process;
  if (paths.length === 0 && stdin.isTTY)
    throw new AppError("invalid", "Name files or folders to hunt in, or pipe a log into this command.");
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  const { rules = [], format, stats, workers, fields, listRejected, timeZone } = command;
  const options = {
    paths: paths.length === 0 ? ["-"] : paths,
    rules,
    nowMs: Date.now(),
    ...(format !== undefined && { format }),
    ...(stats !== undefined && { stats }),
    ...(workers !== undefined && { workers }),
    ...(fields !== undefined && { fields }),
    ...(listRejected !== undefined && { listRejected }),
    ...(timeZone !== undefined && { timeZone: zoneOf(timeZone) }),
    ...(command.minLevel !== undefined && { minLevel: levelOf(command.minLevel) }),
    ...(command.from !== undefined && { fromMs: instantOf(command.from) }),
    ...(command.to !== undefined && { toMs: instantOf(command.to) }),
  };
  const isColored = stdout.isTTY === true && command.color !== false;
  process.exitCode = await runHunt(options, { stdin, stdout, stderr, isColored, signal: stopping.signal });
}

function levelOf(text: string): Level {
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) throw new AppError("invalid", `--min-level is one of ${LEVELS.join(", ")}.`);
  return level;
}

/** ISO 8601; without an offset it is UTC. */
function instantOf(text: string): number {
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const ms = Date.parse(hasOffset || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(ms))
    throw new AppError("invalid", `"${text}" is no time such as 2026-11-20T09:00:00Z or 2026-11-20.`);
  return ms;
}

function zoneOf(name: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    throw new AppError("invalid", `"${name}" is no time zone such as Asia/Tokyo.`);
  }
}
