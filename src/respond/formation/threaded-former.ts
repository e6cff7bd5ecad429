import { Worker } from "node:worker_threads";
import { AppError } from "../../kernel/errors.ts";
import type { Former, FormOrder, Preview, PreviewOrder } from "./former.ts";
import type { Answered, Ordered } from "./former-thread.ts";
import type { Shape } from "./shape.ts";

type Task = { readonly done: (answer: unknown) => void; readonly failed: (error: Error) => void };
/** Of whoever asks for previews so many wait; the rest hear that it is busy. */
const MAX_WAITING = 8;

/**
 * Forms clusters on a thread of its own, so that no request waits for it. Rejects when the thread dies: the next order gets a new one,
 * which knows nothing and needs a whole order. Errors: `over_limit` when too many are waiting.
 */
export function createThreadedFormer(): Former {
  let worker: Worker | undefined;
  let isClosed = false;
  const tasks = new Map<number, Task>();
  let last = 0;
  const start = (): Worker => {
    const thread = new Worker(new URL("./former-thread.ts", import.meta.url));
    const died = (error: Error): void => {
      if (worker !== thread) return;
      worker = undefined;
      const waiting = [...tasks.values()];
      tasks.clear();
      for (const { failed } of waiting) failed(error);
    };
    thread.on("message", ({ number, answer, problem }: Answered) => {
      const task = tasks.get(number);
      tasks.delete(number);
      if (problem === undefined) task?.done(answer);
      else task?.failed(new Error(`alerts could not be joined: ${problem}`));
    });
    thread.on("error", (cause) => died(new Error("the thread that joins alerts failed", { cause })));
    thread.on("exit", () => died(new Error("the thread that joins alerts ended")));
    return thread;
  };
  const ask = (
    order: Omit<Extract<Ordered, { do: "form" }>, "number"> | Omit<Extract<Ordered, { do: "preview" }>, "number">,
  ) =>
    new Promise<unknown>((done, failed) => {
      if (isClosed) return failed(new AppError("unavailable", "Yagura is being stopped."));
      if (order.do === "preview" && tasks.size >= MAX_WAITING)
        return failed(new AppError("over_limit", "Others ask the same. Try again in a moment."));
      last += 1;
      tasks.set(last, { done, failed });
      worker ??= start();
      worker.postMessage({ ...order, number: last });
    });
  return {
    form: async (order: FormOrder) => (await ask({ do: "form", order })) as readonly Shape[],
    preview: async (order: PreviewOrder) => (await ask({ do: "preview", order })) as Preview,
    close: async () => {
      isClosed = true;
      await worker?.terminate();
    },
  };
}
