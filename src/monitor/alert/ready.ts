import { sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertFilter } from "./contract.ts";
import { allIn, type ReadyFilter } from "./filter.ts";
import { searchPatterns } from "./text.ts";

const MAX_NOTED = 20_000;

/** A filter with what has to be looked up before it is a condition on alerts. */
export async function readyFilter(db: StateDb, filter: AlertFilter): Promise<ReadyFilter> {
  const [noted, below] = await Promise.all([notedBy(db, filter.q), unitsUnder(db, filter.under)]);
  return { ...filter, noted, below };
}

/**
 * The words of a filter are looked for in notes first: they are few and mostly there is no such note, and "in the text or in a note" asked
 * in one would keep the index of words from being used. The newest 20,000 alerts with such a note.
 */
async function notedBy(db: StateDb, q: string | undefined): Promise<string[] | undefined> {
  const patterns = searchPatterns(q ?? "");
  if (patterns.length === 0) return undefined;
  const { rows } = await db.execute<{ alert_id: string }>(sql`
    SELECT DISTINCT h.alert_id FROM alert_change c JOIN alert_history h ON h.change_id = c.id
    WHERE c.note IS NOT NULL AND (c.undone_by IS NULL OR NOT EXISTS (
      SELECT 1 FROM alert_history u WHERE u.alert_id = h.alert_id AND u.change_id = c.undone_by)) AND ${allIn(sql`c.note_search`, patterns)}
    ORDER BY h.alert_id DESC LIMIT ${MAX_NOTED}`);
  return rows.length === 0 ? undefined : rows.map(({ alert_id }) => alert_id);
}

/** A unit and all below it; undefined without one. Of a unit that is not there it is that id, which no alert has. */
export async function unitsUnder(db: StateDb, under: string | undefined): Promise<string[] | undefined> {
  if (under === undefined) return undefined;
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT u.id FROM unit top JOIN unit u ON starts_with(u.path, top.path) WHERE top.id = ${under} ORDER BY u.id`);
  return rows.length === 0 ? [under] : rows.map(({ id }) => id);
}
