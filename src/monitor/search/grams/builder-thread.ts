import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { chunkBlock } from "./chunks.ts";

export type BuildOrder = { readonly rows: Uint8Array; readonly stream: number; readonly coveredTo: bigint };

const NICE = 10;
// On Linux this is the thread's own; elsewhere it would slow the whole process.
if (process.platform === "linux") setPriority(NICE);

parentPort?.on("message", ({ rows, stream, coveredTo }: BuildOrder) => {
  const block = chunkBlock(rows, stream, coveredTo);
  parentPort?.postMessage(block, [block.bytes.buffer as ArrayBuffer]);
});
