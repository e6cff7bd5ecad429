import { z } from "zod";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { AlreadyStored } from "./job.ts";

const PAGE = 500_000;
const params = z.object({ stream: z.int(), from: z.string(), limit: z.int() });

const eventsFrom = eventQuery(import.meta.url, "./queries/stored-events.sql", {
  params,
  row: z.object({ seq: z.string() }),
});
const detectionsFrom = eventQuery(import.meta.url, "./queries/stored-detections.sql", {
  params,
  row: z.object({ seq: z.string(), ruleId: z.string() }),
});

export type StoredAfter = { /** Seqs in [from, to). */ between(from: bigint, to: bigint): AlreadyStored };

/**
 * What did the engine take past the checkpoint before the process ended? With the log's numbering, that is what makes
 * every event arrive exactly once, whichever engine, and however the replay cuts its batches.
 */
export async function storedAfter(events: EventsDb, stream: number, from: bigint): Promise<StoredAfter> {
  const stored = await allPages(from, (start) =>
    eventsFrom(events, { stream, from: start, limit: PAGE }, { maxRows: PAGE }),
  );
  const detected = await allPages(from, (start) =>
    detectionsFrom(events, { stream, from: start, limit: PAGE }, { maxRows: PAGE * 100 }),
  );
  return {
    between: (low, high) => {
      const within = ({ seq }: { seq: string }): boolean => BigInt(seq) >= low && BigInt(seq) < high;
      return {
        events: stored.filter(within).map(({ seq }) => seq),
        detections: detected.filter(within).map(({ seq, ruleId }) => `${seq}/${ruleId}`),
      };
    },
  };
}

async function allPages<Row extends { seq: string }>(
  from: bigint,
  page: (from: string) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = from; ; ) {
    const next = await page(start.toString());
    rows.push(...next);
    const last = next.at(-1);
    if (next.length < PAGE || last === undefined) return rows;
    start = BigInt(last.seq) + 1n;
  }
}
