import { type SQL, sql } from "drizzle-orm";
import type { StateDb } from "../../platform/state/index.ts";
import type { AlertCounts, Level } from "./contract.ts";
import { type Asking, inScope, LEVEL_OF_RANK, type Scope, whereOf } from "./filter.ts";
import type { RuleRecord } from "./precision.ts";
import { TALLIED } from "./tally.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type CountsAsking = Asking & {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly now: Date;
};
type CountedRow = {
  status: "open" | "in-progress" | "closed";
  severity: number;
  level: Level;
  expert_severity: Level | null;
  n: string;
  unassigned: string;
  mine: string;
};

/** Alerts by status × severity, and by the rule's level × the analyst's severity: from kept counts, or by last seen in a range. */
export async function countByStatus(db: StateDb, { scope, me, from, to, now }: CountsAsking): Promise<AlertCounts> {
  const isRange = from !== undefined || to !== undefined;
  const source = isRange ? sql`(SELECT *, 1 AS n FROM alert) a` : TALLIED;
  const sum = (condition: SQL): SQL => sql`coalesce(sum(a.n) FILTER (WHERE ${condition}), 0)::text`;
  const { rows } = await db.execute<CountedRow>(sql`
    SELECT a.status, a.severity, a.level, a.expert_severity, sum(a.n)::text AS n,
      ${sum(sql`a.assignee_id IS NULL AND a.status <> 'closed'`)} AS unassigned,
      ${sum(sql`a.assignee_id = ${me} AND a.status <> 'closed'`)} AS mine
    FROM ${source} WHERE ${whereOf({ from, to }, scope, me)}
    GROUP BY a.status, a.severity, a.level, a.expert_severity HAVING sum(a.n) > 0`);
  const total = (pick: (row: CountedRow) => string, of = rows): number =>
    of.reduce((sumSoFar, row) => sumSoFar + Number(pick(row)), 0);
  const cells = (["open", "in-progress", "closed"] as const).flatMap((status) =>
    LEVEL_OF_RANK.map((severity, index) => {
      const here = rows.filter((row) => row.status === status && Number(row.severity) === index + 1);
      return { status, severity, count: total(({ n }) => n, here) };
    }),
  );
  return {
    total: total(({ n }) => n),
    unassigned: total((row) => row.unassigned),
    mine: total((row) => row.mine),
    createdLastDay: await createdSince(db, now.getTime() - DAY_MS, scope),
    cells,
    judged: judgedCells(rows),
  };
}

/** Whole hours from kept counts, the part of an hour before them from the alerts. */
async function createdSince(db: StateDb, sinceMs: number, scope: Scope): Promise<number> {
  const nextHourMs = Math.ceil(sinceMs / HOUR_MS) * HOUR_MS;
  const [since, nextHour] = [new Date(sinceMs).toISOString(), new Date(nextHourMs).toISOString()];
  const { rows } = await db.execute<{ n: string }>(sql`
    SELECT ((SELECT coalesce(sum(a.n), 0) FROM ${HOURS} WHERE a.hour >= ${nextHour}::timestamptz AND ${inScope(scope)})
      + (SELECT count(*) FROM alert a
         WHERE a.created_at >= ${since}::timestamptz AND a.created_at < ${nextHour}::timestamptz AND ${inScope(scope)}))::text AS n`);
  return Number(rows[0]?.n ?? 0);
}

/** Alerts by the hour of their opening. */
export const HOURS = sql`(SELECT * FROM alert_hour UNION ALL SELECT * FROM alert_hour_new) a`;

function judgedCells(rows: readonly CountedRow[]): AlertCounts["judged"] {
  const counts = new Map<string, AlertCounts["judged"][number]>();
  for (const { level, expert_severity: expertSeverity, n } of rows) {
    if (expertSeverity === null) continue;
    const key = `${level}/${expertSeverity}`;
    const count = (counts.get(key)?.count ?? 0) + Number(n);
    counts.set(key, { level, expertSeverity, count });
  }
  return [...counts.values()];
}

export type RuleFigures = RuleRecord & { readonly open: number };

/** Open alerts of each rule, and in how many acts of closing analysts found what of it, within the scope. */
export async function alertFiguresByRule(db: StateDb, scope: Scope): Promise<Map<string, RuleFigures>> {
  const open = db.execute<{ rule_id: string; n: string }>(sql`
    SELECT a.rule_id, sum(a.n)::text AS n FROM ${TALLIED} WHERE a.status <> 'closed' AND ${inScope(scope)} GROUP BY a.rule_id`);
  const verdicts = db.execute<VerdictRow>(verdictsOf(inScope(scope)));
  const figures = new Map<string, RuleFigures>();
  for (const row of (await verdicts).rows) figures.set(row.rule_id, { open: 0, ...recordOf(row) });
  for (const { rule_id, n } of (await open).rows) {
    const known = figures.get(rule_id) ?? { truePositive: 0, falsePositive: 0, benign: 0 };
    figures.set(rule_id, { ...known, open: Number(n) });
  }
  return figures;
}

export type VerdictRow = { rule_id: string; true_positive: string; false_positive: string; benign: string };

export const recordOf = (row: VerdictRow): RuleRecord => ({
  truePositive: Number(row.true_positive),
  falsePositive: Number(row.false_positive),
  benign: Number(row.benign),
});

/** One verdict per rule and act that still closes an alert of it; `where` is on the table `a`. */
export const verdictsOf = (where: SQL): SQL => sql`
  SELECT v.rule_id, count(*) FILTER (WHERE v.disposition = 'true-positive')::text AS true_positive,
    count(*) FILTER (WHERE v.disposition = 'false-positive')::text AS false_positive,
    count(*) FILTER (WHERE v.disposition = 'benign')::text AS benign
  FROM (SELECT a.rule_id, a.change_id, a.disposition FROM alert_verdict a WHERE ${where}
    GROUP BY a.rule_id, a.change_id, a.disposition HAVING sum(a.alerts) > 0) v
  GROUP BY v.rule_id`;
