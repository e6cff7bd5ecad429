import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type FilterReport, type Finding, messageOf } from "../detect/index.ts";
import { isOverBudget } from "./budget-reason.ts";
import type { RuleCatalog } from "./catalog.ts";
import type { CompileRules } from "./compiled.ts";
import type {
  RejectedRule,
  RuleDetail,
  RuleFacetQuery,
  RuleFacets,
  RuleListQuery,
  RulePage,
  RuleRow,
  RuleTitles,
  SigmaFilters,
} from "./contract.ts";
import { isCorrelation } from "./documents.ts";
import type { CatalogEntry } from "./entry.ts";
import type { LogSourceFinder } from "./figures/log-sources.ts";
import type { HitRange, RuleHitCounter, Scope } from "./hits.ts";
import { filterRules, pageOf, type RuleAlerts, ruleFacets, ruleRow, sortRules } from "./listing.ts";
import { namedRule, relativesOf } from "./relatives.ts";
import type { ReloadDeps } from "./reload.ts";
import { readRuleStory } from "./rule-text.ts";
import type { FindEvents, TryRule } from "./sample/tried.ts";
import { readVersions, readVersionText } from "./store.ts";

/** What rules need to know from elsewhere. */
export type RuleDeps = ReloadDeps & {
  readonly catalog: RuleCatalog;
  readonly compile: CompileRules;
  readonly hits: RuleHitCounter;
  readonly logSources: LogSourceFinder;
  /** What is odd in a rule's text, by line. */
  readonly lint: (text: string) => Promise<readonly Finding[]>;
  /** Runs a rule over lines in a worker. */
  readonly tryRule: TryRule;
  /** Stored events to try a rule on. */
  readonly findEvents: FindEvents;
  /** What analysts found of each rule's alerts, in the units that the person may see. */
  readonly alertFigures: (ctx: Ctx, scope: Scope) => Promise<ReadonlyMap<string, RuleAlerts>>;
  /** What a rule costs, by its origin and id; undefined = not measured. `budget`: microseconds per event; 0 = none. */
  readonly costs: {
    readonly of: (origin: string, ruleId: string) => RuleRow["cost"] | undefined;
    readonly budget: number;
  };
  /** Sigma filters in force; `narrowed`: how many rules each narrows; `appliesTo`: the first of them. */
  readonly filters: () => readonly (FilterReport & { readonly narrowed: number })[];
};

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_RANGE_MS = 400 * DAY_MS;
const DETAIL_DAYS = 30;
const MAX_REJECTED = 2_000;
const MAX_FILTERS = 500;

type Ranged = { from?: string | undefined; to?: string | undefined; days?: number | undefined };

export function rangeOf(ctx: Ctx, { from, to, days }: Ranged): HitRange {
  const toMs = to === undefined ? ctx.now().getTime() : Date.parse(to);
  const fromMs = from === undefined ? toMs - (days ?? DEFAULT_DAYS) * DAY_MS : Date.parse(from);
  if (!(fromMs < toMs) || toMs - fromMs > MAX_RANGE_MS) {
    throw new AppError("invalid", "The time range must end after it begins, within 400 days.");
  }
  return { scope: ctx.units("rule:read"), fromMs, toMs };
}

/** All rows with their figures. Hits that cannot be counted now are null and say why; anything else that fails, fails. */
export async function readRows(
  ctx: Ctx,
  range: HitRange,
  { deps, withLogs }: { deps: RuleDeps; withLogs: boolean },
): Promise<{ rows: RuleRow[]; hitsProblem?: string }> {
  const nowMs = ctx.now().getTime();
  const alerts = await deps.alertFigures(ctx, range.scope);
  const { value: hits, problem: hitsProblem } = await orProblem(() => deps.hits.byRule(range));
  const { value: seenLogs } = withLogs ? await orProblem(() => deps.logSources(range)) : {};
  const figures = { hits, alerts, seenLogs, costOf: costOf(deps), nowMs };
  const rows = [...deps.catalog.entries().values()].map((entry) => ruleRow(entry, figures));
  return { rows, ...(hitsProblem !== undefined && { hitsProblem }) };
}

/** A rule that is off has no cost, though the file that holds it may run for the sake of others. Correlations are not measured. */
const costOf =
  ({ costs }: RuleDeps) =>
  ({ facts, origin, parts, isEnabled }: CatalogEntry): RuleRow["cost"] =>
    (isEnabled && parts === undefined && costs.of(origin, facts.id)) || null;

