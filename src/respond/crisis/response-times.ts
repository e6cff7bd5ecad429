import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { inScope, textArray } from "../incident/index.ts";
import { MEASURES, ResponseTimes, type ResponseTimesQuery } from "./contract.ts";

/** Five years and a day: so many months at most. */
const MAX_RANGE_MS = 1_827 * 86_400_000;
const MAX_UNITS = 2_000;

const Row = z.object({
  isUnit: z.coerce.number(),
  isMonth: z.coerce.number(),
  unitId: z.string().nullable(),
  month: z.string().nullable(),
  incidents: z.coerce.number(),
  returned: z.coerce.number(),
  measures: ResponseTimes.shape.total,
});

/** Median and p90 per unit and month of the incidents detected in the range. Errors: `invalid` when it is too long. */
export async function readResponseTimes(ctx: Ctx, query: ResponseTimesQuery): Promise<ResponseTimes> {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  if (to <= from || to - from > MAX_RANGE_MS)
    throw new AppError("invalid", "The range must be at most five years long.");
  const scope = ctx.units("incident:read");
  const within = query.unit === undefined ? sql`true` : sql`i.unit_id = ANY(${textArray(query.unit)})`;
  const filter = sql`${inScope(sql`i.unit_id`, scope)} AND ${within}`;
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { rows } = await ctx.state.execute(figures(filter, range));
  const found = rows.map((row) => Row.parse(row));
  const total = found.find(({ isUnit, isMonth }) => isUnit === 1 && isMonth === 1);
  const undeclared = await ctx.state.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM incident i LEFT JOIN crisis_state s ON s.incident_id = i.id
    WHERE s.detected_at IS NULL AND i.opened_at >= ${range.from}::timestamptz AND i.opened_at < ${range.to}::timestamptz
      AND ${filter}`);
  return {
    total: total?.measures ?? NOTHING,
    incidents: total?.incidents ?? 0,
    undeclared: Number(undeclared.rows[0]?.n ?? 0),
    returned: total?.returned ?? 0,
    units: found
      .filter(({ isUnit }) => isUnit === 0)
      .map((row) => ({ unitId: row.unitId ?? "", incidents: row.incidents, ...row.measures })),
    months: found
      .filter(({ isMonth }) => isMonth === 0)
      .map((row) => ({ month: row.month ?? "", incidents: row.incidents, ...row.measures })),
  };
}

/** The same rules as `durationsOf`: what lies before its beginning is not a duration. */
const figures = (filter: SQL, range: { readonly from: string; readonly to: string }): SQL => sql`
  WITH moments AS (
    SELECT i.unit_id, s.returns, s.detected_at, s.contained_at, s.restored_at,
      least(i.opened_at, (SELECT min(a.first_at) FROM incident_alert l JOIN alert a ON a.id = l.alert_id
        WHERE l.incident_id = i.id AND l.removed_entry IS NULL)) AS began_at,
      least(CASE WHEN i.claimed_at >= s.detected_at THEN i.claimed_at END,
        CASE WHEN p.started_at >= s.detected_at THEN p.started_at END) AS taken_at
    FROM crisis_state s
    JOIN incident i ON i.id = s.incident_id
    LEFT JOIN crisis_step p ON p.incident_id = i.id AND p.step = 'analyze'
    WHERE s.detected_at >= ${range.from}::timestamptz AND s.detected_at < ${range.to}::timestamptz AND ${filter}
  ), durations AS (
    SELECT unit_id, to_char(detected_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, returns,
      ${span("began_at", "detected_at")} AS detect, ${span("detected_at", "taken_at")} AS acknowledge,
      ${span("detected_at", "contained_at")} AS contain, ${span("detected_at", "restored_at")} AS restore
    FROM moments
  )
  SELECT grouping(unit_id) AS "isUnit", grouping(month) AS "isMonth", unit_id AS "unitId", month,
    count(*) AS incidents, count(*) FILTER (WHERE returns > 0) AS returned,
    jsonb_build_object(${sql.join(MEASURES.map(figureOf), sql`, `)}) AS measures
  FROM durations GROUP BY GROUPING SETS ((), (unit_id), (month))
  ORDER BY grouping(unit_id) + grouping(month) DESC, grouping(month), month, unit_id LIMIT ${MAX_UNITS}`;

const span = (from: string, to: string): SQL =>
  sql.raw(`CASE WHEN ${to} >= ${from} THEN extract(epoch FROM ${to} - ${from}) * 1000 END`);

const figureOf = (name: (typeof MEASURES)[number]): SQL =>
  sql.raw(`'${name}', jsonb_build_object('count', count(${name}),
    'medianMs', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${name}),
    'p90Ms', percentile_cont(0.9) WITHIN GROUP (ORDER BY ${name}))`);

const NONE = { count: 0, medianMs: null, p90Ms: null };
const NOTHING = { detect: NONE, acknowledge: NONE, contain: NONE, restore: NONE };
