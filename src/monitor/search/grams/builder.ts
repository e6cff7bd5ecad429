import { Worker } from "node:worker_threads";
import type { BuildOrder } from "./builder-thread.ts";
import type { ChunkBlock } from "./chunks.ts";

export type GramBuilder = {
  /** One order at a time. Rejects when the thread dies; the next order gets a new one. */
  build(order: BuildOrder): Promise<ChunkBlock>;
  close(): Promise<void>;
};

/** Builds chunks on a thread of low priority, so that neither requests nor parsing wait for it. */
export function createGramBuilder(): GramBuilder {
  let worker: Worker | undefined;
  return {
    build: (order) => {
      worker ??= new Worker(new URL("./builder-thread.ts", import.meta.url));
      const thread = worker;
      return new Promise<ChunkBlock>((done, failed) => {
        const settle = (): void => {
          thread.removeAllListeners();
        };
        thread.once("message", (block: ChunkBlock) => {
          settle();
          done(block);
        });
        const died = (cause: unknown): void => {
          settle();
          worker = undefined;
          failed(cause instanceof Error ? cause : new Error("the gram builder's thread ended"));
        };
        thread.once("error", died);
        thread.once("exit", died);
        thread.postMessage(order);
      });
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}
