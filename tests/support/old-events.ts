import { join } from "node:path";
import { storeEvents } from "../../src/monitor/search/testing.ts";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";

const DAY_MS = 86_400_000;

/**
 * Puts events that were received so many whole days ago into the engine of an installation that does not run: of each day a number that tells
 * it from the others (day n has n + 1). Numbers are of a stream of their own.
 */
export async function storeOldEvents(
  data: string,
  { sourceId, unitId, days }: { sourceId: string; unitId: string; days: readonly number[] },
): Promise<void> {
  const events = openEmbeddedEvents(join(data, "events"));
  try {
    for (const day of days) {
      const atMs = Date.now() - day * DAY_MS;
      const samples = Array.from({ length: day + 1 }, (_, i) => ({
        timeMs: atMs - i,
        receivedMs: atMs,
        stream: 7,
        seq: BigInt((10_000 - day) * 1_000 + i),
        sourceId,
        unitId,
        raw: `old line ${day} ${i} `.padEnd(400, "漢字 and words "),
      }));
      await storeEvents(events, samples);
    }
  } finally {
    await events.close();
  }
}
