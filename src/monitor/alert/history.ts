import { and, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertHistoryEntry, AlertNote } from "./contract.ts";
import { alertChange, alertHistory } from "./schema.ts";

const MAX_ENTRIES = 200;

type Before = Pick<
  typeof alertHistory.$inferSelect,
  "wasStatus" | "wasAssigneeId" | "wasAssigneeName" | "wasDisposition" | "wasReason" | "wasExpertSeverity"
>;
export type HistoryRow = {
  readonly change: typeof alertChange.$inferSelect;
  readonly before: Before;
  /** The undo reached this alert: others of the same act may have been left alone. */
  readonly isUndone: boolean;
};

/** The newest 200 changes of an alert, newest first. */
export async function readHistory(db: StateDb, alertId: string): Promise<HistoryRow[]> {
  const h = alias(alertHistory, "h");
  const c = alias(alertChange, "c");
  const u = alias(alertHistory, "u");
  return await db
    .select({ change: c, before: h, isUndone: sql<boolean>`u.change_id IS NOT NULL` })
    .from(h)
    .innerJoin(c, eq(c.id, h.changeId))
    .leftJoin(u, and(eq(u.alertId, h.alertId), eq(u.changeId, c.undoneBy)))
    .where(sql`h.alert_id = ${alertId}`)
    .orderBy(desc(h.versionAfter))
    .limit(MAX_ENTRIES);
}

type Now = {
  readonly status: string;
  readonly assigneeName: string | null;
  readonly disposition: string | null;
  readonly reason: string;
  readonly expertSeverity: string | null;
};
type Changes = AlertHistoryEntry["changes"];

/** What each change did: what it left behind is what the next change found, or for the newest, what is there now. */
export function historyOf(rows: readonly HistoryRow[], now: Now): AlertHistoryEntry[] {
  let after = now;
  return rows.map(({ change, before, isUndone }) => {
    const found: Now = {
      status: before.wasStatus,
      assigneeName: before.wasAssigneeName,
      disposition: before.wasDisposition,
      reason: before.wasReason,
      expertSeverity: before.wasExpertSeverity,
    };
    const changes = [...changesBetween(found, after), ...noteOf(change.note)];
    after = found;
    return {
      changeId: change.id,
      at: change.at.toISOString(),
      actor: { kind: change.actorKind, id: change.actorId, name: change.actorName },
      together: change.alerts,
      isUndone,
      isUndo: change.undoOf !== null,
      changes,
    };
  });
}

function changesBetween(before: Now, after: Now): Changes {
  const fields = [
    ["status", before.status, after.status],
    ["assignee", before.assigneeName, after.assigneeName],
    ["disposition", before.disposition, after.disposition],
    ["reason", before.reason || null, after.reason || null],
    ["expertSeverity", before.expertSeverity, after.expertSeverity],
  ] as const;
  return fields.filter(([, was, is]) => was !== is).map(([field, was, is]) => ({ field, before: was, after: is }));
}

const noteOf = (note: string | null): Changes => (note === null ? [] : [{ field: "note", before: null, after: note }]);

/** Notes that were not taken back, newest first. */
export function notesOf(rows: readonly HistoryRow[]): AlertNote[] {
  return rows.flatMap(({ change, isUndone }) =>
    change.note === null || isUndone
      ? []
      : [
          {
            id: change.id,
            text: change.note,
            author: { id: change.actorId, name: change.actorName },
            at: change.at.toISOString(),
          },
        ],
  );
}
