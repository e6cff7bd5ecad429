import { setTimeout as sleep } from "node:timers/promises";
import type { Wal } from "../platform/wal/index.ts";

const SETTLE_MS = 60_000;
const LOOK_MS = 200;

/** True once all that the log held at the time of the call is stored for good: nothing of it is replayed after that. */
export async function settled(wal: Wal, signal: AbortSignal): Promise<boolean> {
  const { lastSeq } = wal.stats();
  for (let waitedMs = 0; waitedMs < SETTLE_MS && !signal.aborted; waitedMs += LOOK_MS) {
    if (wal.stats().checkpointSeq >= lastSeq) return true;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
