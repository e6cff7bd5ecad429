import { Worker } from "node:worker_threads";
import type { AlreadyStored, BatchResult, RecordInput, RuleText, WorkerReport } from "./job.ts";

/** A batch that takes longer than this has met a line that hangs the parser: the thread is ended and the batch taken apart. */
const HANG_MS = 60_000;

export type BatchOrder = {
  readonly stream: number;
  readonly records: readonly RecordInput[];
  readonly alreadyStored: AlreadyStored;
};

export type WorkerPool = {
  /** Processes a batch on a free thread. Never rejects for bad input: a record that kills threads is stored as raw bytes. */
  run(order: BatchOrder): Promise<BatchResult[]>;
  /** Hands new rules to every thread; resolves when all use them. Batches keep flowing meanwhile. */
  setRules(rules: readonly RuleText[]): Promise<void>;
  readonly size: number;
  crashes(): number;
  close(): Promise<void>;
};

type Task = {
  readonly order: BatchOrder;
  readonly rawOnly: boolean;
  resolve(result: BatchResult): void;
  reject(error: Error): void;
};
type Thread = {
  worker: Worker;
  task: (Task & { id: number }) | undefined;
  timer: NodeJS.Timeout | undefined;
  rulesVersion: number;
};

export function startWorkerPool(size: number, warn: (message: string, detail: object) => void): WorkerPool {
  const queue: Task[] = [];
  const threads = new Set<Thread>();
  let rules: readonly RuleText[] = [];
  let rulesVersion = 0;
  let rulesWaiters: { version: number; done(): void }[] = [];
  let nextId = 1;
  let crashes = 0;
  let closing = false;

  const feed = (): void => {
    for (const thread of threads) {
      if (thread.task || thread.rulesVersion < 0) continue;
      const task = queue.shift();
      if (!task) return;
      thread.task = { ...task, id: nextId++ };
      thread.timer = setTimeout(() => void thread.worker.terminate(), HANG_MS);
      const { stream, records, alreadyStored } = task.order;
      thread.worker.postMessage({
        kind: "batch",
        id: thread.task.id,
        stream,
        records,
        alreadyStored,
        rawOnly: task.rawOnly,
      });
    }
  };

  const hear = (thread: Thread, report: WorkerReport): void => {
    if (report.kind === "rules-ready") {
      thread.rulesVersion = report.version;
      settleRules();
      return;
    }
    const { task } = thread;
    clearTimeout(thread.timer);
    thread.task = undefined;
    if (report.kind === "done") task?.resolve(report);
    else task?.reject(new Error(report.reason));
    feed();
  };

  const settleRules = (): void => {
    const oldest = Math.min(...[...threads].map((thread) => thread.rulesVersion));
    for (const waiter of rulesWaiters) if (waiter.version <= oldest) waiter.done();
    rulesWaiters = rulesWaiters.filter((waiter) => waiter.version > oldest);
  };

  const start = (): void => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    const thread: Thread = { worker, task: undefined, timer: undefined, rulesVersion: 0 };
    threads.add(thread);
    worker.on("message", (report: WorkerReport) => hear(thread, report));
    worker.on("error", (error) => warn("a parser thread failed", { reason: error.message }));
    worker.on("exit", () => {
      clearTimeout(thread.timer);
      threads.delete(thread);
      if (closing) return;
      crashes += 1;
      const { task } = thread;
      start();
      task?.reject(new Error("the parser thread ended"));
      feed();
    });
    if (rulesVersion > 0) worker.postMessage({ kind: "rules", version: rulesVersion, rules });
  };

  const submit = (order: BatchOrder, rawOnly: boolean): Promise<BatchResult> =>
    new Promise((resolve, reject) => {
      queue.push({ order, rawOnly, resolve, reject });
      feed();
    });

  for (let i = 0; i < size; i += 1) start();

  return {
    size,
    crashes: () => crashes,
    run: (order) => runApart(order, submit, warn),
    setRules: (next) => {
      rules = next;
      rulesVersion += 1;
      const version = rulesVersion;
      for (const { worker } of threads) worker.postMessage({ kind: "rules", version, rules });
      return new Promise((done) => rulesWaiters.push({ version, done }));
    },
    close: async () => {
      closing = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

type Submit = (order: BatchOrder, rawOnly: boolean) => Promise<BatchResult>;

/** One poisonous record must not hold up the rest: on failure records run one by one, and the guilty one is stored unparsed. */
async function runApart(
  order: BatchOrder,
  submit: Submit,
  warn: (message: string, detail: object) => void,
): Promise<BatchResult[]> {
  try {
    return [await submit(order, false)];
  } catch (error) {
    warn("a batch failed; its records run one by one", { records: order.records.length, reason: String(error) });
  }
  const results: BatchResult[] = [];
  for (const record of order.records) {
    const alone = { ...order, records: [record] };
    try {
      results.push(await submit(alone, false));
    } catch (error) {
      warn("a record cannot be parsed; its bytes are stored as they are", { seq: record.seq, reason: String(error) });
      results.push(await submit(alone, true));
    }
  }
  return results;
}
