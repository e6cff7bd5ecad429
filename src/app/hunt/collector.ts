import type { BaseHit, Found } from "../../monitor/hunt/index.ts";
import type { Batch, Problem } from "./part.ts";

/** Kinds of problems told apart per part: past them, the rest is counted under one name. */
const MAX_KINDS = 1_000;

const PROGRESS_BYTES = 2 * 1024 * 1024;

/** Gathers what one thread finds, and hands it on when asked. */
export class Collector {
  readonly #emit: (batch: Batch) => Promise<void>;
  #found: Found[] = [];
  #bases: BaseHit[] = [];
  #problems = new Map<string, Problem>();
  #records = 0;
  #files = 0;
  #bytes = 0;
  #readBytes = 0;

  /** emit: resolves when there is room for more. */
  constructor(emit: (batch: Batch) => Promise<void>) {
    this.#emit = emit;
  }

  found(found: Found): void {
    this.#found.push(found);
  }

  base(hit: BaseHit): void {
    this.#bases.push(hit);
  }

  record(): void {
    this.#records += 1;
  }

  file(): void {
    this.#files += 1;
  }

  bytes(count: number): void {
    this.#bytes += count;
  }

  readBytes(count: number): void {
    this.#readBytes += count;
  }

  problem({ file, kind, detail, isLoss }: Omit<Problem, "count">): void {
    const key = this.#problems.size < MAX_KINDS ? `${file}\n${kind}` : "\nother";
    const before = this.#problems.get(key);
    this.#problems.set(key, before ? { ...before, count: before.count + 1 } : { file, kind, detail, isLoss, count: 1 });
  }

  /** To be called often: what is held is bounded by what one piece of input brings. Mere progress is told now and then. */
  async flush(): Promise<void> {
    const hasNews = this.#found.length + this.#bases.length + this.#problems.size > 0;
    if (hasNews || this.#bytes + this.#readBytes >= PROGRESS_BYTES) await this.end();
  }

  /** Hands on all that is held. */
  async end(): Promise<void> {
    if (this.#records + this.#files + this.#bytes + this.#readBytes + this.#problems.size === 0) return;
    const batch: Batch = {
      found: this.#found,
      bases: this.#bases,
      records: this.#records,
      files: this.#files,
      bytes: this.#bytes,
      readBytes: this.#readBytes,
      problems: [...this.#problems.values()],
    };
    this.#found = [];
    this.#bases = [];
    this.#problems = new Map();
    this.#records = 0;
    this.#files = 0;
    this.#bytes = 0;
    this.#readBytes = 0;
    await this.#emit(batch);
  }
}
