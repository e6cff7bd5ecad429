import { sql } from "drizzle-orm";
import type { State } from "../../platform/state/index.ts";
import { instant } from "./rows.ts";

const KEPT_MS = 180 * 86_400_000;
const BATCH = 5_000;

/** Inboxes and the delivery log reach back half a year. What still waits, and what a call began with, stays. */
export async function forgetOld({ db }: State, now: Date): Promise<void> {
  const before = instant(now.getTime() - KEPT_MS);
  await db.execute(sql`
    DELETE FROM notify_matter WHERE position IN (SELECT m.position FROM notify_matter m
      WHERE m.at < ${before} AND m.routed_at IS NOT NULL AND NOT EXISTS (SELECT FROM on_call_page WHERE matter = m.position)
        AND NOT EXISTS (SELECT FROM notify_owed o LEFT JOIN notify_send s ON s.id = o.send_id
          WHERE o.matter = m.position AND (s.id IS NULL OR s.state = 'waiting'))
      ORDER BY m.position LIMIT ${BATCH})`);
  await db.execute(sql`
    DELETE FROM notify_send s WHERE s.created_at < ${before} AND s.state <> 'waiting'
      AND NOT EXISTS (SELECT FROM notify_owed WHERE send_id = s.id)`);
}
