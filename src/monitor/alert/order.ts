import { and, type SQL, sql } from "drizzle-orm";
import type { AlertFilter, AlertListQuery } from "./contract.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { type Asking, isWaiting, type ReadyFilter, rankOf, textArray, whereOf } from "./filter.ts";
import type { StoredAlert } from "./schema.ts";

type Key = { readonly column: SQL; readonly isInstant?: boolean; readonly read: (row: StoredAlert) => number };
/** An order of alerts on the table `a`; the id comes last and makes it total. */
export type Order = { readonly name: string; readonly keys: readonly Key[]; readonly direction: "ASC" | "DESC" };

const RANK: Key = { column: sql`a.rank`, read: (row) => row.rank ?? 0 };
const SEVERITY: Key = { column: sql`a.severity`, read: (row) => row.severity };
const COUNT: Key = { column: sql`a.count`, read: (row) => row.count };
const LAST: Key = { column: sql`a.last_at`, isInstant: true, read: (row) => row.lastAt.getTime() };
const FIRST: Key = { column: sql`a.first_at`, isInstant: true, read: (row) => row.firstAt.getTime() };

/** Only what waits has a rank; the indexes behind these orders hold nothing else. */
const WAITING = { priority: [RANK], severity: [SEVERITY, RANK] } as const;
const ANY = { severity: [SEVERITY, LAST], count: [COUNT], "last-seen": [LAST], "first-seen": [FIRST] } as const;

type Asked = Pick<AlertListQuery, "sort" | "order"> & AlertFilter;

export function orderOf({ sort, order, ...filter }: Asked): Order {
  const direction = order === "asc" ? "ASC" : "DESC";
  if (isWaiting(filter) && (sort === "priority" || sort === "severity"))
    return { name: `waiting-${sort}:${order}`, keys: WAITING[sort], direction };
  const name = sort === "priority" ? "last-seen" : sort;
  return { name: `${name}:${order}`, keys: ANY[name], direction };
}

export const cursorAt = (order: Order, row: StoredAlert): string =>
  encodeCursor({ order: order.name, values: order.keys.map(({ read }) => read(row)), id: row.id });

export function orderBy({ keys, direction }: Order): SQL {
  const way = sql.raw(direction);
  return sql`${sql.join(
    [...keys.map(({ column }) => column), sql`a.id`].map((column) => sql`${column} ${way}`),
    sql`, `,
  )}`;
}

function after({ keys, direction }: Order, { values, id }: Cursor): SQL {
  const columns = [...keys.map(({ column }) => column), sql`a.id`];
  const bounds = keys.map(({ isInstant }, i) =>
    isInstant ? sql`to_timestamp(${values[i]}::bigint / 1000.0)` : sql`${values[i]}::bigint`,
  );
  const compare = sql.raw(direction === "DESC" ? "<" : ">");
  return sql`(${sql.join(columns, sql`, `)}) ${compare} (${sql.join([...bounds, sql`${id}::text`], sql`, `)})`;
}

type Picking = Asking & {
  readonly filter: ReadyFilter;
  readonly order: Order;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** A condition on `a` that leaves the first `limit` of a filter in an order (after a cursor), read through an index of that order. */
export function firstOf({ filter, order, limit, cursor, scope, me }: Picking): SQL {
  const start = cursor === undefined ? undefined : after(order, decodeCursor(cursor, order.name, order.keys.length));
  const where = (of: ReadyFilter): SQL => and(whereOf(of, scope, me), start) ?? sql`true`;
  const split = order.name.startsWith("waiting-") ? splitBy(filter) : undefined;
  if (!split) return where(filter);
  const { column, values, rest } = split;
  const keys = sql.join(
    order.keys.map(({ column: key }, i) => sql`${key} AS ${sql.identifier(`key${i}`)}`),
    sql`, `,
  );
  const way = sql.raw(order.direction);
  const outer = sql.join(
    [...order.keys.map((_, i) => sql.identifier(`key${i}`)), sql.identifier("id")].map((key) => sql`x.${key} ${way}`),
    sql`, `,
  );
  return sql`a.id IN (SELECT x.id FROM unnest(${values}) AS d(value) CROSS JOIN LATERAL (
    SELECT a.id, ${keys} FROM alert a WHERE ${column} = d.value AND ${where(rest)} ORDER BY ${orderBy(order)} LIMIT ${limit}
  ) x ORDER BY ${outer} LIMIT ${limit})`;
}

const MAX_BRANCHES = 100;

/**
 * A filter of several values is read value by value, each in order, and merged: what is rare, or stands low in the order, is then found
 * without passing by everything that stands above it.
 */
function splitBy(filter: ReadyFilter): { column: SQL; values: SQL; rest: ReadyFilter } | undefined {
  const few = (values: readonly unknown[] | undefined): boolean =>
    values !== undefined && values.length > 1 && values.length <= MAX_BRANCHES;
  if (filter.rule && few(filter.rule))
    return {
      column: sql`a.rule_id`,
      values: textArray([...new Set(filter.rule)]),
      rest: { ...filter, rule: undefined },
    };
  if (filter.severity && few(filter.severity)) {
    const ranks = [...new Set(filter.severity.map(rankOf))];
    return {
      column: sql`a.severity`,
      values: sql`${sql.param(ranks)}::smallint[]`,
      rest: { ...filter, severity: undefined },
    };
  }
  return undefined;
}
