import { LEVELS } from "../event/index.ts";
import { bucketsOf } from "./buckets.ts";
import { type Histogram, type HistogramQuery, OTHER_GROUP } from "./contract.ts";
import type { EventAccess, Reader, SearchDeps } from "./deps.ts";
import { narrowed } from "./grams/index.ts";
import { IN_DETECTIONS_RANGE } from "./language/field-condition.ts";
import { IN_RANGE, rangeParams, rangeView, type Scope, scopeOf, unitCondition } from "./scope.ts";

const TOP_GROUPS = 5;
/** Buckets × groups that one answer may come from; more is an error, not a cut. */
const MAX_CELLS = 50_000;
const MAX_SECONDS = 30;

/** The bucket of a row: the edges are constants of the query, so this is a binary search per row. */
const BUCKET = "roundDown(toUnixTimestamp64Milli(time), {edges:Array(Int64)})";
const COLUMN = { outcome: "event_outcome", dataset: "dataset", unit: "unit_id" } as const;

type Cell = { readonly bucket: string; readonly group: string; readonly count: string };

/** How many events match over time, in the viewer's time zone. Errors: as `searchEvents`. */
export async function readHistogram(
  deps: SearchDeps,
  ctx: Reader,
  input: HistogramQuery & { readonly signal?: AbortSignal },
): Promise<Histogram> {
  const scope = await narrowed(deps.events, await scopeOf(deps, ctx, input), input.signal);
  return histogramIn(deps, scope, input);
}

type Split = { readonly split: HistogramQuery["split"]; readonly signal?: AbortSignal | undefined };

/** The same of a scope that is known already. */
export async function histogramIn(deps: EventAccess, scope: Scope, { split, signal }: Split): Promise<Histogram> {
  const { widthMs, edges } = bucketsOf(scope.fromMs, scope.toMs, scope.clock.timeZone);
  const cells = await cellsOf(deps, scope, { split, edges, signal });
  const groups = groupsOf(split, cells);
  const buckets = edges.slice(0, -1).map((start, i) => ({
    start: new Date(start).toISOString(),
    end: new Date(edges[i + 1] ?? start).toISOString(),
    total: 0,
    counts: groups.map(() => 0),
  }));
  const byStart = new Map(edges.slice(0, -1).map((start, i) => [String(start), buckets[i]]));
  let total = 0;
  for (const { bucket, group, count } of cells) {
    const place = byStart.get(bucket);
    if (place === undefined) throw new Error(`the engine answered with a bucket that was not asked for: ${bucket}`);
    const at = groups.includes(group) ? groups.indexOf(group) : groups.indexOf(OTHER_GROUP);
    place.counts[at] = (place.counts[at] ?? 0) + Number(count);
    place.total += Number(count);
    total += Number(count);
  }
  return { range: rangeView(scope), bucketMs: widthMs, buckets, groups, total };
}

type CellAsk = { split: HistogramQuery["split"]; edges: readonly number[]; signal: AbortSignal | undefined };

async function cellsOf(deps: EventAccess, scope: Scope, { split, edges, signal }: CellAsk): Promise<Cell[]> {
  const params = { ...scope.params, ...rangeParams(scope), edges };
  const limits = { maxRows: MAX_CELLS, maxSeconds: MAX_SECONDS, ...(signal && { signal }) };
  if (split === "level") return deps.events.select<Cell>(levelSql(scope), { ...params, levels: LEVELS }, limits);
  const group = split === "none" ? "''" : COLUMN[split];
  return deps.events.select<Cell>(
    `SELECT ${BUCKET} AS bucket, toString(${group}) AS group, count() AS count
     FROM events WHERE ${IN_RANGE} AND ${scope.condition} GROUP BY bucket, group`,
    params,
    limits,
  );
}

/** Each event counts once, under its highest level; only events with a detection are joined. */
const levelSql = (scope: Scope): string => `
  WITH ranks AS (
    SELECT stream, seq, max(indexOf({levels:Array(String)}, rule_level)) AS rank
    FROM detections WHERE ${IN_DETECTIONS_RANGE} AND ${unitCondition(scope.units)} GROUP BY stream, seq
  )
  SELECT ${BUCKET} AS bucket, '' AS group, count() AS count
  FROM events WHERE ${IN_RANGE} AND empty(rule_ids) AND ${scope.condition} GROUP BY bucket
  UNION ALL
  SELECT ${BUCKET} AS bucket, if(ranks.rank = 0, '', arrayElement({levels:Array(String)}, ranks.rank)) AS group, count() AS count
  FROM (SELECT time, stream, seq FROM events WHERE ${IN_RANGE} AND notEmpty(rule_ids) AND ${scope.condition}) AS found
  LEFT JOIN ranks ON ranks.stream = found.stream AND ranks.seq = found.seq
  GROUP BY bucket, group`;

function groupsOf(split: HistogramQuery["split"], cells: readonly Cell[]): string[] {
  if (split === "none") return [""];
  if (split === "level") return ["", ...LEVELS];
  const totals = new Map<string, number>();
  for (const { group, count } of cells) totals.set(group, (totals.get(group) ?? 0) + Number(count));
  const ranked = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([group]) => group);
  return ranked.length > TOP_GROUPS ? [...ranked.slice(0, TOP_GROUPS), OTHER_GROUP] : ranked;
}
