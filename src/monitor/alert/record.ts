import { sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import type { DetectionGroup } from "../event/index.ts";
import { rememberTouched } from "./entities.ts";
import { rememberFirsts } from "./firsts.ts";
import { type GroupRow, mergeGroups } from "./grouping.ts";
import { alertCheckpoint } from "./schema.ts";
import { rememberWords } from "./words.ts";

const ROWS_PER_STATEMENT = 2_000;
/** Of when an alert was seen so much is kept, back from the last detection. */
const RUN_DAYS = 90;

export type Recorded = { readonly created: number; readonly updated: number };

/**
 * Counts a batch's detections into alerts: one statement per 2,000 (rule, entity, unit) triples. An open alert grows; a
 * closed one stays closed and a new one, which names it, takes over. Not idempotent by itself: the caller moves its
 * checkpoint in the same transaction.
 */
export async function recordDetectionGroups(
  tx: StateTx,
  groups: readonly DetectionGroup[],
  now: Date,
): Promise<Recorded> {
  const rows = mergeGroups(groups, now.getTime());
  let created = 0;
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    created += await upsert(tx, rows.slice(from, from + ROWS_PER_STATEMENT), now);
  }
  return { created, updated: rows.length - created };
}

type Written = { is_new: boolean; id: string } & Pick<GroupRow, "rule_id" | "entity_kind" | "entity" | "unit_id">;

const rank = (column: string) =>
  sql.raw(`array_position(ARRAY['informational', 'low', 'medium', 'high', 'critical'], ${column})`);

/** As `isLaterSample`. */
const IS_LATER = sql.raw(`(excluded.last_at, (excluded.sample ->> 'dataset') COLLATE "C")
  > (alert.last_at, (alert.sample ->> 'dataset') COLLATE "C")`);

/** Rows are locked in key order here and in bulk changes, so that the two wait for each other and never deadlock. */
async function upsert(tx: StateTx, rows: readonly GroupRow[], now: Date): Promise<number> {
  const nowMs = now.getTime();
  const input = JSON.stringify(rows.map(({ touched: _, ...row }) => ({ ...row, id: newId("alert", nowMs) })));
  const result = await tx.execute<Written>(sql`
    INSERT INTO alert (id, rule_id, rule_title, rule_author, tactics, techniques, level, level_at, precision_points, entity_kind,
      entity, unit_id, source_id, count, first_at, last_at, runs, created_at, updated_at, recurrence, former_id, sample, search_text)
    SELECT g.id, g.rule_id, g.rule_title, g.rule_author, g.tactics, g.techniques, g.level, to_timestamp(g.first_ms / 1000.0),
      coalesce((SELECT r.points FROM alert_rule r WHERE r.rule_id = g.rule_id), 0), g.entity_kind, g.entity, g.unit_id, g.source_id, g.count, to_timestamp(g.first_ms / 1000.0), to_timestamp(g.last_ms / 1000.0),
      (SELECT range_agg(tstzrange(to_timestamp((s ->> 0)::bigint / 1000.0), to_timestamp((s ->> 1)::bigint / 1000.0) + interval '48 hours', '[]'))
        FROM jsonb_array_elements(g.spans) s),
      to_timestamp(${nowMs}::bigint / 1000.0), to_timestamp(${nowMs}::bigint / 1000.0),
      coalesce(former.recurrence + 1, 0), former.id, g.sample, g.search_text
    FROM jsonb_to_recordset(${input}::jsonb) AS g(id text, rule_id text, rule_title text, rule_author text,
      tactics text[], techniques text[], level text, entity_kind text, entity text, unit_id text, source_id text,
      count bigint, first_ms bigint, last_ms bigint, spans jsonb, sample jsonb, search_text text)
    LEFT JOIN LATERAL (
      SELECT f.id, f.recurrence FROM alert f
      WHERE f.rule_id = g.rule_id AND f.entity_kind = g.entity_kind AND f.entity = g.entity AND f.unit_id = g.unit_id
        AND f.status = 'closed'
      ORDER BY f.last_at DESC, f.id DESC LIMIT 1
    ) former ON true
    ORDER BY g.rule_id, g.entity_kind, g.entity, g.unit_id
    ON CONFLICT (rule_id, entity_kind, entity, unit_id) WHERE status <> 'closed' DO UPDATE SET
      count = alert.count + excluded.count,
      first_at = least(alert.first_at, excluded.first_at),
      runs = (alert.runs + excluded.runs) * tstzmultirange(tstzrange(
        greatest(alert.last_at, excluded.last_at) - make_interval(days => ${RUN_DAYS}), NULL)),
      last_at = greatest(alert.last_at, excluded.last_at),
      level = CASE WHEN ${rank("excluded.level")} > ${rank("alert.level")} THEN excluded.level ELSE alert.level END,
      level_at = CASE WHEN ${rank("excluded.level")} > ${rank("alert.level")} THEN excluded.first_at ELSE alert.level_at END,
      rule_title = excluded.rule_title,
      rule_author = excluded.rule_author,
      tactics = excluded.tactics,
      techniques = excluded.techniques,
      source_id = excluded.source_id,
      sample = CASE WHEN ${IS_LATER} THEN excluded.sample ELSE alert.sample END,
      search_text = CASE WHEN ${IS_LATER} THEN excluded.search_text ELSE alert.search_text END,
      updated_at = excluded.updated_at
    RETURNING (xmax = 0) AS is_new, id, rule_id, entity_kind, entity, unit_id`);
  await rememberFirsts(tx, rows);
  await rememberTouched(tx, rows, result.rows);
  await rememberWords(tx, rows, result.rows);
  return result.rows.filter((row) => row.is_new).length;
}

/** Where the pipeline hands its detections over. The checkpoint and the counts move in one transaction. */
export function createAlertSink(state: Pick<State, "db" | "transaction">, now: () => Date) {
  return {
    /** The last record of the stream whose detections are counted; -1 when none is. */
    async checkpoint(stream: number): Promise<number> {
      const [row] = await state.db
        .select({ seq: alertCheckpoint.seq })
        .from(alertCheckpoint)
        .where(sql`${alertCheckpoint.stream} = ${stream}`);
      return row?.seq ?? -1;
    },
    /** Counts the groups and moves the checkpoint to `seq`; a seq at or before the checkpoint changes nothing. */
    async record(stream: number, seq: number, groups: readonly DetectionGroup[]): Promise<void> {
      await state.transaction(async (tx) => {
        const moved = await tx.execute(sql`
          INSERT INTO alert_checkpoint (stream, seq) VALUES (${stream}, ${seq})
          ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq WHERE alert_checkpoint.seq < excluded.seq
          RETURNING seq`);
        if (moved.rows.length === 0) return;
        if (groups.length > 0) await recordDetectionGroups(tx, groups, now());
      });
    },
  };
}
