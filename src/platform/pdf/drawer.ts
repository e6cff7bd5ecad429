import { Worker } from "node:worker_threads";
import { AppError } from "../../kernel/errors.ts";
import type { DrawingOrder, Drawn } from "./drawing-thread.ts";

/** A page of glyphs takes little; a report that takes more than this would take it from ingest. */
const MAX_HEAP_MB = 768;

export type DrawingTask = {
  readonly order: DrawingOrder;
  readonly done: (bytes: Buffer) => void;
  readonly failed: (error: Error) => void;
};
export type DrawerSettings = {
  /** For one report, from when its drawing begins. */
  readonly limitMs: number;
  /** A thread that has had nothing to do for so long gives its memory back. */
  readonly idleMs: number;
};
type DrawerEvents = { onIdle(): void; onGone(): void };

/** One thread that draws one report at a time. It keeps the process alive only while it draws. */
export class Drawer {
  readonly #worker = new Worker(new URL("./drawing-thread.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  readonly #settings: DrawerSettings;
  #task: DrawingTask | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(events: DrawerEvents, settings: DrawerSettings) {
    this.#settings = settings;
    this.#worker.on("message", (drawn: Drawn) => {
      const task = this.#settle();
      if ("bytes" in drawn) task?.done(Buffer.from(drawn.bytes.buffer));
      else task?.failed(new Error(`a PDF could not be drawn: ${drawn.problem}`));
      this.#rest();
      events.onIdle();
    });
    this.#worker.on("error", (cause) => this.#settle()?.failed(reasonOf(cause)));
    this.#worker.on("exit", () => {
      this.#settle()?.failed(new Error("the thread that draws PDFs ended"));
      events.onGone();
    });
  }

  /** A thread that is being ended takes nothing more. */
  get isFree(): boolean {
    return this.#task === undefined && !this.#isEnding;
  }

  give(task: DrawingTask): void {
    clearTimeout(this.#timer);
    this.#task = task;
    this.#worker.ref();
    this.#timer = setTimeout(() => this.#giveUp(), this.#settings.limitMs);
    this.#worker.postMessage(task.order);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }

  #giveUp(): void {
    const seconds = this.#settings.limitMs / 1_000;
    const message = `Drawing this PDF took longer than ${seconds} seconds. Take out less at once, or another format.`;
    const task = this.#settle();
    void this.end();
    task?.failed(new AppError("over_limit", message));
  }

  #rest(): void {
    this.#worker.unref();
    this.#timer = setTimeout(() => void this.end(), this.#settings.idleMs).unref();
  }

  #settle(): DrawingTask | undefined {
    clearTimeout(this.#timer);
    const task = this.#task;
    this.#task = undefined;
    return task;
  }
}

function reasonOf(cause: unknown): Error {
  const isMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isMemory
    ? new AppError("too_large", "This is too much for one PDF. Take out less at once, or another format.", {}, cause)
    : new Error("the thread that draws PDFs failed", { cause });
}
