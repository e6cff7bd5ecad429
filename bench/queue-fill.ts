import { sql } from "drizzle-orm";
import type { State } from "../src/platform/state/index.ts";

const CHUNK = 50_000;
export const RULES = 400;
export const UNITS = 40;
const LEVELS = sql.raw(
  "(ARRAY['informational', 'low', 'low', 'medium', 'medium', 'medium', 'high', 'high', 'critical'])",
);
const raw = (n: number) => sql.raw(String(n));

type Wanted = { readonly alerts: number; readonly units: readonly string[]; readonly me: string; readonly now: Date };

/**
 * So many open alerts of the last 30 days, written as the recorder writes them: 400 rules of which few are loud, hosts of 40 units, one in
 * twenty in work, one in ten judged. Indexes are taken off meanwhile; the triggers that keep the counts stay.
 */
export async function fillQueue(state: State, wanted: Wanted): Promise<void> {
  const { rows: indexes } = await state.db.execute<{ name: string; def: string }>(sql`
    SELECT indexname AS name, indexdef AS def FROM pg_indexes
    WHERE tablename IN ('alert', 'alert_words') AND indexname NOT LIKE '%_pkey'`);
  await state.transaction(async (tx) => {
    // A server ends statements that take long; what takes long here is no question of anybody.
    await tx.execute(sql`SET LOCAL statement_timeout = 0`);
    for (const { name } of indexes) await tx.execute(sql.raw(`DROP INDEX ${name}`));
    for (let from = 0; from < wanted.alerts; from += CHUNK)
      await tx.execute(insert(from, Math.min(from + CHUNK, wanted.alerts), wanted));
    await tx.execute(sql`
      INSERT INTO alert_words
      SELECT id, array_to_tsvector(array_remove(regexp_split_to_array(search_text, '[^a-z0-9]+'), '')) FROM alert`);
    for (const { def } of indexes) await tx.execute(sql.raw(def));
  });
}

function insert(from: number, to: number, { alerts, units, me, now }: Wanted) {
  return sql`
    INSERT INTO alert (id, rule_id, rule_title, rule_author, tactics, techniques, level, level_at, expert_severity, status, assignee_id,
      assignee_name, entity_kind, entity, unit_id, source_id, count, first_at, last_at, created_at, updated_at, sample, search_text)
    SELECT 'alert_' || lpad(i::text, 10, '0') || md5(i::text), 'rule-' || r, 'Suspicious use of tool ' || r, 'Bench',
      ARRAY[(ARRAY['execution', 'persistence', 'impact', 'discovery', 'lateral-movement'])[1 + r % 5]],
      ARRAY['T' || (1000 + r % 200)], ${LEVELS}[1 + r % 9], at,
      CASE WHEN i % 10 = 0 THEN ${LEVELS}[1 + (r + i / 10) % 9] END,
      CASE WHEN i % 20 = 0 THEN 'in-progress' ELSE 'open' END,
      CASE WHEN i % 20000 = 0 THEN ${me} WHEN i % 20 = 0 THEN 'person_' || i % 12 END,
      CASE WHEN i % 20000 = 0 THEN 'me' WHEN i % 20 = 0 THEN 'person ' || i % 12 END,
      'host', 'host-' || i, u, 'source-' || i % 300, 1 + i % 977, at, at + interval '1 hour', at, at + interval '1 hour',
      jsonb_build_object('stream', 7, 'seq', i::text, 'timeMs', (extract(epoch FROM at) * 1000)::bigint, 'dataset', 'windows.security',
        'who', 'CORP/user' || i % 5000, 'whereFrom', '10.' || i % 200 || '.' || i % 250 || '.7', 'withWhat', 'powershell.exe',
        'what', 'C:/Windows/System32/tool' || r || '.exe', 'didWhat', 'process-started', 'hostName', 'host-' || i,
        'userName', 'user' || i % 5000, 'sourceIp', '10.' || i % 200 || '.' || i % 250 || '.7'),
      'suspicious use of tool ' || r || ' host-' || i || ' corp/user' || i % 5000 || ' 10.' || i % 200 || '.' || i % 250
        || '.7 powershell.exe c:/windows/system32/tool' || r || '.exe process-started'
    FROM (
      SELECT i, (${raw(RULES)} * power((i * 7919 % 10007) / 10007.0, 3))::int AS r,
        (${sql.param([...units])}::text[])[1 + i * 31 % ${raw(units.length)}] AS u,
        ${now.toISOString()}::timestamptz - make_interval(secs => 2592000 - i * 2592000.0 / ${raw(alerts)}) AS at
      FROM generate_series(${raw(from)}::bigint, ${raw(to - 1)}::bigint) i
    ) g`;
}
