import { sql } from "drizzle-orm";
import type { State } from "../../platform/state/index.ts";
import { instant } from "./rows.ts";

const SOON_MS = 3_600_000;
/** Older ones were due before anybody was told of such things. */
const LONG_AGO_MS = 7 * 86_400_000;
const BATCH = 500;

/** Tells owners of tasks that are due within the hour: no change of a row says so, only the clock. Once for each deadline. */
export async function tellDueTasks({ db }: State, now: Date): Promise<void> {
  await db.execute(sql`
    INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, facts)
    SELECT ${instant(now)}, 'task-due', d.subject, d.step, d.unit_id, d.severity, d.people, d.facts FROM (
      SELECT 'incident:' || t.incident_id AS subject,
        'task-due:' || t.id || '@' || to_char(t.due_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') || ':' || t.owner_id AS step,
        i.unit_id, i.severity_rank AS severity, ARRAY[t.owner_id] AS people,
        jsonb_build_object('number', i.number, 'title', i.title, 'task', t.title, 'zone', u.time_zone,
          'dueAt', to_char(t.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS facts
      FROM case_task t JOIN incident i ON i.id = t.incident_id JOIN unit u ON u.id = i.unit_id
      WHERE t.state IN ('todo', 'doing') AND t.owner_id IS NOT NULL AND i.status <> 'closed'
        AND t.due_at > ${instant(now.getTime() - LONG_AGO_MS)} AND t.due_at <= ${instant(now.getTime() + SOON_MS)}) d
    WHERE NOT EXISTS (SELECT FROM notify_matter o WHERE o.subject = d.subject AND o.step = d.step)
    LIMIT ${BATCH} ON CONFLICT DO NOTHING`);
}
