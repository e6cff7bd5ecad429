import type { EventsDb } from "../../platform/events/index.ts";
import { mutationsEnd, NO_WAITING, partitionOf } from "./erase.ts";

/** Numbers named in one statement: it stays far below the length that the engine takes. */
const MAX_NAMED = 50_000;

/** Events of a source by their numbers, in one day (yyyymmdd of when they were received) and stream. */
export type NamedRows = {
  readonly day: number;
  readonly sourceId: string;
  readonly stream: number;
  readonly seqs: readonly string[];
};

/**
 * Deletes, of the rows with these numbers, those that are not understood. Precondition: each number has a row that is. Repeating it is
 * harmless. False when the engine is not done yet. Errors: those of the engine.
 */
export async function deleteRows(events: EventsDb, rows: NamedRows, signal?: AbortSignal): Promise<boolean> {
  const { day, sourceId, stream } = rows;
  for (let from = 0; from < rows.seqs.length; from += MAX_NAMED) {
    if (!(await mutationsEnd(events, day, signal))) return false;
    // As numbers, in the text: a list this long is too much for a parameter.
    const seqs = rows.seqs.slice(from, from + MAX_NAMED).map((seq) => BigInt(seq));
    await events.command(
      `ALTER TABLE events DELETE IN PARTITION ID '${partitionOf(day)}' WHERE source_id = {sourceId:String}
         AND stream = {stream:UInt32} AND (problem != '' OR dataset = 'raw') AND seq IN (${seqs.join(",")}) ${NO_WAITING}`,
      { sourceId, stream },
    );
  }
  return await mutationsEnd(events, day, signal);
}
