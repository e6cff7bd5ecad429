import { inArray, sql } from "drizzle-orm";
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { StateDb, StateTx } from "../../../platform/state/index.ts";
import { newCadence } from "./cadence.ts";
import type { Watched } from "./shapes.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

const sourceCadence = pgTable("source_cadence", {
  sourceId: text("source_id").primaryKey(),
  lastAt: instant("last_at").notNull(),
  silentSince: instant("silent_since"),
  spokeAt: instant("spoke_at"),
  markSince: instant("mark_since"),
  markUntil: instant("mark_until"),
  isTogether: boolean("is_together").notNull(),
  watchedMs: bigint("watched_ms", { mode: "number" }).notNull(),
  pauses: integer("pauses").notNull(),
  /** Place and weight of each bucket that is not empty. */
  weights: jsonb("weights").$type<readonly (readonly [number, number])[]>().notNull(),
});

const MAX_READ = 20_000;
const ROWS_PER_STATEMENT = 2_000;
const MAX_PAUSES = 2 ** 31 - 1;

/** What was learned of every source before the restart. */
export async function readWatched(db: StateDb): Promise<Watched[]> {
  const rows = await db.select().from(sourceCadence).limit(MAX_READ);
  return rows.map((row) => {
    const { sourceId, lastAt, silentSince, spokeAt, markSince, markUntil, isTogether } = row;
    const { watchedMs, pauses, weights } = row;
    const cadence = { ...newCadence(), watchedMs, pauses };
    for (const [place, weight] of weights) if (place in cadence.weights) cadence.weights[place] = weight;
    const unmarked =
      markSince && markUntil ? { sinceMs: markSince.getTime(), untilMs: markUntil.getTime() } : undefined;
    const [lastMs, silentSinceMs, spokeMs] = [lastAt.getTime(), silentSince?.getTime(), spokeAt?.getTime()];
    return { sourceId, lastMs, silentSinceMs, spokeMs, unmarked, isTogether, cadence };
  });
}

export async function writeWatched(db: StateDb | StateTx, watched: readonly Watched[]): Promise<void> {
  for (let from = 0; from < watched.length; from += ROWS_PER_STATEMENT) {
    const input = JSON.stringify(watched.slice(from, from + ROWS_PER_STATEMENT).map(rowOf));
    await db.execute(sql`
      INSERT INTO source_cadence
        (source_id, last_at, silent_since, spoke_at, mark_since, mark_until, is_together, watched_ms, pauses, weights)
      SELECT w.source_id, to_timestamp(w.last_ms / 1000.0), to_timestamp(w.silent_since_ms / 1000.0),
        to_timestamp(w.spoke_ms / 1000.0), to_timestamp(w.mark_since_ms / 1000.0), to_timestamp(w.mark_until_ms / 1000.0),
        w.is_together, w.watched_ms, w.pauses, w.weights
      FROM jsonb_to_recordset(${input}::jsonb)
        AS w(source_id text, last_ms bigint, silent_since_ms bigint, spoke_ms bigint, mark_since_ms bigint, mark_until_ms bigint,
          is_together boolean, watched_ms bigint, pauses int, weights jsonb)
      ORDER BY w.source_id
      ON CONFLICT (source_id) DO UPDATE SET last_at = excluded.last_at, silent_since = excluded.silent_since,
        spoke_at = excluded.spoke_at, mark_since = excluded.mark_since, mark_until = excluded.mark_until,
        is_together = excluded.is_together,
        watched_ms = excluded.watched_ms, pauses = excluded.pauses, weights = excluded.weights`);
  }
}

export async function deleteWatched(db: StateDb, sourceIds: readonly string[]): Promise<void> {
  for (let from = 0; from < sourceIds.length; from += ROWS_PER_STATEMENT) {
    const ids = sourceIds.slice(from, from + ROWS_PER_STATEMENT);
    await db.delete(sourceCadence).where(inArray(sourceCadence.sourceId, ids));
  }
}

const whole = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));

const rowOf = ({
  sourceId,
  lastMs,
  silentSinceMs,
  spokeMs,
  unmarked,
  isTogether,
  cadence: { watchedMs, pauses, weights },
}: Watched) => ({
  source_id: sourceId,
  last_ms: Math.round(lastMs),
  silent_since_ms: whole(silentSinceMs),
  spoke_ms: whole(spokeMs),
  mark_since_ms: whole(unmarked?.sinceMs),
  mark_until_ms: whole(unmarked?.untilMs),
  is_together: isTogether,
  watched_ms: Math.round(watchedMs),
  pauses: Math.min(MAX_PAUSES, pauses),
  weights: weights.flatMap((weight, place) => (weight < 1 ? [] : [[place, Math.round(weight)]])),
});
