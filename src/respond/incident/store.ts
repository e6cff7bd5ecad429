import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { IncidentCounts, IncidentListQuery, IncidentRow } from "./contract.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { inScope, numberOf, whereOf } from "./filter.ts";
import { incident } from "./schema.ts";

/** Filters are written against the name `i`. */
const i = alias(incident, "i");
const { searchText: _unread, ...columns } = getTableColumns(i);
const alertCount = sql<string>`(SELECT count(*) FROM incident_alert l WHERE l.incident_id = i.id AND l.removed_entry IS NULL)`;

export type Asking = { readonly scope: UnitScope; readonly me: string };
export type StoredIncident = Omit<typeof incident.$inferSelect, "searchText"> & { readonly alertCount: string };

const SORT_COLUMNS: Readonly<Record<IncidentListQuery["sort"], SQL>> = {
  updated: sql`i.updated_at`,
  opened: sql`i.opened_at`,
  severity: sql`i.severity_rank`,
};

/** One page and the number of all matches. */
export async function listIncidents(db: StateDb, query: IncidentListQuery, { scope, me }: Asking) {
  const where = whereOf(query, scope, me);
  const sortName = `${query.sort}:${query.order}`;
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, sortName);
  const direction = query.order === "desc" ? sql.raw("DESC") : sql.raw("ASC");
  const rows = await db
    .select({ ...columns, alertCount })
    .from(i)
    .where(cursor ? and(where, after(cursor, query)) : where)
    .orderBy(sql`${SORT_COLUMNS[query.sort]} ${direction}, i.number ${direction}`)
    .limit(query.limit + 1);
  const [all] = await db.select({ n: sql<string>`count(*)` }).from(i).where(where);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(incidentRow),
    total: Number(all?.n),
    ...(rows.length > query.limit && last && { nextCursor: encodeCursor(cursorOf(last, query.sort, sortName)) }),
  };
}

function after(cursor: Cursor, { sort, order }: IncidentListQuery): SQL {
  const value =
    sort === "severity" ? sql`${cursor.value}::bigint` : sql`to_timestamp(${cursor.value}::bigint / 1000.0)`;
  const compare = order === "desc" ? sql.raw("<") : sql.raw(">");
  return sql`(${SORT_COLUMNS[sort]}, i.number) ${compare} (${value}, ${cursor.number}::integer)`;
}

function cursorOf(row: StoredIncident, sort: IncidentListQuery["sort"], sortName: string): Cursor {
  const value = {
    severity: row.severityRank,
    updated: row.updatedAt.getTime(),
    opened: row.openedAt.getTime(),
  }[sort];
  return { sort: sortName, value, number: row.number };
}

const STATUSES = ["open", "contained", "resolved", "closed"] as const;
const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

export async function countByStatus(db: StateDb, { scope, me }: Asking): Promise<IncidentCounts> {
  const rows = await db
    .select({
      status: i.status,
      severity: i.severity,
      n: sql<string>`count(*)`,
      mine: sql<string>`count(*) FILTER (WHERE i.owner_id = ${me} AND i.status <> 'closed')`,
      unowned: sql<string>`count(*) FILTER (WHERE i.owner_id IS NULL AND i.status <> 'closed')`,
    })
    .from(i)
    .where(inScope(sql`i.unit_id`, scope))
    .groupBy(i.status, i.severity);
  const sum = (pick: (row: (typeof rows)[number]) => string, of = rows) =>
    of.reduce((total, row) => total + Number(pick(row)), 0);
  const countOf = (status: string, severity: string) =>
    sum(
      (row) => row.n,
      rows.filter((row) => row.status === status && row.severity === severity),
    );
  return {
    total: sum((row) => row.n),
    mine: sum((row) => row.mine),
    unowned: sum((row) => row.unowned),
    cells: STATUSES.flatMap((status) =>
      LEVELS.map((severity) => ({ status, severity, count: countOf(status, severity) })),
    ),
  };
}

/** `ref`: an id or `INC-12`. */
export async function findIncident(db: StateDb, ref: string, scope: UnitScope): Promise<StoredIncident | undefined> {
  const [row] = await db
    .select({ ...columns, alertCount })
    .from(i)
    .where(and(isThe(ref), inScope(sql`i.unit_id`, scope)));
  return row;
}

function isThe(ref: string): SQL {
  const number = numberOf(ref);
  return number === undefined ? sql`i.id = ${ref}` : sql`i.number = ${number}`;
}

/** The incident as it is now, held until the transaction ends. */
export async function lockIncident(tx: StateTx, id: string, scope: UnitScope) {
  const [row] = await tx
    .select()
    .from(incident)
    .where(and(eq(incident.id, id), inScope(sql`${incident.unitId}`, scope)))
    .for("update");
  return row;
}

export async function numberOfIncident(tx: StateTx, id: string): Promise<number> {
  const [row] = await tx.select({ number: incident.number }).from(incident).where(eq(incident.id, id));
  if (row === undefined) throw new Error("an incident is linked that is not there");
  return row.number;
}

/** The next number of the group; others who open an incident wait until this transaction ends. */
export async function takeNumber(tx: StateTx): Promise<number> {
  const { rows } = await tx.execute<{ last: number }>(sql`UPDATE incident_number SET last = last + 1 RETURNING last`);
  const [row] = rows;
  if (row === undefined) throw new Error("the row that counts incidents is missing");
  return Number(row.last);
}

/** The stored row as the web sees it. */
export function incidentRow(row: StoredIncident): IncidentRow {
  return {
    id: row.id,
    number: row.number,
    version: row.version,
    title: row.title,
    titleJa: row.titleJa,
    severity: row.severity,
    status: row.status,
    owner: row.ownerId === null ? null : { id: row.ownerId, name: row.ownerName ?? "" },
    unitId: row.unitId,
    openedAt: row.openedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    closingReason: row.closingReason,
    alertCount: Number(row.alertCount),
  };
}
