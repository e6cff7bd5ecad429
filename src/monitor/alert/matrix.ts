import { and, type SQL, sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertMatrix, AlertMatrixQuery, Level, MisratedRule } from "./contract.ts";
import { HOURS } from "./counts.ts";
import { inScope, LEVEL_OF_RANK, rankOf, type Scope, textArray } from "./filter.ts";
import { shareOf } from "./precision.ts";
import { unitsUnder } from "./ready.ts";

const HOUR_MS = 3_600_000;
const MAX_LISTED = 50;
const MAX_RULE_ROWS = 50_000;

/** The two severities of the alerts opened in a period, and the rules whose analysts keep saying something else. */
export async function readMatrix(db: StateDb, query: AlertMatrixQuery, scope: Scope): Promise<AlertMatrix> {
  const from = new Date(Math.floor(Date.parse(query.from) / HOUR_MS) * HOUR_MS).toISOString();
  const to = new Date(Math.ceil(Date.parse(query.to) / HOUR_MS) * HOUR_MS).toISOString();
  const below = await unitsUnder(db, query.under);
  const where = and(inScope(scope), ...[query.unit, below].filter((ids) => ids?.length).map(isOneOf)) ?? sql`true`;
  const { rows } = await db.execute<{ level: Level; expert: Level | ""; n: string }>(sql`
    SELECT a.level, a.expert_severity AS expert, sum(a.n)::text AS n FROM ${HOURS}
    WHERE a.hour >= ${from}::timestamptz AND a.hour < ${to}::timestamptz AND ${where}
    GROUP BY a.level, a.expert_severity HAVING sum(a.n) <> 0`);
  // One row per rule, level and verdict; an act that judged a rule's alerts of one level differently counts once for each.
  const judged = await db.execute<JudgedRow>(sql`
    SELECT j.rule_id, max(r.title) AS title, j.level, j.expert_severity AS expert, count(*)::text AS acts, sum(j.alerts)::text AS alerts
    FROM (
      SELECT a.rule_id, a.change_id, a.level, a.expert_severity, sum(a.alerts) AS alerts
      FROM alert_judgment a JOIN alert_change c ON c.id = a.change_id
      WHERE c.at >= ${from}::timestamptz AND c.at < ${to}::timestamptz AND ${where}
      GROUP BY a.rule_id, a.change_id, a.level, a.expert_severity HAVING sum(a.alerts) > 0
    ) j LEFT JOIN alert_rule r ON r.rule_id = j.rule_id
    GROUP BY j.rule_id, j.level, j.expert_severity ORDER BY j.rule_id LIMIT ${MAX_RULE_ROWS}`);
  return {
    from,
    to,
    cells: rows.map(({ level, expert, n }) => ({
      level,
      expertSeverity: expert === "" ? null : expert,
      count: Number(n),
    })),
    ...misrated(
      judged.rows.map((row) => ({
        ...row,
        acts: Number(row.acts),
        alerts: Number(row.alerts),
        title: row.title ?? row.rule_id,
      })),
    ),
  };
}

const isOneOf = (unitIds: readonly string[] = []): SQL => sql`a.unit_id = ANY(${textArray(unitIds)})`;

type JudgedRow = { rule_id: string; title: string | null; level: Level; expert: Level; acts: string; alerts: string };
export type Judged = { rule_id: string; title: string; level: Level; expert: Level; acts: number; alerts: number };

/**
 * A rule is underrated when the whole 95 % interval of the share of acts above its level lies over one half, overrated when that of the
 * acts below does: five of five, seven of eight, never two of two. Source of the interval: `precision.ts`.
 */
export function misrated(judged: readonly Judged[]): Pick<AlertMatrix, "underrated" | "overrated" | "judgedRules"> {
  const rules = [...Map.groupBy(judged, ({ rule_id }) => rule_id).values()];
  const listed = (side: "above" | "below"): MisratedRule[] =>
    rules
      .map((rows) => ratedRule(rows, side))
      .filter(({ share }) => share.low > 0.5)
      .sort((one, two) => two.share.low - one.share.low || (one.id < two.id ? -1 : 1))
      .slice(0, MAX_LISTED);
  return { underrated: listed("above"), overrated: listed("below"), judgedRules: rules.length };
}

function ratedRule(rows: readonly Judged[], side: "above" | "below"): MisratedRule {
  const acts = (test: (row: Judged) => boolean): number => rows.filter(test).reduce((sum, row) => sum + row.acts, 0);
  const difference = ({ level, expert }: Judged): number => rankOf(expert) - rankOf(level);
  const above = acts((row) => difference(row) > 0);
  const same = acts((row) => difference(row) === 0);
  const below = acts((row) => difference(row) < 0);
  const yes = side === "above" ? above : below;
  return {
    id: rows[0]?.rule_id ?? "",
    title: rows[0]?.title ?? "",
    level: mostActs(rows, ({ level }) => level),
    above,
    same,
    below,
    alerts: rows.reduce((sum, row) => sum + row.alerts, 0),
    share: shareOf(yes, above + same + below - yes),
    usual: mostActs(rows, ({ expert }) => expert),
  };
}

/** The level with most acts; of equals the higher. */
function mostActs(rows: readonly Judged[], levelOf: (row: Judged) => Level): Level {
  const sums = LEVEL_OF_RANK.map((level) => ({
    level,
    acts: rows.filter((row) => levelOf(row) === level).reduce((sum, row) => sum + row.acts, 0),
  }));
  return sums.reduce((best, one) => (one.acts >= best.acts ? one : best)).level;
}
