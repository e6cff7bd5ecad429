import { parentPort } from "node:worker_threads";
import { chunkBlock } from "./chunks.ts";

export type BuildOrder = { readonly rows: Uint8Array; readonly stream: number; readonly coveredTo: bigint };

parentPort?.on("message", ({ rows, stream, coveredTo }: BuildOrder) => {
  const block = chunkBlock(rows, stream, coveredTo);
  parentPort?.postMessage(block, [block.bytes.buffer as ArrayBuffer]);
});
