import { availableParallelism } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { Level } from "../../monitor/event/index.ts";
import { printable, renderTable } from "../../monitor/hunt/index.ts";
import { findInputs } from "../ingest/files.ts";
import { openProgress, type Screen } from "../ingest/progress.ts";
import { readRuleFiles } from "../rules-on-disk.ts";
import { createEngine, type Order } from "./engine.ts";
import { openOutput, ReaderGone } from "./output.ts";
import type { Part } from "./part.ts";
import { PART_BYTES, planParts } from "./plan.ts";
import { huntOnThreads } from "./pool.ts";
import { rejectedLines, reportLines, statsLine } from "./report.ts";
import { type Format, HuntTeller } from "./teller.ts";

export type HuntOptions = {
  /** Files, folders, or `-` for standard input. */
  readonly paths: readonly string[];
  /** Folders or files with Sigma rules; none: Yagura's own. */
  readonly rules: readonly string[];
  readonly format?: Format;
  readonly stats?: boolean;
  readonly workers?: number;
  readonly minLevel?: Level;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly fields?: boolean;
  readonly listRejected?: boolean;
  readonly timeZone?: string;
  readonly nowMs: number;
  /** Larger files are cut into parts of about this size for several threads. */
  readonly partBytes?: number;
};

export type HuntIo = {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Screen;
  readonly isColored: boolean;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
};

/** Every file was read to its end, whether or not rules were hit. */
export const EXIT_OK = 0;
/** Nothing was hunted: no rules, nothing to read. */
export const EXIT_NOTHING = 1;
/** The hunt is done, but some of the input or of the rule folders could not be read. */
export const EXIT_INCOMPLETE = 2;

const BYTES_PER_THREAD = 32 * 1024 * 1024;
const MAX_THREADS = 64;

/** Runs rules over files and returns the exit code. Hits go to stdout, everything else to stderr. */
export async function runHunt(options: HuntOptions, io: HuntIo): Promise<number> {
  const startedAt = performance.now();
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const { rules, unreadable } = await readRuleFiles(options.rules, options.rules.length === 0);
  for (const { origin, reason } of unreadable) say(`error: rules ${printable(origin, 300)}: ${printable(reason, 300)}`);
  if (rules.length === 0) {
    say("error: no rule files (.yml, .yaml) were found");
    return EXIT_NOTHING;
  }
  if (options.rules.length === 0) say("No --rules given: hunting with Yagura's own rules.");
  const { inputs, problems } = await findInputs(options.paths, io.stdin);
  const format = options.format ?? (io.stdout.isTTY === true ? "table" : "jsonl");
  const totalBytes = inputs.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const threads = threadsFor(options.workers, totalBytes);
  const progress = openProgress(io.stderr, totalBytes);
  let loadedAt = startedAt;
  const onLoaded = (): void => {
    loadedAt = performance.now();
  };
  const teller = new HuntTeller({
    format,
    output: openOutput(io.stdout),
    progress,
    minLevel: options.minLevel,
    onLoaded,
  });
  for (const problem of problems) teller.problem({ file: "", kind: problem, detail: problem, count: 1, isLoss: true });
  const order: Order = {
    sources: rules,
    wanted: wantedOf(options),
    nowMs: options.nowMs,
    timeZone: options.timeZone,
  };
  const isWhole = await hunt({
    inputs: await planParts(inputs, threads > 1 ? (options.partBytes ?? PART_BYTES) : Infinity),
    order,
    threads,
    teller,
    io,
  }).finally(() => progress.stop());
  if (isWhole === "reader-gone") return EXIT_OK;
  const seconds = { load: (loadedAt - startedAt) / 1000, match: (performance.now() - loadedAt) / 1000 };
  if (format === "table") {
    const table = renderTable(teller.summary, { columns: io.stdout.columns ?? 140, isColored: io.isColored });
    await openOutput(io.stdout).write(table).catch(ignoreReaderGone);
  }
  if (options.listRejected === true && teller.loaded !== undefined)
    for (const line of rejectedLines(teller.loaded)) say(line);
  for (const line of reportLines(teller, { seconds, isBrief: format !== "table" })) say(line);
  if (options.stats === true) say(statsLine(teller, seconds));
  if (inputs.length === 0) say("error: nothing to read");
  if (isWhole === "stopped") return EXIT_INCOMPLETE;
  if (inputs.length === 0) return EXIT_NOTHING;
  return teller.hasLoss || unreadable.length > 0 ? EXIT_INCOMPLETE : EXIT_OK;
}

function threadsFor(asked: number | undefined, totalBytes: number): number {
  const most = asked ?? Math.min(availableParallelism(), Math.ceil(totalBytes / BYTES_PER_THREAD));
  return Math.max(1, Math.min(most, MAX_THREADS));
}

const wantedOf = ({ minLevel, fromMs, toMs, fields }: HuntOptions): Order["wanted"] => ({
  ...(minLevel !== undefined && { minLevel }),
  ...(fromMs !== undefined && { fromMs }),
  ...(toMs !== undefined && { toMs }),
  ...(fields === true && { withFields: true }),
});

type Run = {
  readonly inputs: readonly Part[];
  readonly order: Order;
  readonly threads: number;
  readonly teller: HuntTeller;
  readonly io: HuntIo;
};

async function hunt({ inputs, order, threads, teller, io }: Run): Promise<"done" | "reader-gone" | "stopped"> {
  const stopped = new Promise<never>((_, reject) => {
    io.signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
  });
  stopped.catch(() => {});
  try {
    const onThreads = threads > 1 && inputs.length > 1 && inputs.every(({ path }) => path !== "-");
    const work = onThreads
      ? huntOnThreads(inputs, order, { threads: Math.min(threads, inputs.length), teller })
      : huntHere(inputs, order, { teller, io });
    await Promise.race([work, stopped]);
    await teller.finish();
    return "done";
  } catch (error) {
    if (error instanceof ReaderGone) return "reader-gone";
    if (io.signal?.aborted !== true) throw error;
    teller.problem({ file: "", kind: "stopped", detail: "stopped before the end", count: 1, isLoss: true });
    return "stopped";
  }
}

async function huntHere(
  parts: readonly Part[],
  order: Order,
  { teller, io }: Pick<Run, "teller" | "io">,
): Promise<void> {
  let at: Part | undefined;
  const engine = createEngine(
    order,
    async (batch) => {
      if (at !== undefined) await teller.take(at, batch);
      // Files in a disk's cache come without a pause: the bar and Ctrl-C need one.
      await new Promise((resolve) => setImmediate(resolve));
      io.signal?.throwIfAborted();
    },
    io.stdin,
  );
  teller.onLoaded(engine.loaded);
  for (const part of parts) {
    at = part;
    await engine.read(part);
  }
}

function ignoreReaderGone(error: unknown): void {
  if (!(error instanceof ReaderGone)) throw error;
}
