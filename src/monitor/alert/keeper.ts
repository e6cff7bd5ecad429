import { sql } from "drizzle-orm";
import type { State } from "../../platform/state/index.ts";
import { recordOf, type VerdictRow, verdictsOf } from "./counts.ts";
import { precisionPoints } from "./priority.ts";

/** So many alerts get their new points in one transaction: about a tenth of a second, in which others wait on the embedded engine. */
const SLICE = 1_000;
/** Embedded, nobody else tells the planner how the table grew. */
const GROWN = 1.2;
const WORTH_LOOKING = 10_000;

/** Keeps what the queue rests on: folded counts, the records of rules, and the places of their alerts. One look after another. */
export function createQueueKeeper(state: Pick<State, "db" | "dialect" | "transaction">) {
  let running: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    await foldTallies(state);
    await recountRules(state);
    await rerank(state);
    if (state.dialect === "pglite") await analyzeWhenGrown(state);
  };
  return {
    /** Does what there is to do; a look that still runs is waited for instead. */
    look(): Promise<void> {
      running ??= look().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

async function foldTallies(state: Pick<State, "transaction">): Promise<void> {
  await state.transaction(async (tx) => {
    const folded = await tx.execute(sql`
      WITH gone AS (DELETE FROM alert_tally_new RETURNING *)
      INSERT INTO alert_tally
      SELECT rule_id, unit_id, entity_kind, status, level, expert_severity, assignee_id, assignee_name, disposition, sum(n)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
      ON CONFLICT ON CONSTRAINT alert_tally_pkey DO UPDATE SET n = alert_tally.n + excluded.n
      RETURNING 1`);
    if (folded.rows.length > 0) await tx.execute(sql`DELETE FROM alert_tally WHERE n = 0`);
    await tx.execute(sql`
      WITH gone AS (DELETE FROM alert_hour_new RETURNING *)
      INSERT INTO alert_hour SELECT hour, unit_id, level, expert_severity, sum(n)
      FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
      ON CONFLICT ON CONSTRAINT alert_hour_pkey DO UPDATE SET n = alert_hour.n + excluded.n`);
  });
}

/** The record of every rule of which something was closed or reopened, over the whole group. */
async function recountRules(state: Pick<State, "transaction">): Promise<void> {
  await state.transaction(async (tx) => {
    const gone = await tx.execute<{ rule_id: string }>(sql`DELETE FROM alert_rule_judged RETURNING rule_id`);
    const rules = [...new Set(gone.rows.map(({ rule_id }) => rule_id))].sort();
    if (rules.length === 0) return;
    const { rows } = await tx.execute<VerdictRow>(verdictsOf(sql`a.rule_id = ANY(${sql.param(rules)}::text[])`));
    const records = new Map(rows.map((row) => [row.rule_id, recordOf(row)]));
    const input = rules.map((id) => {
      const record = records.get(id) ?? { truePositive: 0, falsePositive: 0, benign: 0 };
      return {
        id,
        yes: record.truePositive,
        no: record.falsePositive,
        benign: record.benign,
        points: precisionPoints(record),
      };
    });
    await tx.execute(sql`
      UPDATE alert_rule r SET true_positive = g.yes, false_positive = g.no, benign = g.benign, points = g.points
      FROM jsonb_to_recordset(${JSON.stringify(input)}::jsonb) AS g(id text, yes integer, no integer, benign integer, points smallint)
      WHERE r.rule_id = g.id`);
  });
}

/** Open alerts of rules whose record moved get their new place, slice by slice, in the order in which all lock alerts. */
async function rerank(state: Pick<State, "db" | "transaction">): Promise<void> {
  const { rows } = await state.db.execute<{ rule_id: string; points: number }>(
    sql`SELECT rule_id, points FROM alert_rule WHERE points <> applied_points ORDER BY rule_id`,
  );
  for (const { rule_id: ruleId, points } of rows) {
    let after = { entity_kind: "", entity: "", unit_id: "" };
    for (let isMore = true; isMore; ) {
      const slice = await state.transaction((tx) =>
        tx.execute<typeof after>(sql`
          WITH next AS MATERIALIZED (
            SELECT id, entity_kind, entity, unit_id FROM alert
            WHERE rule_id = ${ruleId} AND status <> 'closed'
              AND (entity_kind, entity, unit_id) > (${after.entity_kind}, ${after.entity}, ${after.unit_id})
            ORDER BY rule_id, entity_kind, entity, unit_id LIMIT ${SLICE} FOR UPDATE
          ), placed AS (
            UPDATE alert SET precision_points = ${points}::smallint
            FROM next WHERE alert.id = next.id AND alert.precision_points <> ${points}::smallint
          )
          SELECT entity_kind, entity, unit_id FROM next ORDER BY entity_kind DESC, entity DESC, unit_id DESC LIMIT 1`),
      );
      const last = slice.rows[0];
      isMore = last !== undefined;
      if (last) after = last;
    }
    await state.db.execute(sql`UPDATE alert_rule SET applied_points = ${points}::smallint WHERE rule_id = ${ruleId}`);
  }
}

async function analyzeWhenGrown(state: Pick<State, "db">): Promise<void> {
  const { rows } = await state.db.execute<{ known: number; n: string }>(sql`
    SELECT (SELECT reltuples::float8 FROM pg_class WHERE oid = 'alert'::regclass) AS known,
      (SELECT coalesce(sum(n), 0)::text FROM alert_tally) AS n`);
  const [known, n] = [Number(rows[0]?.known ?? 0), Number(rows[0]?.n ?? 0)];
  if (n >= WORTH_LOOKING && n > known * GROWN) await state.db.execute(sql`ANALYZE alert, alert_tally, alert_hour`);
}
