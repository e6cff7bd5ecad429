/**
 * How long the state engine takes for the counts of dashboards and wall over many alerts:
 * `npm run bench:dashboards -- --alerts 1000000 [--open 0.02]`, where `--open` is the share that waits.
 * On PGlite, or on PostgreSQL with YAGURA_TEST_POSTGRES. Prints JSON: medians and the slowest of seven, in milliseconds.
 */
import { parseArgs } from "node:util";
import { sql } from "drizzle-orm";
import type { State } from "../src/platform/state/index.ts";
import { openTestState } from "../src/platform/state/testing.ts";
import { alertsByRule, alertsByUnit, QUEUES, unownedIn, waitingIn } from "../src/respond/dashboard/store.ts";

const { values } = parseArgs({
  options: { alerts: { type: "string", default: "1000000" }, open: { type: "string", default: "0.02" } },
});
const alerts = Number(values.alerts);
const open = Number(values.open);
const RUNS = 7;
/** A statement that takes longer than 30 seconds is ended by the server. */
const CHUNK = 25_000;
const DAY_MS = 86_400_000;

/** Ninety days of alerts in fifty units, of a thousand rules; of each thousand as many are open as was asked for. */
async function seed(state: State): Promise<void> {
  for (let from = 1; from <= alerts; from += CHUNK) await seedSome(state, from, Math.min(alerts, from + CHUNK - 1));
  await state.db.execute(sql`VACUUM ANALYZE alert`);
}

async function seedSome(state: State, from: number, to: number): Promise<void> {
  await state.db.execute(sql`
    INSERT INTO alert (id, rule_id, rule_title, rule_author, tactics, techniques, level, level_at, entity_kind, entity, unit_id, source_id,
      count, first_at, last_at, created_at, updated_at, status, disposition, reason, sample, search_text)
    SELECT 'alert_' || lpad(i::text, 9, '0'), 'rule-' || i % 1000, 'Rule', 'A', '{}', '{}',
      (ARRAY['low', 'medium', 'high', 'critical'])[1 + i % 4], at, 'host', 'host-' || i, 'unit-' || i % 50, 'source-1', 1,
      at, at, at, at, CASE WHEN is_open THEN 'open' ELSE 'closed' END, CASE WHEN is_open THEN NULL ELSE 'benign' END,
      '', '{}', ''
    FROM (SELECT i, i * 7 % 1000 < ${open}::float8 * 1000 AS is_open, now() - i * interval '90 days' / ${alerts}::float8 AS at FROM generate_series(${from}::integer, ${to}::integer) AS i) AS rows`);
}

async function timed(work: () => Promise<unknown>): Promise<{ medianMs: number; slowestMs: number }> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return { medianMs: Math.round(times[RUNS >> 1] ?? 0), slowestMs: Math.round(times.at(-1) ?? 0) };
}

const state = await openTestState();
try {
  await seed(state);
  const now = new Date();
  const scope = { all: true } as const;
  const span = (days: number) => ({
    from: new Date(now.getTime() - days * DAY_MS).toISOString(),
    to: now.toISOString(),
  });
  const report = {
    engine: state.dialect,
    alerts,
    open,
    unitsOf7Days: await timed(() => alertsByUnit(state.db, scope, span(7))),
    unitsOf90Days: await timed(() => alertsByUnit(state.db, scope, span(90))),
    rulesOf7Days: await timed(() => alertsByRule(state.db, scope, span(7))),
    rulesOf90Days: await timed(() => alertsByRule(state.db, scope, span(90))),
    waiting: await timed(() => waitingIn(state.db, QUEUES.alerts, { scope, now: now.toISOString() })),
    unowned: await timed(() => unownedIn(state.db, QUEUES.alerts, { scope, limit: 6, ref: sql`a.id` })),
  };
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
} finally {
  await state.close();
}
