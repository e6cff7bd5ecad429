import { unitsUnder } from "../../monitor/alert/index.ts";
import { filterRules, type RuleRow, readRows } from "../../monitor/rule/index.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import type { RuleBoard, RuleFigures, RuleSort, RulesQuery } from "./contract.ts";
import type { DashboardDeps } from "./deps.ts";
import { rangeOf } from "./span.ts";
import { alertsByRule } from "./store.ts";
import { orNull } from "./unknown.ts";

type Row = Omit<RuleFigures, "trend">;

/** Detection rules by what they did in the range. */
export async function readRuleBoard(ctx: Ctx, query: RulesQuery, deps: DashboardDeps): Promise<RuleBoard> {
  const range = rangeOf(ctx.now(), query.days);
  const below = await unitsUnder(ctx.state, query.under);
  const within = (scope: UnitScope): UnitScope => narrowed(narrowed(scope, query.unit), below);
  const scope = within(ctx.units("rule:read"));
  const asked = { scope, fromMs: Date.parse(range.from), toMs: Date.parse(range.to) };
  const [{ rows: all }, alerts, byDay] = await Promise.all([
    readRows(ctx, asked, { deps: deps.rules, withLogs: false }),
    alertsByRule(ctx.state, within(ctx.units("alert:read")), range),
    orNull(() => deps.trends.all(asked)),
  ]);
  const rows = filterRules(all, { q: query.q, level: query.level?.length ? query.level : undefined })
    .map((row) => rowOf(row, alerts.get(row.id) ?? 0))
    .filter((row) => query.show === "all" || hasFired(row));
  const shown = sorted(rows, query).slice(0, query.limit);
  const trends = await orNull(() =>
    deps.trends.of(
      shown.map(({ id }) => id),
      asked,
    ),
  );
  const none = byDay?.map(() => 0) ?? [];
  return {
    at: ctx.now().toISOString(),
    range,
    rows: shown.map((row) => ({ ...row, trend: trends && (trends.get(row.id)?.map(({ count }) => count) ?? none) })),
    total: rows.length,
    byDay: byDay && [...byDay],
  };
}

/** Of the units asked for those that the reader may see. */
function narrowed(scope: UnitScope, units: readonly string[] | undefined): UnitScope {
  if (units === undefined || units.length === 0) return scope;
  return { all: false, ids: scope.all ? units : units.filter((id) => scope.ids.includes(id)) };
}

const rowOf = (row: RuleRow, alerts: number): Row => ({
  id: row.id,
  title: row.title,
  titleJa: row.titleJa,
  level: row.level,
  isEnabled: row.isEnabled,
  fires: row.hits,
  suppressed: row.excepted,
  lastFiredAt: row.lastHitAt,
  alerts,
  found: row.alerts,
  precision: row.precision,
  cost: row.cost?.microsecondsPerEvent ?? null,
});

const hasFired = ({ fires, suppressed, alerts }: Row): boolean => (fires ?? 0) + (suppressed ?? 0) + alerts > 0;

/** null = not known: last, whichever way the rest is sorted. */
const KEYS: Readonly<Record<RuleSort, (row: Row) => number | null>> = {
  fires: ({ fires }) => fires,
  alerts: ({ alerts }) => alerts,
  open: ({ found }) => found.open,
  false: ({ found }) => found.falsePositive,
  precision: ({ precision }) => precision?.share ?? null,
  suppressed: ({ suppressed }) => suppressed,
  cost: ({ cost }) => cost,
  last: ({ lastFiredAt }) => (lastFiredAt === null ? null : Date.parse(lastFiredAt)),
};

export function sorted(rows: readonly Row[], { sort, order }: Pick<RulesQuery, "sort" | "order">): Row[] {
  const key = KEYS[sort];
  const sign = order === "desc" ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || byTitle(one, other);
    return sign * (a - b) || byTitle(one, other);
  });
}

const byTitle = (one: Row, other: Row): number =>
  one.title < other.title ? -1 : Number(one.title > other.title) || (one.id < other.id ? -1 : 1);
