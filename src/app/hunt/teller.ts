import type { Level, RuleFacts } from "../../monitor/event/index.ts";
import {
  type CorrelationHit,
  correlationCsvLine,
  correlationJsonLine,
  csvHeader,
  csvLine,
  FileCorrelation,
  type Hit,
  jsonLine,
  Summary,
} from "../../monitor/hunt/index.ts";
import type { Progress } from "../ingest/progress.ts";
import type { Loaded } from "./engine.ts";
import type { Output } from "./output.ts";
import type { Batch, Part, Problem } from "./part.ts";
import type { Teller } from "./pool.ts";

export type Format = "jsonl" | "csv" | "table";

type Lines = { readonly hit: (hit: Hit) => string; readonly correlation: (hit: CorrelationHit) => string };
const LINES: Readonly<Record<Format, Lines | undefined>> = {
  jsonl: { hit: jsonLine, correlation: correlationJsonLine },
  csv: { hit: csvLine, correlation: correlationCsvLine },
  table: undefined,
};
/** Problems of different files or kinds that are remembered; the rest is only counted. */
const MAX_PROBLEMS = 10_000;

/** Text is written in pieces of about so many characters. */
const PIECE_CHARS = 64 * 1024;

export type TellerDeps = {
  readonly format: Format;
  readonly output: Output;
  readonly progress: Progress;
  readonly minLevel: Level | undefined;
  readonly onLoaded: () => void;
};

/**
 * Writes hits as they come, numbers the records of files that were read in parts, correlates, and keeps the figures. What
 * correlations find is written at the end.
 */
export class HuntTeller implements Teller {
  readonly summary = new Summary();
  readonly problems = new Map<string, Problem>();
  loaded: Loaded | undefined;
  files = 0;
  bytes = 0;
  hasLoss = false;
  readonly #to: TellerDeps;
  #correlation: FileCorrelation | undefined;
  #part: Part | undefined;
  /** Records of the file in the parts before this one, and in this one so far. */
  #base = 0;
  #inPart = 0;
  #isHeaderOut = false;

  constructor(to: TellerDeps) {
    this.#to = to;
  }

  onLoaded(loaded: Loaded): void {
    this.loaded = loaded;
    if (loaded.program.plan.correlations.length > 0)
      this.#correlation = new FileCorrelation(loaded.program, this.#to.minLevel);
    this.#to.onLoaded();
  }

  async take(part: Part, batch: Batch): Promise<void> {
    this.#begin(part);
    const { progress, output } = this.#to;
    const text =
      this.#header() + batch.found.map((found) => this.#hits({ ...found, record: found.record + this.#base })).join("");
    this.#inPart += batch.records;
    this.summary.events += batch.records;
    this.files += batch.files;
    this.bytes += batch.bytes;
    for (const problem of batch.problems) this.problem(problem);
    progress.read(batch.readBytes);
    progress.accepted(batch.records);
    const base = this.#base;
    for (const hit of batch.bases) this.#correlation?.add({ ...hit, record: hit.record + base });
    await output.write(text);
    if (this.#correlation?.isFull) await this.#correlated(this.#correlation.release());
  }

  problem(problem: Problem): void {
    this.hasLoss ||= problem.isLoss;
    const key = this.problems.size < MAX_PROBLEMS ? `${problem.file}\n${problem.kind}` : "\nother";
    const before = this.problems.get(key);
    this.problems.set(key, before ? { ...before, count: before.count + problem.count } : problem);
  }

  /** What stands at the end even when nothing was found. */
  async finish(): Promise<void> {
    await this.#to.output.write(this.#header());
    if (this.#correlation === undefined) return;
    await this.#correlated(this.#correlation.finish());
    for (const detail of this.#correlation.losses())
      this.problem({ file: "", kind: `correlation: ${detail}`, detail, count: 1, isLoss: true });
  }

  async #correlated(hits: Iterable<CorrelationHit>): Promise<void> {
    const line = LINES[this.#to.format]?.correlation;
    let text = "";
    for (const hit of hits) {
      this.summary.add(hit.rule, hit.found);
      if (line !== undefined) text += line(hit);
      if (text.length < PIECE_CHARS) continue;
      await this.#to.output.write(text);
      text = "";
    }
    await this.#to.output.write(text);
  }

  #begin(part: Part): void {
    if (part === this.#part) return;
    const isSameFile = part.range !== undefined && part.range.from !== 0 && part.file === this.#part?.file;
    this.#base = isSameFile ? this.#base + this.#inPart : 0;
    this.#inPart = 0;
    this.#part = part;
  }

  #header(): string {
    if (this.#isHeaderOut || this.#to.format !== "csv") return "";
    this.#isHeaderOut = true;
    return csvHeader();
  }

  #hits(found: Hit["found"]): string {
    const line = LINES[this.#to.format]?.hit;
    let text = "";
    for (const index of found.rules) {
      const rule: RuleFacts | undefined = this.loaded?.rules[index];
      if (rule === undefined) continue;
      this.summary.add(rule, found);
      if (line !== undefined) text += line({ rule, found });
    }
    return text;
  }
}
