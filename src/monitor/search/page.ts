import { AppError } from "../../kernel/errors.ts";
import { MAX_ROWS, type SearchPage, type SearchQuery } from "./contract.ts";
import { type Cursor, readCursor, writeCursor } from "./cursor.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { narrowed } from "./grams/index.ts";
import { resolveField } from "./language/names.ts";
import { notesOf } from "./notes.ts";
import { readColumns, rowView, type StoredRow, selectRow } from "./row.ts";
import { IN_RANGE, isoOf, rangeParams, rangeView, type Scope, scopeOf, sqlInstant } from "./scope.ts";
import { walkEvents } from "./walk.ts";

const MAX_SECONDS = 30;

/**
 * One page of events. Errors: `invalid` (query, column, sort, cursor), `forbidden`, `over_limit` when the engine needs
 * more time than a person waits, `unavailable`.
 */
export async function searchEvents(
  deps: SearchDeps,
  ctx: Reader,
  input: SearchQuery & { readonly signal?: AbortSignal },
): Promise<SearchPage> {
  const place = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const scope = await scopeOf(deps, ctx, input, place && { fromMs: place.from, toMs: place.to });
  const cursor = place ?? { from: scope.fromMs, to: scope.toMs, asOf: scope.clock.nowMs, shown: 0 };
  const names = readColumns(input.columns);
  const wanted = Math.min(input.limit, Math.max(0, MAX_ROWS - cursor.shown));
  const rows = wanted === 0 ? [] : await rowsOf(deps, scope, { input, cursor, names, wanted });
  const shown = rows.slice(0, wanted);
  const hasMore = rows.length > wanted;
  const total = cursor.shown + shown.length;
  const isCapped = hasMore && total >= MAX_ROWS;
  return {
    items: shown.map((row) => rowView(row, names)),
    ...(hasMore && !isCapped && { nextCursor: writeCursor({ ...cursor, shown: total, ...lastOf(shown) }) }),
    range: rangeView(scope),
    capped: isCapped,
    notes: await notesOf(deps, scope, { isEmpty: total === 0, signal: input.signal }),
  };
}

type PageAsk = {
  readonly input: SearchQuery & { readonly signal?: AbortSignal };
  readonly cursor: Cursor;
  readonly names: readonly string[];
  readonly wanted: number;
};

/** One row more than wanted tells that there are more. */
async function rowsOf(deps: SearchDeps, scope: Scope, ask: PageAsk): Promise<StoredRow[]> {
  const [field = "time", order = "desc"] = ask.input.sort.split(":");
  const direction = order === "asc" ? "asc" : "desc";
  const { signal } = ask.input;
  const select = selectRow(ask.names);
  const target = resolveField(field);
  if (target.kind === "instant" && target.sql === "time") {
    const walk = { direction, rows: ask.wanted + 1, after: ask.cursor.last, asOf: ask.cursor.asOf } as const;
    return walkEvents(deps, scope, { select, walk, signal });
  }
  if (target.kind !== "text" && target.kind !== "number" && target.kind !== "ip" && target.kind !== "instant") {
    throw new AppError("invalid", `Events cannot be sorted by "${field}".`, { sort: field });
  }
  const { condition, params } = await narrowed(deps.events, scope, signal);
  return deps.events.select<StoredRow>(
    `SELECT ${select.sql} FROM events
     WHERE ${IN_RANGE} AND received <= {asOf:DateTime64(3, 'UTC')} AND ${condition}
     ORDER BY ${target.sql} ${direction.toUpperCase()}, time DESC, stream DESC, seq DESC LIMIT {rows:UInt32} OFFSET {shown:UInt32}`,
    {
      ...params,
      ...select.params,
      ...rangeParams(scope),
      asOf: sqlInstant(ask.cursor.asOf),
      rows: ask.wanted + 1,
      shown: ask.cursor.shown,
    },
    { maxRows: ask.wanted + 1, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
}

function lastOf(rows: readonly StoredRow[]): Pick<Cursor, "last"> {
  const row = rows.at(-1);
  return row ? { last: { time: Date.parse(isoOf(row.time)), stream: row.stream, seq: row.seq } } : {};
}
