import type { Params, SelectLimits } from "../../platform/events/index.ts";
import type { EventAccess, TimeRange } from "./deps.ts";
import { isNarrowable, type Narrowing, narrowingOf, withCondition } from "./grams/index.ts";
import type { RowSelect, StoredRow } from "./row.ts";
import { IN_RANGE, rangeParams, type Scope, sqlInstant } from "./scope.ts";

export type EventKey = { readonly time: number; readonly stream: number; readonly seq: string };
export type Walk = {
  readonly direction: "desc" | "asc";
  readonly rows: number;
  /** Exclusive: continue behind this event. */
  readonly after?: EventKey | undefined;
  /** Only what had been received by then, in UTC milliseconds. */
  readonly asOf?: number;
};

/** One page may take this long in all its windows together. */
const MAX_SECONDS = 30;
/** The first window is a small part of the range, and each next is four times longer: five queries cover any range. */
const FIRST_PART = 256;
const MIN_WINDOW_MS = 15 * 60_000;
const GROWTH = 4;
/** With grams a window costs a look, not a scan: three cover any range. */
const GROWTH_WITH_GRAMS = 16;

/**
 * The first `rows` events in time order. Walks windows from the near end of the range and stops when the page is full,
 * so that a common query reads minutes, and only a rare one reads the whole range. Time, then stream and seq, is a total order.
 */
export async function walkEvents<Row extends StoredRow = StoredRow>(
  deps: EventAccess,
  scope: Scope,
  { select, walk, signal }: { select: RowSelect; walk: Walk; signal?: AbortSignal | undefined },
): Promise<Row[]> {
  const found: Row[] = [];
  const startedAt = performance.now();
  const range = rangeBehind(scope, walk);
  let narrowing: Narrowing | undefined;
  let isFirst = true;
  const growth = isNarrowable(scope.query) ? GROWTH_WITH_GRAMS : GROWTH;
  for (const window of windowsOf(range, walk.direction, growth)) {
    if (found.length === walk.rows) break;
    // The first window is small, and fills the page of a common word: looking for grams would cost more than reading.
    if (!isFirst) narrowing ??= await narrowingOf(deps.events, { query: scope.query, ...range }, signal);
    isFirst = false;
    for (let rest = window; rest.fromMs < rest.toMs && found.length < walk.rows; ) {
      const step = await narrowing?.step(rest, walk.direction, signal);
      const part = { ...withCondition(scope, step), ...(step?.range ?? rest) };
      const limits: SelectLimits = {
        maxRows: walk.rows - found.length,
        maxSeconds: Math.max(1, MAX_SECONDS - Math.floor((performance.now() - startedAt) / 1000)),
        ...(signal && { signal }),
      };
      const { sql, params } = pageQuery(part, select, { ...walk, rows: walk.rows - found.length });
      found.push(...(await deps.events.select<Row>(sql, params, limits)));
      rest = walk.direction === "desc" ? { ...rest, toMs: part.fromMs } : { ...rest, fromMs: part.toMs };
    }
  }
  return found;
}

function pageQuery(scope: Scope, select: RowSelect, walk: Walk): { sql: string; params: Params } {
  const { direction, after, asOf } = walk;
  const sign = direction === "desc" ? "<" : ">";
  const behind =
    after && `(time, stream, seq) ${sign} ({lastTime:DateTime64(3, 'UTC')}, {lastStream:UInt32}, {lastSeq:UInt64})`;
  const conditions = [
    IN_RANGE,
    ...(behind ? [behind] : []),
    ...(asOf === undefined ? [] : ["received <= {asOf:DateTime64(3, 'UTC')}"]),
    scope.condition,
  ];
  const order = ["time", "stream", "seq"].map((column) => `${column} ${direction.toUpperCase()}`).join(", ");
  return {
    sql: `SELECT ${select.sql} FROM events WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT {rows:UInt32}`,
    params: {
      ...scope.params,
      ...select.params,
      ...rangeParams(scope),
      rows: walk.rows,
      ...(after && { lastTime: sqlInstant(after.time), lastStream: after.stream, lastSeq: after.seq }),
      ...(asOf !== undefined && { asOf: sqlInstant(asOf) }),
    },
  };
}

/** The last row's own millisecond stays in the range: others may share it. */
function rangeBehind({ fromMs, toMs }: TimeRange, { direction, after }: Walk): TimeRange {
  if (after === undefined) return { fromMs, toMs };
  return direction === "desc"
    ? { fromMs, toMs: Math.min(toMs, after.time + 1) }
    : { fromMs: Math.max(fromMs, after.time), toMs };
}

/** Cuts a range into disjoint windows that cover it, nearest first. */
export function* windowsOf(
  { fromMs, toMs }: TimeRange,
  direction: "desc" | "asc",
  growth = GROWTH,
): Generator<TimeRange> {
  let width = Math.max(MIN_WINDOW_MS, Math.ceil((toMs - fromMs) / FIRST_PART));
  let [low, high] = [fromMs, toMs];
  while (low < high) {
    if (direction === "desc") {
      const edge = Math.max(low, high - width);
      yield { fromMs: edge, toMs: high };
      high = edge;
    } else {
      const edge = Math.min(high, low + width);
      yield { fromMs: low, toMs: edge };
      low = edge;
    }
    width *= growth;
  }
}
