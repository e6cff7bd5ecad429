import { Worker } from "node:worker_threads";
import { AppError } from "../../kernel/errors.ts";
import type { ExceptionSpec } from "../detect/index.ts";
import type { DeclaredNetwork, OwnerFact } from "../enrich/index.ts";
import type { RuleText, ThreadSettings, WorkerOrder, WorkerReport } from "./job.ts";

/** An order that takes longer than this has met a line or a rule that hangs the thread: the thread is ended. */
const HANG_MS = 60_000;
/** A person waits for these, and ingest behind them. */
const ASIDE_MS = 5_000;

type Numbered = Extract<WorkerOrder, { id: number }>;
/** A batch or a compilation, before it gets its number. */
export type Order = Numbered extends infer O ? (O extends Numbered ? Omit<O, "id"> : never) : never;
export type Report = Exclude<WorkerReport, { kind: "begun" | "failed" | "rules-ready" | "rules-failed" }>;
export type Task = { readonly order: Order; resolve(report: Report): void; reject(error: Error): void };

export type RulesReady = Extract<WorkerReport, { kind: "rules-ready" }>;

export type ThreadEvents = {
  onIdle(): void;
  /** ready: what came of the rules now in use; undefined when the thread kept its old ones. */
  onRules(version: number, ready: RulesReady | undefined): void;
  /** The thread has ended by itself; its task, if any, was rejected. */
  onExit(): void;
  onError(error: Error): void;
};

/** One worker thread, doing one task at a time. */
export class Thread {
  rulesVersion = 0;
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #asideMs: number;
  #task: Task | undefined;
  #timer: NodeJS.Timeout | undefined;
  #id = 0;

  constructor(events: ThreadEvents, settings: ThreadSettings) {
    this.#events = events;
    this.#asideMs = settings.asideMs ?? ASIDE_MS;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: settings });
    this.#worker.on("message", (report: WorkerReport) => this.#hear(report));
    this.#worker.on("error", (error: Error) => events.onError(error));
    this.#worker.on("exit", () => {
      this.#settle()?.reject(new Error("the parser thread ended"));
      events.onExit();
    });
  }

  get isBusy(): boolean {
    return this.#task !== undefined;
  }

  give(task: Task): void {
    this.#task = task;
    this.#id += 1;
    this.#timer = setTimeout(() => void this.#worker.terminate(), HANG_MS);
    this.#worker.postMessage({ ...task.order, id: this.#id });
  }

  setRules(version: number, rules: readonly RuleText[]): void {
    this.#worker.postMessage({ kind: "rules", version, rules });
  }

  /** In force from the next batch on: messages keep their order. */
  setExceptions(exceptions: readonly ExceptionSpec[]): void {
    this.#worker.postMessage({ kind: "exceptions", exceptions });
  }

  /** In force from the next batch on, as exceptions are. */
  setParsers(texts: readonly string[]): void {
    this.#worker.postMessage({ kind: "parsers", texts });
  }

  setNetworks(networks: readonly DeclaredNetwork[]): void {
    this.#worker.postMessage({ kind: "networks", networks });
  }

  addOwners(facts: readonly OwnerFact[]): void {
    this.#worker.postMessage({ kind: "owners", facts });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(report: WorkerReport): void {
    if (report.kind === "rules-ready" || report.kind === "rules-failed") {
      if (report.kind === "rules-failed")
        this.#events.onError(new Error(`the thread keeps its rules: ${report.reason}`));
      this.rulesVersion = report.version;
      this.#events.onRules(report.version, report.kind === "rules-ready" ? report : undefined);
      return;
    }
    if (report.id !== this.#id) return;
    if (report.kind === "begun") {
      this.#limit();
      return;
    }
    const task = this.#settle();
    if (report.kind === "failed") task?.reject(new Error(report.reason));
    else task?.resolve(report);
    this.#events.onIdle();
  }

  /** From here on the task has little time; past it the thread is ended, as there is no other way to stop it. */
  #limit(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const seconds = this.#asideMs / 1_000;
      this.#task?.reject(new AppError("invalid", `This took longer than ${seconds} seconds and was stopped.`));
      void this.#worker.terminate();
    }, this.#asideMs);
  }

  #settle(): Task | undefined {
    clearTimeout(this.#timer);
    const task = this.#task;
    this.#task = undefined;
    return task;
  }
}
