import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../kernel/ids.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { IncidentEntry } from "./contract.ts";
import { inScope, textArray } from "./filter.ts";
import { incident, incidentEntry } from "./schema.ts";

const MAX_ENTRIES = 500;
const NAMED_ALERTS = 20;

type NewEntry = {
  readonly incidentId: string;
  readonly kind: IncidentEntry["kind"];
  readonly changes?: IncidentEntry["changes"];
  readonly note?: string;
};

/** Writes down what happened; returns the entry's id. What a person did claims the incident. */
export async function addEntry(tx: StateTx, ctx: Ctx, entry: NewEntry): Promise<string> {
  const at = ctx.now();
  const id = newId("entry", at.getTime());
  const { kind, id: actorId, name } = ctx.actor;
  await tx
    .insert(incidentEntry)
    .values({ ...entry, id, at, actorKind: kind, actorId, actorName: name, note: entry.note ?? null });
  await claim(tx, ctx, entry.incidentId);
  return id;
}

/** A person had a hand in it: from then on the joining of alerts takes nothing out of it. The first time counts. */
export async function claim(tx: StateTx, ctx: Ctx, incidentId: string): Promise<void> {
  if (ctx.actor.kind === "system") return;
  await tx
    .update(incident)
    .set({ claimedAt: ctx.now() })
    .where(and(eq(incident.id, incidentId), isNull(incident.claimedAt)));
}

/** The newest 500 entries, newest first. Alerts outside `alerts` are counted, not named. */
export async function readEntries(db: StateDb, incidentId: string, alerts: UnitScope): Promise<IncidentEntry[]> {
  const rows = await db
    .select({
      id: incidentEntry.id,
      at: incidentEntry.at,
      actorKind: incidentEntry.actorKind,
      actorId: incidentEntry.actorId,
      actorName: incidentEntry.actorName,
      kind: incidentEntry.kind,
      changes: incidentEntry.changes,
      note: incidentEntry.note,
    })
    .from(incidentEntry)
    .where(eq(incidentEntry.incidentId, incidentId))
    .orderBy(desc(incidentEntry.position))
    .limit(MAX_ENTRIES);
  const moved = await alertsOfEntries(
    db,
    rows.filter(({ kind }) => kind !== "changed" && kind !== "note").map(({ id }) => id),
    alerts,
  );
  return rows.map(({ id, at, actorKind, actorId, actorName, kind, changes, note }) => ({
    id,
    at: at.toISOString(),
    actor: { kind: actorKind, id: actorId, name: actorName },
    kind,
    // A summary may be 20,000 characters: that it changed is told, the former text is kept but not sent.
    changes: changes.map((change) => (change.field === "summary" ? { ...change, before: null, after: null } : change)),
    note,
    alertCount: moved.get(id)?.count ?? 0,
    alerts: moved.get(id)?.alerts ?? [],
  }));
}

const MovedRow = z.object({
  entryId: z.string(),
  count: z.coerce.number(),
  alerts: z.array(z.object({ id: z.string(), ruleTitle: z.string(), entity: z.string() })),
});

async function alertsOfEntries(db: StateDb, entryIds: readonly string[], scope: UnitScope) {
  const { rows } = await db.execute(sql`
    SELECT m.entry_id AS "entryId", count(*) AS count,
      coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'ruleTitle', a.rule_title, 'entity', a.entity))
        FILTER (WHERE a.id IS NOT NULL AND m.nth <= ${NAMED_ALERTS}), '[]') AS alerts
    FROM (
      SELECT entry_id, alert_id, row_number() OVER (PARTITION BY entry_id ORDER BY alert_id) AS nth FROM (
        SELECT added_entry AS entry_id, alert_id FROM incident_alert WHERE added_entry = ANY(${textArray(entryIds)})
        UNION ALL
        SELECT removed_entry, alert_id FROM incident_alert WHERE removed_entry = ANY(${textArray(entryIds)})
      ) both_ways
    ) m
    LEFT JOIN alert a ON a.id = m.alert_id AND ${inScope(sql`a.unit_id`, scope)}
    GROUP BY m.entry_id`);
  return new Map(rows.map((row) => MovedRow.parse(row)).map((row) => [row.entryId, row]));
}
