import { clockOf } from "./clock.ts";
import { type SourceCoverage, type SourceFigures, type SourceHealth, SPARKLINE_BUCKETS } from "./contract.ts";

export const DAY_MS = 86_400_000;
export const BUCKET_MS = DAY_MS / SPARKLINE_BUCKETS;
export const RECENT_MS = 5 * 60_000;
/** A clock is judged by what came in the last hour, so that one that was put right is soon seen to be. */
export const CLOCK_MS = 60 * 60_000;
const ACTIVE_MS = 15 * 60_000;
const TOP_DATASETS = 5;

export type VolumeRow = {
  readonly sourceId: string;
  readonly bucket: number;
  readonly events: number;
  readonly failures: number;
  readonly recent: number;
  readonly lastMs: number;
};
type CoverageRow = {
  readonly sourceId: string;
  readonly events: number;
  readonly who: number;
  readonly whereFrom: number;
  readonly withWhat: number;
  readonly what: number;
  readonly didWhat: number;
  readonly timed: number;
  readonly answeredSum: number;
  readonly lagMedian: number | null;
  readonly lagP95: number | null;
  /** Events of the last hour that carried their own time, and their lag: 5th, 50th, 95th percentile. */
  readonly recentTimed: number;
  readonly recentLags: readonly (number | null)[];
  readonly lags: readonly (number | null)[];
  readonly datasets: readonly (readonly [string, number])[];
};
export type MeasuredCoverage = { readonly sinceMs: number; readonly rows: ReadonlyMap<string, CoverageRow> };

const NO_FIGURES: SourceFigures = {
  ratePerSecond: 0,
  events: 0,
  sparkline: Array.from({ length: SPARKLINE_BUCKETS }, () => 0),
  lastSeenAt: null,
  parseFailures: 0,
  coverage: null,
  lag: null,
  clock: null,
  datasets: [],
};

/** Figures per source that sent something in the last 24 hours. */
export function figuresOf(volume: readonly VolumeRow[], coverage: MeasuredCoverage): Map<string, SourceFigures> {
  const figures = new Map<string, SourceFigures>();
  for (const [sourceId, rows] of Map.groupBy(volume, (row) => row.sourceId)) {
    const sparkline = [...NO_FIGURES.sparkline];
    for (const { bucket, events } of rows) if (bucket in sparkline) sparkline[bucket] = events;
    const sum = (pick: (row: VolumeRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
    figures.set(sourceId, {
      ratePerSecond: sum((row) => row.recent) / (RECENT_MS / 1000),
      events: sum((row) => row.events),
      sparkline,
      lastSeenAt: new Date(Math.max(...rows.map((row) => row.lastMs))).toISOString(),
      parseFailures: sum((row) => row.failures),
      ...understandingOf(coverage.rows.get(sourceId), coverage.sinceMs),
    });
  }
  return figures;
}

/** Figures of a source that sent nothing in 24 hours. */
export const silentFigures = (lastSeenAt: string | null): SourceFigures => ({ ...NO_FIGURES, lastSeenAt });

function understandingOf(
  row: CoverageRow | undefined,
  sinceMs: number,
): Pick<SourceFigures, "coverage" | "lag" | "clock" | "datasets"> {
  if (!row || row.events === 0) return { coverage: null, lag: null, clock: null, datasets: [] };
  const datasets = row.datasets
    .map(([dataset, events]) => ({ dataset, events }))
    .sort((one, two) => two.events - one.events)
    .slice(0, TOP_DATASETS);
  const hasLag = row.timed > 0 && row.lagMedian !== null && row.lagP95 !== null;
  return {
    coverage: coverageOf(row, sinceMs),
    lag: hasLag ? { medianMs: Math.round(row.lagMedian), p95Ms: Math.round(row.lagP95) } : null,
    clock:
      clockOf({ events: row.recentTimed, lags: row.recentLags }) ??
      clockOf({ events: row.timed, lags: row.lags }) ??
      null,
    datasets,
  };
}

function coverageOf(row: CoverageRow, sinceMs: number): SourceCoverage {
  const share = (count: number): number => count / row.events;
  return {
    since: new Date(sinceMs).toISOString(),
    when: share(row.timed),
    who: share(row.who),
    whereFrom: share(row.whereFrom),
    withWhat: share(row.withWhat),
    what: share(row.what),
    didWhat: share(row.didWhat),
    average: share(row.answeredSum),
  };
}

/** The longest window up to `toMs` that holds at most `maxEvents`, in whole buckets; at least the last one. */
export function windowFor(
  volume: readonly VolumeRow[],
  range: { fromMs: number; toMs: number },
  maxEvents: number,
): number {
  const perBucket = Array.from({ length: SPARKLINE_BUCKETS }, () => 0);
  for (const { bucket, events } of volume)
    if (bucket in perBucket) perBucket[bucket] = (perBucket[bucket] ?? 0) + events;
  let first = SPARKLINE_BUCKETS - 1;
  let sum = perBucket[first] ?? 0;
  while (first > 0 && sum + (perBucket[first - 1] ?? 0) <= maxEvents) {
    first -= 1;
    sum += perBucket[first] ?? 0;
  }
  return range.fromMs + first * BUCKET_MS;
}

export function healthOf(
  source: { readonly isEnabled: boolean; readonly archivedAt: Date | null },
  figures: SourceFigures | null,
  nowMs: number,
): SourceHealth {
  if (!source.isEnabled || source.archivedAt !== null) return "disabled";
  if (figures === null) return "unknown";
  if (figures.lastSeenAt === null) return "never";
  const ageMs = nowMs - Date.parse(figures.lastSeenAt);
  if (ageMs <= ACTIVE_MS) return "active";
  return ageMs <= DAY_MS ? "quiet" : "silent";
}
