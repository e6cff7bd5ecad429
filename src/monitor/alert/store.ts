import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertCounts, AlertListQuery, AlertRow } from "./contract.ts";
import { type Cursor, decodeCursor, encodeCursor, type Sort } from "./cursor.ts";
import { inScope, LEVEL_OF_RANK, type Scope, whereOf } from "./filter.ts";
import { alert, type StoredSample } from "./schema.ts";

/** Filters are written against the name `a`, in lists and in bulk changes alike. */
const a = alias(alert, "a");
const { searchText: _unread, ...columns } = getTableColumns(a);

export type Asking = { readonly scope: Scope; readonly me: string };
export type StoredAlert = Omit<typeof alert.$inferSelect, "searchText">;

const SORT_COLUMNS: Readonly<Record<Sort, SQL>> = {
  severity: sql`a.severity`,
  count: sql`a.count`,
  "last-seen": sql`a.last_at`,
  "first-seen": sql`a.first_at`,
};

/** One page and the number of all matches. */
export async function listAlerts(db: StateDb, query: AlertListQuery, { scope, me }: Asking) {
  const where = whereOf(query, scope, me);
  const sortName = `${query.sort}:${query.order}`;
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, sortName);
  const direction = query.order === "desc" ? sql.raw("DESC") : sql.raw("ASC");
  const column = SORT_COLUMNS[query.sort];
  const rows = await db
    .select(columns)
    .from(a)
    .where(cursor ? and(where, after(cursor, query)) : where)
    .orderBy(sql`${column} ${direction}, a.last_at ${direction}, a.id ${direction}`)
    .limit(query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const hasMore = rows.length > query.limit && last !== undefined;
  return {
    items: items.map(alertRow),
    total: await countMatching(db, where),
    ...(hasMore && { nextCursor: encodeCursor(cursorOf(last, query.sort, sortName)) }),
  };
}

function after(cursor: Cursor, { sort, order }: AlertListQuery): SQL {
  const isInstant = sort === "last-seen" || sort === "first-seen";
  const value = isInstant ? sql`to_timestamp(${cursor.value}::bigint / 1000.0)` : sql`${cursor.value}::bigint`;
  const compare = order === "desc" ? sql.raw("<") : sql.raw(">");
  return sql`(${SORT_COLUMNS[sort]}, a.last_at, a.id) ${compare} (${value}, to_timestamp(${cursor.lastAtMs}::bigint / 1000.0), ${cursor.id})`;
}

function cursorOf(row: StoredAlert, sort: Sort, sortName: string): Cursor {
  const value = {
    severity: row.severity,
    count: row.count,
    "last-seen": row.lastAt.getTime(),
    "first-seen": row.firstAt.getTime(),
  }[sort];
  return { sort: sortName, value, lastAtMs: row.lastAt.getTime(), id: row.id };
}

export async function countMatching(db: StateDb, where: SQL): Promise<number> {
  const [row] = await db.select({ n: sql<string>`count(*)` }).from(a).where(where);
  return Number(row?.n);
}

export async function findAlert(db: StateDb, id: string, scope: Scope): Promise<StoredAlert | undefined> {
  const [row] = await db
    .select(columns)
    .from(a)
    .where(and(eq(a.id, id), inScope(scope)));
  return row;
}

/** The newest closed alerts of the same rule, entity and unit. */
export async function formerAlerts(db: StateDb, of: StoredAlert): Promise<StoredAlert[]> {
  return await db
    .select(columns)
    .from(a)
    .where(
      sql`a.rule_id = ${of.ruleId} AND a.entity_kind = ${of.entityKind} AND a.entity = ${of.entity}
        AND a.unit_id = ${of.unitId} AND a.status = 'closed' AND a.id <> ${of.id} AND a.created_at <= ${of.createdAt.toISOString()}::timestamptz`,
    )
    .orderBy(desc(a.lastAt), desc(a.id))
    .limit(10);
}

/** What else is open on the same entity. */
export async function alertsOfSameEntity(db: StateDb, of: StoredAlert, scope: Scope): Promise<StoredAlert[]> {
  return await db
    .select(columns)
    .from(a)
    .where(
      sql`a.entity_kind = ${of.entityKind} AND a.entity = ${of.entity} AND a.status <> 'closed' AND a.id <> ${of.id} AND ${inScope(scope)}`,
    )
    .orderBy(desc(a.severity), desc(a.lastAt))
    .limit(20);
}

type CountsAsking = Asking & {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly now: Date;
};

