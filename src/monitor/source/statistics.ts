import { z } from "zod";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { ParseFailures, SourceFigures } from "./contract.ts";
import { BUCKET_MS, CLOCK_MS, DAY_MS, figuresOf, RECENT_MS, silentFigures, windowFor } from "./figures.ts";

const MAX_ROWS = 500_000;
const MAX_SECONDS = 15;
/** Enough for shares to three digits, and scanned in about a second. */
const COVERAGE_EVENTS = 3_000_000;
const LAST_SEEN_MS = 30 * DAY_MS;
const KEEP_MS = 10_000;
const KEEP_LAST_SEEN_MS = 10 * 60_000;

const range = { fromMs: z.int(), toMs: z.int() };
const count = z.coerce.number();

const volumeOf = eventQuery(import.meta.url, "./queries/volume.sql", {
  params: z.object({ ...range, bucketMs: z.int(), recentMs: z.int(), maxRows: z.int() }),
  row: z.object({
    sourceId: z.string(),
    bucket: count,
    events: count,
    failures: count,
    recent: count,
    lastMs: count,
  }),
});
const lastSeenOf = eventQuery(import.meta.url, "./queries/last-seen.sql", {
  params: z.object({ ...range, sources: z.array(z.string()) }),
  row: z.object({ sourceId: z.string(), lastMs: count }),
});
const coverageOf = eventQuery(import.meta.url, "./queries/coverage.sql", {
  params: z.object({ ...range, recentMs: z.int() }),
  row: z.object({
    sourceId: z.string(),
    events: count,
    who: count,
    whereFrom: count,
    withWhat: count,
    what: count,
    didWhat: count,
    timed: count,
    answeredSum: count,
    lagMedian: z.number().nullable(),
    lagP95: z.number().nullable(),
    recentTimed: count,
    recentLags: z.array(z.number().nullable()),
    lags: z.array(z.number().nullable()),
    datasets: z
      .tuple([z.array(z.string()), z.array(count)])
      .transform(([names, counts]) => names.map((name, i): [string, number] => [name, counts[i] ?? 0])),
  }),
});
const failuresOf = eventQuery(import.meta.url, "./queries/parse-failures.sql", {
  params: z.object({
    ...range,
    sourceId: z.string(),
    allUnits: z.boolean(),
    units: z.array(z.string()),
    limit: z.int(),
  }),
  row: z.object({
    problem: z.string(),
    events: count,
    lastMs: count,
    dataset: z.string(),
    sampleRaw: z.string(),
    sampleEventId: z.string(),
  }),
});

export type Scope = { readonly all: true } | { readonly all: false; readonly ids: readonly string[] };
type FailureQuestion = {
  readonly sourceId: string;
  /** Units whose raw events the person may see. */
  readonly rawScope: Scope;
  readonly limit: number;
};
export type SourceStatistics = {
  /** Figures of the given sources. Errors: `unavailable` when the events engine is away. */
  figures(sourceIds: readonly string[]): Promise<Map<string, SourceFigures>>;
  failures(question: FailureQuestion): Promise<ParseFailures>;
};

/** Figures from the events engine. All sources are measured together, at most once in ten seconds. */
export function createSourceStatistics(events: EventsDb, now: () => number): SourceStatistics {
  const measure = keptFor(KEEP_MS, now, async () => {
    const toMs = now() + 1;
    const span = { fromMs: toMs - DAY_MS, toMs };
    const limits = { maxRows: MAX_ROWS, maxSeconds: MAX_SECONDS };
    const volume = await volumeOf(
      events,
      { ...span, bucketMs: BUCKET_MS, recentMs: toMs - RECENT_MS, maxRows: MAX_ROWS },
      limits,
    );
    const sinceMs = windowFor(volume, span, COVERAGE_EVENTS);
    const rows =
      volume.length === 0
        ? []
        : await coverageOf(
            events,
            { fromMs: sinceMs, toMs, recentMs: toMs - CLOCK_MS },
            { ...limits, maxRows: 20_000 },
          );
    return figuresOf(volume, { sinceMs, rows: new Map(rows.map((row) => [row.sourceId, row])) });
  });
  const lastSeen = new Map<string, { lastSeenAt: string | null; readAtMs: number }>();

  async function lastSeenOfSilent(sourceIds: readonly string[]): Promise<void> {
    const stale = sourceIds.filter((id) => now() - (lastSeen.get(id)?.readAtMs ?? 0) >= KEEP_LAST_SEEN_MS);
    if (stale.length === 0) return;
    const toMs = now() + 1;
    const rows = await lastSeenOf(
      events,
      { fromMs: toMs - LAST_SEEN_MS, toMs, sources: stale },
      { maxRows: 20_000, maxSeconds: MAX_SECONDS },
    );
    const found = new Map(rows.map(({ sourceId, lastMs }) => [sourceId, new Date(lastMs).toISOString()]));
    for (const id of stale) lastSeen.set(id, { lastSeenAt: found.get(id) ?? null, readAtMs: now() });
  }

  return {
    async figures(sourceIds) {
      const measured = await measure();
      const silent = sourceIds.filter((id) => !measured.has(id));
      await lastSeenOfSilent(silent);
      return new Map(
        sourceIds.map((id) => [id, measured.get(id) ?? silentFigures(lastSeen.get(id)?.lastSeenAt ?? null)]),
      );
    },
    async failures({ sourceId, rawScope, limit }) {
      const toMs = now() + 1;
      const units = rawScope.all ? [] : [...rawScope.ids];
      const rows = await failuresOf(
        events,
        { fromMs: toMs - DAY_MS, toMs, sourceId, allUnits: rawScope.all, units, limit },
        { maxSeconds: MAX_SECONDS },
      );
      return {
        items: rows.map(({ events: failures, lastMs, ...row }) => ({
          ...row,
          count: failures,
          lastAt: new Date(lastMs).toISOString(),
        })),
      };
    },
  };
}

/** Shares one measurement among all who ask within the time; a failure is not kept. */
function keptFor<T>(keepMs: number, now: () => number, work: () => Promise<T>): () => Promise<T> {
  let latest: { readonly value: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    if (latest && now() - latest.atMs < keepMs) return latest.value;
    const value = work();
    const mine = { value, atMs: now() };
    latest = mine;
    value.catch(() => {
      if (latest === mine) latest = undefined;
    });
    return value;
  };
}
