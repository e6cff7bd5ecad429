import { parentPort, workerData } from "node:worker_threads";
import { createEngine, type Order } from "./engine.ts";
import type { FromWorker, ToWorker } from "./pool.ts";

/** Events found that may wait for their turn: past them the thread pauses. */
const MAX_UNTOLD = 20_000;

/** A thread of the hunt: compiles the rules, then reads the parts that it is given, one after another. */
function serve(port: NonNullable<typeof parentPort>, order: Order): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  let untold = 0;
  let onRoom = (): void => {};
  const engine = createEngine(order, async (batch) => {
    say({ kind: "batch", batch });
    untold += batch.found.length + batch.bases.length;
    while (untold > MAX_UNTOLD)
      await new Promise<void>((resolve) => {
        onRoom = resolve;
      });
  });
  port.on("message", (message: ToWorker) => {
    if (message.kind === "taken") {
      untold -= message.found;
      onRoom();
      return;
    }
    engine.read(message.part).then(
      () => say({ kind: "done" }),
      (error: unknown) => say({ kind: "failed", reason: error instanceof Error ? (error.stack ?? "") : String(error) }),
    );
  });
  say({ kind: "loaded", loaded: engine.loaded });
}

if (parentPort !== null) serve(parentPort, workerData as Order);
