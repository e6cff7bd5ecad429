import type { RuleFacts } from "../../monitor/event/index.ts";
import { csvHeader, csvLine, type Hit, jsonLine, Summary } from "../../monitor/hunt/index.ts";
import type { Progress } from "../ingest/progress.ts";
import type { Loaded } from "./engine.ts";
import type { Output } from "./output.ts";
import type { Batch, Part, Problem } from "./part.ts";
import type { Teller } from "./pool.ts";

export type Format = "jsonl" | "csv" | "table";

const LINES: Readonly<Record<Format, ((hit: Hit) => string) | undefined>> = {
  jsonl: jsonLine,
  csv: csvLine,
  table: undefined,
};
/** Problems of different files or kinds that are remembered; the rest is only counted. */
const MAX_PROBLEMS = 10_000;

/** Writes hits as they come, numbers the records of files that were read in parts, and keeps the figures. */
export class HuntTeller implements Teller {
  readonly summary = new Summary();
  readonly problems = new Map<string, Problem>();
  loaded: Loaded = { rules: [], correlations: 0, rejected: [], replaced: [] };
  bytes = 0;
  hasLoss = false;
  readonly #to: { format: Format; output: Output; progress: Progress; onLoaded(): void };
  #part: Part | undefined;
  /** Records of the file in the parts before this one, and in this one so far. */
  #base = 0;
  #inPart = 0;
  #isHeaderOut = false;

  constructor(to: { format: Format; output: Output; progress: Progress; onLoaded(): void }) {
    this.#to = to;
  }

  onLoaded(loaded: Loaded): void {
    this.loaded = loaded;
    this.#to.onLoaded();
  }

  async take(part: Part, batch: Batch): Promise<void> {
    this.#begin(part);
    const { progress, output } = this.#to;
    const text =
      this.#header() + batch.found.map((found) => this.#hits({ ...found, record: found.record + this.#base })).join("");
    this.#inPart += batch.records;
    this.summary.events += batch.records;
    this.bytes += batch.bytes;
    for (const problem of batch.problems) this.problem(problem);
    progress.read(batch.readBytes);
    progress.accepted(batch.records);
    await output.write(text);
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
    const line = LINES[this.#to.format];
    let text = "";
    for (const index of found.rules) {
      const rule: RuleFacts | undefined = this.loaded.rules[index];
      if (rule === undefined) continue;
      this.summary.add(rule, found);
      if (line !== undefined) text += line({ rule, found });
    }
    return text;
  }
}
