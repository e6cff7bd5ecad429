import { sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertFilter } from "./contract.ts";
import { allIn, type ReadyFilter } from "./filter.ts";
import { searchPatterns } from "./text.ts";

const MAX_NOTED = 20_000;

/**
 * Looks for the words of a filter in notes first: they are few and mostly there is no such note, and "in the text or in a note" asked in
 * one would keep the index of words from being used. The newest 20,000 alerts with such a note.
 */
export async function withNotes(db: StateDb, filter: AlertFilter): Promise<ReadyFilter> {
  const patterns = searchPatterns(filter.q ?? "");
  if (patterns.length === 0) return filter;
  const { rows } = await db.execute<{ alert_id: string }>(sql`
    SELECT DISTINCT h.alert_id FROM alert_change c JOIN alert_history h ON h.change_id = c.id
    WHERE c.note IS NOT NULL AND c.undone_by IS NULL AND ${allIn(sql`c.note_search`, patterns)}
    ORDER BY h.alert_id DESC LIMIT ${MAX_NOTED}`);
  return rows.length === 0 ? filter : { ...filter, noted: rows.map(({ alert_id }) => alert_id) };
}
