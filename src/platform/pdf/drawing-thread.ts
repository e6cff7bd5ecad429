import { parentPort } from "node:worker_threads";
import type { ReportDocument } from "./document.ts";
import { drawPdf } from "./draw.ts";

export type DrawingOrder = { readonly report: ReportDocument; readonly madeAt: Date };
export type Drawn = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly problem: string };

parentPort?.on("message", async ({ report, madeAt }: DrawingOrder) => {
  const say = (drawn: Drawn, moved: readonly ArrayBuffer[] = []): void => parentPort?.postMessage(drawn, moved);
  try {
    const bytes = Uint8Array.from(await drawPdf(report, madeAt));
    say({ bytes }, [bytes.buffer]);
  } catch (error) {
    say({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
