import { AppError } from "../../kernel/errors.ts";
import { precisionOf } from "../alert/index.ts";
import type { LogSource } from "../event/index.ts";
import type { RuleFacets, RuleFilter, RuleListQuery, RuleRow } from "./contract.ts";
import type { CatalogEntry } from "./entry.ts";
import { healthOf } from "./figures/health.ts";
import { isOnTrial } from "./trial.ts";

const LEVELS = ["informational", "low", "medium", "high", "critical"];
const MAX_FACET_VALUES = 200;

export type RuleHits = { readonly count: number; readonly excepted: number; readonly lastAt: string };
export type RuleAlerts = RuleRow["alerts"];
export type RowFigures = {
  /** undefined = hits could not be counted. */
  readonly hits: ReadonlyMap<string, RuleHits> | undefined;
  readonly alerts: ReadonlyMap<string, RuleAlerts>;
  readonly costOf: (entry: CatalogEntry) => RuleRow["cost"];
  readonly nowMs: number;
  /** undefined = not looked up, or not known now. */
  readonly seenLogs?: ((wanted: LogSource) => boolean) | undefined;
};

const NO_ALERTS: RuleAlerts = { open: 0, truePositive: 0, falsePositive: 0, benign: 0 };

/** A catalog entry with its figures, as the web sees it. */
export function ruleRow(entry: CatalogEntry, figures: RowFigures): RuleRow {
  const { facts, logsource, override } = entry;
  const alerts = figures.alerts.get(facts.id) ?? NO_ALERTS;
  const row = {
    id: facts.id,
    title: facts.title,
    titleJa: entry.titleJa,
    level: facts.level,
    status: entry.status,
    logsource: { product: logsource.product, category: logsource.category, service: logsource.service },
    tags: [...entry.tags],
    tactics: [...facts.tactics],
    techniques: [...facts.techniques],
    author: facts.author,
    kind: entry.kind,
    origin: entry.kind === "own" ? "own" : entry.origin,
    pack: entry.pack ?? null,
    overrides: entry.overrides,
    isEnabled: entry.isEnabled,
    isPart: entry.isPart ?? false,
    trial: isOnTrial(override, figures.nowMs) ? { until: override?.trial?.until?.toISOString() ?? null } : null,
    override: override ? { reason: override.reason, by: override.by, at: override.at.toISOString() } : null,
    hits: figures.hits ? (figures.hits.get(facts.id)?.count ?? 0) : null,
    excepted: figures.hits ? (figures.hits.get(facts.id)?.excepted ?? 0) : null,
    lastHitAt: figures.hits?.get(facts.id)?.lastAt ?? null,
    alerts,
    precision: precisionOf(alerts) ?? null,
    cost: figures.costOf(entry),
    logs: figures.seenLogs?.(logsource) ?? null,
  };
  return { ...row, health: healthOf(row) };
}

type Test = (row: RuleRow) => boolean;

const FACET_VALUES = {
  level: (row: RuleRow) => [row.level],
  status: (row: RuleRow) => [row.status],
  product: (row: RuleRow) => [row.logsource.product],
  category: (row: RuleRow) => [row.logsource.category],
  service: (row: RuleRow) => [row.logsource.service],
  tactic: (row: RuleRow) => row.tactics,
  technique: (row: RuleRow) => row.techniques,
  author: (row: RuleRow) => [row.author],
  kind: (row: RuleRow) => [row.kind],
  pack: (row: RuleRow) => (row.pack ? [row.pack.name] : []),
  state: (row: RuleRow) => [row.isEnabled ? (row.trial ? "trial" : "enabled") : "disabled"],
} as const;
type Facet = keyof typeof FACET_VALUES;
const FACETS = Object.keys(FACET_VALUES) as Facet[];