/** Alerts by status × severity, and by the rule's level × the analyst's severity. */
export async function countByStatus(db: StateDb, asking: CountsAsking): Promise<AlertCounts> {
  const where = whereOf({ from: asking.from, to: asking.to }, asking.scope, asking.me);
  const dayAgo = new Date(asking.now.getTime() - 86_400_000).toISOString();
  const rows = await db
    .select({
      status: a.status,
      severity: a.severity,
      level: a.level,
      expertSeverity: a.expertSeverity,
      n: sql<string>`count(*)`,
      unassigned: sql<string>`count(*) FILTER (WHERE a.assignee_id IS NULL AND a.status <> 'closed')`,
      mine: sql<string>`count(*) FILTER (WHERE a.assignee_id = ${asking.me} AND a.status <> 'closed')`,
      fresh: sql<string>`count(*) FILTER (WHERE a.created_at >= ${dayAgo}::timestamptz)`,
    })
    .from(a)
    .where(where)
    .groupBy(a.status, a.severity, a.level, a.expertSeverity);
  const sum = (pick: (row: (typeof rows)[number]) => string, of = rows) =>
    of.reduce((total, row) => total + Number(pick(row)), 0);
  const cells = (["open", "in-progress", "closed"] as const).flatMap((status) =>
    LEVEL_OF_RANK.map((severity, index) => ({
      status,
      severity,
      count: sum(
        (row) => row.n,
        rows.filter((row) => row.status === status && row.severity === index + 1),
      ),
    })),
  );
  return {
    total: sum((row) => row.n),
    unassigned: sum((row) => row.unassigned),
    mine: sum((row) => row.mine),
    createdLastDay: sum((row) => row.fresh),
    cells,
    judged: judgedCells(rows),
  };
}

function judgedCells(rows: readonly Pick<StoredAlert & { n: string }, "level" | "expertSeverity" | "n">[]) {
  const counts = new Map<string, AlertCounts["judged"][number]>();
  for (const { level, expertSeverity, n } of rows) {
    if (expertSeverity === null) continue;
    const key = `${level}/${expertSeverity}`;
    const count = (counts.get(key)?.count ?? 0) + Number(n);
    counts.set(key, { level, expertSeverity, count });
  }
  return [...counts.values()];
}

export type RuleFigures = { open: number; truePositive: number; falsePositive: number; benign: number };

/** What analysts found of each rule's alerts, within the scope. */
export async function alertFiguresByRule(db: StateDb, scope: Scope): Promise<Map<string, RuleFigures>> {
  const closedAs = (disposition: string) => sql<string>`count(*) FILTER (WHERE a.disposition = ${disposition})`;
  const rows = await db
    .select({
      ruleId: a.ruleId,
      open: sql<string>`count(*) FILTER (WHERE a.status <> 'closed')`,
      truePositive: closedAs("true-positive"),
      falsePositive: closedAs("false-positive"),
      benign: closedAs("benign"),
    })
    .from(a)
    .where(inScope(scope))
    .groupBy(a.ruleId);
  return new Map(
    rows.map(({ ruleId, open, truePositive, falsePositive, benign }) => [
      ruleId,
      {
        open: Number(open),
        truePositive: Number(truePositive),
        falsePositive: Number(falsePositive),
        benign: Number(benign),
      },
    ]),
  );
}

/** The stored row as the web sees it. */
export function alertRow(row: StoredAlert): AlertRow {
  const { sample } = row;
  return {
    id: row.id,
    version: row.version,
    rule: {
      id: row.ruleId,
      title: row.ruleTitle,
      author: row.ruleAuthor,
      tactics: row.tactics,
      techniques: row.techniques,
    },
    level: row.level,
    expertSeverity: row.expertSeverity,
    severity: row.expertSeverity ?? row.level,
    status: row.status,
    assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? "" },
    disposition: row.disposition,
    reason: row.reason,
    entity: { kind: row.entityKind, value: row.entity },
    unitId: row.unitId,
    sourceId: row.sourceId,
    count: row.count,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    recurrence: row.recurrence,
    formerAlertId: row.formerId,
    noteCount: row.noteCount,
    sample: sampleView(sample),
  };
}

function sampleView(sample: StoredSample): AlertRow["sample"] {
  return {
    eventId: `${sample.stream}-${sample.seq}`,
    stream: sample.stream,
    seq: sample.seq,
    time: new Date(sample.timeMs).toISOString(),
    dataset: sample.dataset,
    six: {
      who: sample.who,
      whereFrom: sample.whereFrom,
      withWhat: sample.withWhat,
      what: sample.what,
      didWhat: sample.didWhat,
    },
    hostName: sample.hostName,
    userName: sample.userName,
    sourceIp: sample.sourceIp,
    ...(sample.contributing && {
      contributing: sample.contributing.map(({ seq, timeMs }) => ({
        eventId: `${sample.stream}-${seq}`,
        time: new Date(timeMs).toISOString(),
      })),
    }),
  };
}
