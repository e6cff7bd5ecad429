import { Worker } from "node:worker_threads";
import type { BuildOrder } from "./builder-thread.ts";
import type { ChunkBlock } from "./chunks.ts";

export type GramBuilder = {
  /** One order at a time. Rejects when the thread dies; the next order gets a new one. */
  build(order: BuildOrder): Promise<ChunkBlock>;
  close(): Promise<void>;
};

type Task = { readonly done: (block: ChunkBlock) => void; readonly failed: (error: Error) => void };

/** Builds chunks on a thread of its own, so that no request waits for it. */
export function createGramBuilder(): GramBuilder {
  let worker: Worker | undefined;
  let task: Task | undefined;
  const settle = (): Task | undefined => {
    const settled = task;
    task = undefined;
    return settled;
  };
  const start = (): Worker => {
    const thread = new Worker(new URL("./builder-thread.ts", import.meta.url));
    const died = (error: Error): void => {
      if (worker === thread) worker = undefined;
      settle()?.failed(error);
    };
    thread.on("message", (block: ChunkBlock) => settle()?.done(block));
    thread.on("error", (cause) =>
      died(cause instanceof Error ? cause : new Error("the gram builder failed", { cause })),
    );
    thread.on("exit", () => died(new Error("the gram builder's thread ended")));
    return thread;
  };
  return {
    build: (order) =>
      new Promise<ChunkBlock>((done, failed) => {
        task = { done, failed };
        worker ??= start();
        worker.postMessage(order);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
