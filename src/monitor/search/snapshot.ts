import type { EventRow } from "./contract.ts";
import type { EventAccess, Reader } from "./deps.ts";
import { narrowed } from "./grams/index.ts";
import { readColumns, rowView, selectRow } from "./row.ts";
import { IN_RANGE, rangeParams, rangeView, scopeOf } from "./scope.ts";
import { walkEvents } from "./walk.ts";

/** What a query found at one moment, kept apart by unit so that it can be shown to each person as far as they may read. */
export type Snapshot = {
  readonly range: { readonly from: string; readonly to: string };
  readonly counts: readonly { readonly unitId: string; readonly events: number }[];
  /** The newest, newest first. */
  readonly rows: readonly EventRow[];
};

export const SNAPSHOT_ROWS = 50;
const MAX_UNITS = 10_000;
const MAX_CELL_CHARS = 500;
const MAX_BYTES = 256 * 1024;
const MAX_SECONDS = 30;

type Asked = {
  readonly q: string;
  readonly from: string;
  readonly to: string;
  readonly unit: string;
  readonly tz: string;
  /** As in the query of a search: `a,b`. */
  readonly columns: string;
};

/** Runs a query for keeping: counts by unit, and the first rows with long values cut. Errors: those of a search. */
export async function takeSnapshot(deps: EventAccess, ctx: Reader, asked: Asked): Promise<Snapshot> {
  const scope = await scopeOf(deps, ctx, asked);
  const names = readColumns(asked.columns);
  const { condition, params } = await narrowed(deps.events, scope, undefined);
  const counts = await deps.events.select<{ unitId: string; events: string }>(
    `SELECT unit_id AS unitId, count() AS events FROM events WHERE ${IN_RANGE} AND ${condition} GROUP BY unitId ORDER BY unitId`,
    { ...params, ...rangeParams(scope) },
    { maxRows: MAX_UNITS, maxSeconds: MAX_SECONDS },
  );
  const walk = { direction: "desc", rows: SNAPSHOT_ROWS, asOf: scope.clock.nowMs } as const;
  const rows = await walkEvents(deps, scope, { select: selectRow(names), walk });
  return {
    range: rangeView(scope),
    counts: counts.map(({ unitId, events }) => ({ unitId, events: Number(events) })),
    rows: withRoom(rows.map((row) => shortened(rowView(row, names)))),
  };
}

function shortened(row: EventRow): EventRow {
  const cut = <T extends string | number>(value: T): T =>
    typeof value === "string" && value.length > MAX_CELL_CHARS
      ? (`${value.slice(0, MAX_CELL_CHARS).toWellFormed()}…` as T)
      : value;
  const cutAll = <T extends Record<string, string | number>>(values: T): T =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cut(value)])) as T;
  return { ...row, six: cutAll(row.six), values: cutAll(row.values), ruleIds: row.ruleIds.slice(0, 20) };
}

function withRoom(rows: readonly EventRow[]): EventRow[] {
  let room = MAX_BYTES;
  return rows.filter((row) => {
    room -= Buffer.byteLength(JSON.stringify(row));
    return room >= 0;
  });
}