async function orProblem<T>(work: () => Promise<T>): Promise<{ value?: T; problem?: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof AppError && error.code !== "invalid") return { problem: error.code };
    throw error;
  }
}

/** Only silence needs to know which logs arrive. */
const asksForLogs = ({ health }: { health?: readonly string[] | undefined }): boolean =>
  health?.some((one) => one === "quiet" || one === "no-logs") ?? false;

export async function listRules(ctx: Ctx, query: RuleListQuery, deps: RuleDeps): Promise<RulePage> {
  const range = rangeOf(ctx, query);
  const { rows, hitsProblem } = await readRows(ctx, range, { deps, withLogs: asksForLogs(query) });
  const found = sortRules(filterRules(rows, query), query);
  return {
    ...pageOf(found, query),
    total: found.length,
    enabledTotal: rows.filter((row) => row.isEnabled).length,
    filtersTotal: deps.filters().length,
    rejectedTotal: deps.catalog.rejected().length,
    overBudgetTotal: rows.filter((row) => !row.isEnabled && isOverBudget(row.override?.reason ?? "")).length,
    ...(hitsProblem !== undefined && { hitsProblem }),
    range: { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() },
  };
}

export async function readRuleFacets(ctx: Ctx, query: RuleFacetQuery, deps: RuleDeps): Promise<RuleFacets> {
  const { rows } = await readRows(ctx, rangeOf(ctx, query), { deps, withLogs: asksForLogs(query) });
  return ruleFacets(rows, query);
}

export function listRejected({ catalog }: RuleDeps): { items: RejectedRule[]; total: number } {
  const rejected = catalog.rejected();
  return { items: rejected.slice(0, MAX_REJECTED), total: rejected.length };
}

/** Sigma filters with the rules that each narrows. */
export function listFilters({ filters, catalog }: Pick<RuleDeps, "filters" | "catalog">): SigmaFilters {
  const all = filters();
  const named = (id: string) => namedRule(id, catalog.entries().get(id));
  const items = all.slice(0, MAX_FILTERS).map(({ id, title, origin, line, narrowed, appliesTo, warnings }) => ({
    id,
    title,
    origin,
    ...(line !== undefined && { line }),
    narrowed,
    rules: appliesTo.map(named),
    warnings: warnings.map(({ code, values }) => ({
      code,
      values: { ...values },
      message: messageOf({ code, values }),
    })),
  }));
  return { items, total: all.length };
}

/** What rules are called in Japanese, of those that say. */
export function readRuleTitles({ catalog }: Pick<RuleDeps, "catalog">): RuleTitles {
  const named = [...catalog.entries()].filter(([, { titleJa }]) => titleJa !== "");
  return { ja: Object.fromEntries(named.map(([id, { titleJa }]) => [id, titleJa])) };
}

/** One rule with its text and story. Errors: `not_found`. */
export async function readRule(ctx: Ctx, id: string, deps: RuleDeps): Promise<RuleDetail> {
  const entry = deps.catalog.entries().get(id);
  if (!entry) throw ruleNotFound();
  const toMs = ctx.now().getTime();
  const range = { scope: ctx.units("rule:read"), fromMs: toMs - DETAIL_DAYS * DAY_MS, toMs };
  const alerts = await deps.alertFigures(ctx, range.scope);
  const { value: hits } = await orProblem(() => deps.hits.byRule(range));
  const { value: seenLogs } = await orProblem(() => deps.logSources(range));
  const { value: hitsByDay } = await orProblem(() => deps.hits.byDay(id, range));
  const versions = await readVersions(ctx.state, id);
  const text = deps.catalog.textOf(id) ?? "";
  return {
    ...ruleRow(entry, { hits, alerts, seenLogs, costOf: costOf(deps), nowMs: toMs }),
    ...readRuleStory(text),
    ...relativesOf(entry, deps.catalog.entries()),
    text,
    isCorrelation: isCorrelation(text, id),
    version: entry.kind === "own" ? (versions[0]?.version ?? null) : null,
    versions,
    costBudget: deps.costs.budget > 0 ? deps.costs.budget : null,
    hitsByDay: hitsByDay ?? null,
  };
}

export async function readRuleVersion(ctx: Ctx, input: { id: string; version: number }) {
  const text = await readVersionText(ctx.state, input.id, input.version);
  if (text === undefined) throw new AppError("not_found", "There is no such version of this rule.");
  return { version: input.version, text };
}

export const ruleNotFound = (): AppError =>
  new AppError("not_found", "There is no such rule among those that compile.");
