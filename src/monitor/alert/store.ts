import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { UnitPart } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertFilter, AlertListQuery, AlertRow, AlertSelection, AlertSelectionQuery } from "./contract.ts";
import { MAX_BULK_IDS } from "./contract.ts";
import { type Asking, inScope, type Scope } from "./filter.ts";
import { cursorAt, firstOf, orderBy, orderOf } from "./order.ts";
import { precisionOf } from "./precision.ts";
import { priorityOf } from "./priority.ts";
import { readyFilter } from "./ready.ts";
import { alert, alertChange, alertRule, type StoredAlert, type StoredSample } from "./schema.ts";
import { countMatching, type Total } from "./tally.ts";

/** Filters are written against the name `a`, in lists and in bulk changes alike. */
const a = alias(alert, "a");
const { searchText: _unread, ...columns } = getTableColumns(a);
const judgedBy = alias(alertChange, "judged");
const rule = alias(alertRule, "r");

/** With what stands beside it: who judged it, and the record of its rule. */
type FoundAlert = {
  readonly alert: StoredAlert;
  readonly judged: Pick<typeof alertChange.$inferSelect, "at" | "actorId" | "actorName"> | null;
  readonly record: Pick<typeof alertRule.$inferSelect, "truePositive" | "falsePositive" | "benign"> | null;
};

const found = (db: StateDb) =>
  db
    .select({
      alert: columns,
      judged: { at: judgedBy.at, actorId: judgedBy.actorId, actorName: judgedBy.actorName },
      record: { truePositive: rule.truePositive, falsePositive: rule.falsePositive, benign: rule.benign },
    })
    .from(a)
    .leftJoin(judgedBy, eq(judgedBy.id, a.judgedBy))
    .leftJoin(rule, eq(rule.ruleId, a.ruleId));

/** One page and the number of all matches. */
export async function listAlerts(db: StateDb, query: AlertListQuery, asking: Asking, nowMs: number) {
  const { sort: _sort, order: _order, cursor, limit, ...asked } = query;
  const filter = await readyFilter(db, asked);
  const order = orderOf(query);
  const rows = await found(db)
    .where(firstOf({ filter, order, limit: limit + 1, cursor, ...asking }))
    .orderBy(orderBy(order))
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: items.map((row) => alertRow(row, nowMs)),
    ...(await countMatching(db, filter, asking)),
    ...(hasMore && { nextCursor: cursorAt(order, last.alert) }),
  };
}

const CHUNK = 1_000;

/** The first `limit` alerts of a filter in its order, in chunks. */
export async function* walkAlerts(
  db: StateDb,
  query: AlertSelectionQuery,
  { limit, nowMs, ...asking }: Asking & { readonly limit: number; readonly nowMs: number },
): AsyncGenerator<AlertRow[]> {
  const { sort: _sort, order: _order, ...asked } = query;
  const filter = await readyFilter(db, asked);
  const order = orderOf(query);
  let cursor: string | undefined;
  for (let left = limit; left > 0; left -= CHUNK) {
    const wanted = Math.min(left, CHUNK);
    const rows = await found(db)
      .where(firstOf({ filter, order, limit: wanted, cursor, ...asking }))
      .orderBy(orderBy(order))
      .limit(wanted);
    if (rows.length > 0) yield rows.map((row) => alertRow(row, nowMs));
    const last = rows.at(-1);
    if (!last || rows.length < wanted) return;
    cursor = cursorAt(order, last.alert);
  }
}

/** `cap`: what cannot be told from kept counts is counted no further. */
export const countAsked = async (
  db: StateDb,
  filter: AlertFilter,
  asking: Asking & { readonly cap: number },
): Promise<Total> => await countMatching(db, await readyFilter(db, filter), asking);

/** The first alerts of a filter, by id and version: at most as many as one act may name. */
export async function selectAlerts(db: StateDb, query: AlertSelectionQuery, asking: Asking): Promise<AlertSelection> {
  const { sort: _sort, order: _order, ...asked } = query;
  const filter = await readyFilter(db, asked);
  const order = orderOf(query);
  const alerts = await db
    .select({ id: a.id, version: a.version })
    .from(a)
    .where(firstOf({ filter, order, limit: MAX_BULK_IDS, ...asking }))
    .orderBy(orderBy(order))
    .limit(MAX_BULK_IDS);
  const counted = await countMatching(db, filter, asking);
  return { alerts, total: Math.max(counted.total, alerts.length), isTotalCapped: counted.isTotalCapped };
}

/** Of which units the first `limit` of a filter in its order are, and how many of each; the largest part first. */
export async function countByUnit(
  db: StateDb,
  query: AlertSelectionQuery,
  { limit, ...asking }: Asking & { readonly limit: number },
): Promise<UnitPart[]> {
  const { sort: _sort, order: _order, ...asked } = query;
  const filter = await readyFilter(db, asked);
  const order = orderOf(query);
  const { rows } = await db.execute<{ unit_id: string; n: string }>(sql`
    SELECT unit_id, count(*)::text AS n FROM (
      SELECT a.unit_id FROM alert a WHERE ${firstOf({ filter, order, limit, ...asking })} ORDER BY ${orderBy(order)} LIMIT ${limit}
    ) first GROUP BY unit_id ORDER BY count(*) DESC, unit_id`);
  return rows.map(({ unit_id, n }) => ({ unitId: unit_id, count: Number(n) }));
}

export async function findAlert(db: StateDb, id: string, scope: Scope): Promise<FoundAlert | undefined> {
  const [row] = await found(db).where(and(eq(a.id, id), inScope(scope)));
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

/** The stored row as the web sees it. */
export function alertRow({ alert: row, judged, record }: FoundAlert, nowMs: number): AlertRow {
  const { sample } = row;
  const severity = row.expertSeverity ?? row.level;
  const { status, precisionPoints } = row;
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
    levelAt: row.levelAt.toISOString(),
    expertSeverity: row.expertSeverity,
    severity,
    judged: judged && {
      by: { id: judged.actorId, name: judged.actorName },
      at: judged.at.toISOString(),
    },
    precision: (record && precisionOf(record)) ?? null,
    priority: priorityOf({ status, severity, precisionPoints, createdAtMs: row.createdAt.getTime() }, nowMs),
    status,
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
