import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { CaseEvent, NewEvent } from "./case.ts";
import type { ClockTime } from "./clocks.ts";
import { dutyClock, dutyDocument, dutyEvent, dutyWarning } from "./schema.ts";

/** Drafts and files alone are held back: what was known, answered, approved and sent is always recorded. */
const MAX_DRAFTS = 1_000;
const MAX_DOCUMENTS = 200;
/** Of an incident's deadlines; thousands were reached by nobody who works on a case. */
const MAX_WARNINGS = 5_000;

/** Of drafts that were saved again the words stay in the table: only the newest of each are read. */
const body = sql<
  Record<string, unknown>
>`CASE WHEN ${dutyEvent.kind} = 'draft' AND ${dutyEvent.seq} < max(${dutyEvent.seq})
    OVER (PARTITION BY ${dutyEvent.kind}, ${dutyEvent.body} ->> 'clock', ${dutyEvent.body} ->> 'language')
  THEN ${dutyEvent.body} || '{"fields":{}}'::jsonb ELSE ${dutyEvent.body} END`;

/** Oldest first. Events are written by `addEvent` alone, so each body is of its kind. */
export async function readEvents(db: StateDb, incidentId: string): Promise<CaseEvent[]> {
  const { seq, at, actorId, actorName, kind } = getTableColumns(dutyEvent);
  const rows = await db
    .select({ seq, at, actorId, actorName, kind, body })
    .from(dutyEvent)
    .where(eq(dutyEvent.incidentId, incidentId))
    .orderBy(asc(dutyEvent.seq));
  return rows.map(({ seq, at, actorId, actorName, kind, body }) =>
    asEvent({ seq, at: at.toISOString(), actorId, actorName, kind, body }),
  );
}

function asEvent(row: Omit<CaseEvent, "kind" | "body"> & { kind: string; body: unknown }): CaseEvent {
  return row as CaseEvent;
}

/** Errors: `over_limit` when drafts were saved too often. */
export function refuseDrafts(events: readonly CaseEvent[]): void {
  if (events.filter(({ kind }) => kind === "draft").length >= MAX_DRAFTS)
    throw new AppError("over_limit", `A case holds ${MAX_DRAFTS} saved drafts at most.`);
}

export async function addEvent(
  tx: StateTx,
  ctx: Ctx,
  { incidentId, seq, event }: { readonly incidentId: string; readonly seq: number; readonly event: NewEvent },
): Promise<CaseEvent> {
  const { id: actorId, name: actorName } = ctx.actor;
  const at = ctx.now();
  await tx.insert(dutyEvent).values({ incidentId, seq, at, actorId, actorName, kind: event.kind, body: event.body });
  return asEvent({ seq, at: at.toISOString(), actorId, actorName, ...event });
}

/** Clocks that run against somebody, for the watch and the navigation. */
export async function replaceClocks(tx: StateTx, incidentId: string, clocks: readonly ClockTime[]): Promise<void> {
  await tx.delete(dutyClock).where(eq(dutyClock.incidentId, incidentId));
  const rows = clocks.flatMap(({ clock, entry, stage, applies, startsAtMs, due }) =>
    startsAtMs === null || due === null
      ? []
      : [
          {
            incidentId,
            clock,
            entryNameJa: entry.content.name.ja,
            entryNameEn: entry.content.name.en,
            stageNameJa: stage.name.ja,
            stageNameEn: stage.name.en,
            zone: entry.content.zone,
            applies,
            startsAt: new Date(startsAtMs),
            dueAt: new Date(due.dueMs),
            lastDay: due.lastDay,
          },
        ],
  );
  if (rows.length > 0) await tx.insert(dutyClock).values(rows);
}

export async function insertDocument(tx: StateTx, row: typeof dutyDocument.$inferInsert): Promise<void> {
  if ((await tx.$count(dutyDocument, eq(dutyDocument.incidentId, row.incidentId))) >= MAX_DOCUMENTS)
    throw new AppError("over_limit", `A case holds ${MAX_DOCUMENTS} files at most.`);
  await tx.insert(dutyDocument).values(row);
}

export async function readDocument(db: StateDb, incidentId: string, id: string) {
  const [row] = await db.select().from(dutyDocument).where(eq(dutyDocument.id, id));
  return row?.incidentId === incidentId ? row : undefined;
}

export async function warningsOf(db: StateDb, incidentId: string) {
  return await db.select().from(dutyWarning).where(eq(dutyWarning.incidentId, incidentId)).limit(MAX_WARNINGS);
}