function testsOf(filter: RuleFilter): { facets: Partial<Record<Facet, Test>>; others: Test[] } {
  const facets: Partial<Record<Facet, Test>> = {};
  for (const facet of FACETS) {
    const wanted: readonly string[] | undefined = filter[facet];
    if (!wanted || wanted.length === 0) continue;
    const isWanted = (value: string): boolean =>
      wanted.includes(value) || (facet === "technique" && wanted.includes(value.split(".")[0] ?? ""));
    facets[facet] = (row) => FACET_VALUES[facet](row).some(isWanted);
  }
  const others: Test[] = [];
  const words = folded(filter.q ?? "")
    .split(/\s+/u)
    .filter(Boolean);
  if (words.length > 0) {
    others.push((row) => {
      const text = folded([row.title, row.titleJa, row.id, row.author, row.origin, ...row.tags].join("\n"));
      return words.every((word) => text.includes(word));
    });
  }
  if (filter.hit) others.push((row) => row.hits !== null && row.hits > 0 === (filter.hit === "yes"));
  const health = filter.health;
  if (health && health.length > 0) others.push((row) => row.health !== null && health.includes(row.health));
  return { facets, others };
}

/** The rows that pass the whole filter. */
export function filterRules(rows: readonly RuleRow[], filter: RuleFilter): RuleRow[] {
  const { facets, others } = testsOf(filter);
  const tests = [...others, ...Object.values(facets)];
  return rows.filter((row) => tests.every((test) => test(row)));
}

/** Counts of each value under all filters but the facet's own; the 200 largest of each. */
export function ruleFacets(rows: readonly RuleRow[], filter: RuleFilter): RuleFacets {
  const { facets, others } = testsOf(filter);
  const count = (facet: Facet) => {
    const tests = [...others, ...FACETS.filter((other) => other !== facet).flatMap((other) => facets[other] ?? [])];
    const counts = new Map<string, number>();
    for (const row of rows) {
      if (!tests.every((test) => test(row))) continue;
      for (const value of FACET_VALUES[facet](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts]
      .map(([value, n]) => ({ value, count: n }))
      .sort((one, two) => two.count - one.count || compareText(one.value, two.value))
      .slice(0, MAX_FACET_VALUES);
  };
  return {
    level: count("level"),
    status: count("status"),
    product: count("product"),
    category: count("category"),
    service: count("service"),
    tactic: count("tactic"),
    technique: count("technique"),
    author: count("author"),
    kind: count("kind"),
    pack: count("pack"),
    state: count("state"),
  };
}

const SORT_KEYS = {
  title: () => 0,
  level: (row: RuleRow) => LEVELS.indexOf(row.level),
  hits: (row: RuleRow) => row.hits ?? 0,
  "last-hit": (row: RuleRow) => (row.lastHitAt === null ? 0 : Date.parse(row.lastHitAt)),
  /** Share of verdicts that were false; rules without a judgment come last. */
  "false-positives": (row: RuleRow) => {
    const { truePositive, falsePositive, benign } = row.alerts;
    const judged = truePositive + falsePositive + benign;
    return judged === 0 ? -1 : falsePositive / judged;
  },
  precision: (row: RuleRow) => row.precision?.share ?? null,
  cost: (row: RuleRow) => row.cost?.microsecondsPerEvent ?? null,
} as const;

/** Sorted by the key, then title, then id: a total order, so that pages do not overlap. Without a key = last, either way. */
export function sortRules(rows: readonly RuleRow[], { sort, order }: Pick<RuleListQuery, "sort" | "order">): RuleRow[] {
  const key = SORT_KEYS[sort];
  const sign = order === "asc" ? 1 : -1;
  return rows.toSorted((one, two) => {
    const [first, second] = [key(one), key(two)];
    if ((first === null) !== (second === null)) return first === null ? 1 : -1;
    const byKey = (first ?? 0) - (second ?? 0);
    if (byKey !== 0) return sign * byKey;
    const byTitle = compareText(one.title, two.title) || compareText(one.id, two.id);
    return sort === "title" ? sign * byTitle : byTitle;
  });
}

/** A page of a sorted list. Errors: `invalid` when the cursor is not a place in a list. */
export function pageOf<Row>(rows: readonly Row[], { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new AppError("invalid", "This page link is broken. Start again from the first page.");
  }
  const items = rows.slice(from, from + limit);
  const next = from + items.length;
  return { items, ...(next < rows.length && items.length > 0 && { nextCursor: String(next) }) };
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();
const compareText = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);
