import { isCorrelation, readCorrelation } from "./correlation/read/document.ts";
import {
  type NamedCorrelation,
  type NamedRule,
  type RefusedCorrelation,
  type ResolvedCorrelation,
  resolveCorrelations,
} from "./correlation/read/resolve.ts";
import { applyFilters, type NarrowedRules } from "./filter/apply.ts";
import { type Filter, isFilter, readFilter } from "./filter/filter.ts";
import type { FilterWarning } from "./lint/finding.ts";
import type { ReadCache } from "./read-cache.ts";
import type { Placeholders } from "./rule/placeholder.ts";
import { MissingRule, type Path, RuleProblem } from "./rule/problem.ts";
import { type Rule, readRule } from "./rule/rule.ts";
import { isMap, textOf, type Yaml } from "./rule/value.ts";
import { type Line, type RuleDocument, readDocuments } from "./rule/yaml.ts";

/** A rule file's text and where it comes from, such as its path: what people are told when it is wrong. */
export type RuleSource = {
  readonly text: string;
  readonly origin: string;
  /** Ids of its rules that are switched off and stay for the correlations that they serve, or that serve them: all are silent. */
  readonly muted?: readonly string[];
  /** Ids of its correlations on trial: nobody is told of their firings, so they keep no rule silent. */
  readonly trial?: readonly string[];
};

export type ReadOptions = {
  /** Lists for `%name%` placeholders. */
  readonly placeholders?: Placeholders;
  /** Sigma filters in force besides those among the sources, as an earlier reading found them. */
  readonly filters?: readonly PlacedFilter[];
};

/** A rule that cannot be run. `line` counts from 1 in the source. */
export type Rejection = {
  readonly origin: string;
  readonly line?: number;
  readonly id?: string;
  readonly title?: string;
  readonly reason: string;
};

/** A rule that gave way to a later one with the same id. */
export type Replacement = { readonly id: string; readonly title: string; readonly origin: string; readonly by: string };

/** A Sigma filter that was read, and what it does now. */
export type FilterReport = {
  readonly id: string;
  readonly title: string;
  readonly origin: string;
  readonly line?: number;
  /** Ids of the rules that it narrows. */
  readonly appliesTo: readonly string[];
  /** What is odd, though the filter is applied: it names unknown rules, or takes nothing out. */
  readonly warnings: readonly FilterWarning[];
};

export type ReadRule = NamedRule;

/** A correlation that names a rule not among those read. */
export type OpenCorrelation = {
  readonly correlation: NamedCorrelation;
  readonly missing: string;
  readonly rejection: Rejection;
};
export type ReadRules = {
  readonly rules: readonly ReadRule[];
  /** Correlations whose rules are all among `rules` and themselves. */
  readonly correlations: readonly ResolvedCorrelation[];
  readonly refused: readonly RefusedCorrelation[];
  /** Also in `rejected`. */
  readonly open: readonly OpenCorrelation[];
  readonly rejected: readonly Rejection[];
  readonly replaced: readonly Replacement[];
  readonly filters: readonly FilterReport[];
  /** The same filters, to be in force for rules that are read apart. */
  readonly activeFilters: readonly PlacedFilter[];
};

/** What came of the documents of one source. */
export type ReadOutcome = readonly (Read | PlacedFilter | Rejection)[];

/** Reads every rule and filter of every source, in order. Of those with one id the last stays. */
export function readRules(
  sources: Iterable<RuleSource>,
  { placeholders = {}, filters: inForce = [] }: ReadOptions,
  cache?: ReadCache<ReadOutcome>,
): ReadRules {
  const byId = new Map<string, Read>();
  const filters = new Map(inForce.map((placed) => [placed.filter.id, placed]));
  const rejected: Rejection[] = [];
  const replaced: Replacement[] = [];
  const replace = (before: Named | undefined, by: string) => {
    if (before) replaced.push({ id: before.id, title: before.title, origin: before.origin, by });
  };
  cache?.begin();
  for (const source of sources) {
    const { origin } = source;
    const readAll = () => readDocuments(source.text).map((document) => readOne(document, source, placeholders));
    for (const read of cache ? cache.recall(source, readAll) : readAll()) {
      if ("reason" in read) rejected.push(read);
      else if ("rule" in read) {
        const before = byId.get(read.rule.facts.id)?.rule;
        replace(before && { ...before.facts, origin: before.origin }, origin);
        byId.set(read.rule.facts.id, read);
      } else {
        const before = filters.get(read.filter.id);
        replace(before && { ...before.filter, origin: before.origin }, origin);
        filters.set(read.filter.id, read);
      }
    }
  }
  const all = [...byId.values()];
  const rules = all.flatMap((read) => (read.kind === "rule" ? [read.rule] : []));
  const narrowed = filtered(rules, [...filters.values()]);
  const found = resolved(narrowed.rules, all);
  const unresolved = found.refused.map(({ rejection }) => rejection);
  return {
    ...narrowed,
    ...found,
    rejected: [...rejected, ...unresolved],
    replaced,
    activeFilters: [...filters.values()],
  };
}

type Named = { readonly id: string; readonly title: string; readonly origin: string };
export type PlacedFilter = { readonly filter: Filter; readonly origin: string; readonly line: Line };
/** A rule of either kind as read. */
type Read =
  | { readonly kind: "rule"; readonly rule: ReadRule }
  | { readonly kind: "correlation"; readonly rule: NamedCorrelation; readonly lineOf: (path: Path) => Line };

const narrowedRules: NarrowedRules<ReadRule> = new WeakMap();

function filtered(rules: readonly ReadRule[], placed: readonly PlacedFilter[]): Pick<ReadRules, "rules" | "filters"> {
  if (placed.length === 0) return { rules, filters: [] };
  const applied = applyFilters(
    rules,
    placed.map(({ filter }) => filter),
    narrowedRules,
  );
  const filters = applied.filters.map(({ filter: { id, title }, appliesTo, warnings }, index): FilterReport => {
    const place = placed[index];
    return { id, title, origin: place?.origin ?? "", ...lineIn(place?.line), appliesTo, warnings };
  });
  return { rules: applied.rules, filters };
}

function resolved(rules: readonly ReadRule[], all: readonly Read[]) {
  const lines = new Map(
    all.flatMap((read) => (read.kind === "correlation" ? [[read.rule, read.lineOf] as const] : [])),
  );
  const { correlations, refused } = resolveCorrelations(rules, [...lines.keys()]);
  const told = refused.map(({ correlation, problem, members }) => {
    const { facts, origin } = correlation;
    const line = lineIn(lines.get(correlation)?.(problem.path));
    const rejection = { origin, ...line, id: facts.id, title: facts.title, reason: problem.message };
    return { correlation, problem, members, rejection };
  });
  const open = told.flatMap(({ correlation, problem, rejection }) =>
    problem instanceof MissingRule ? [{ correlation, missing: problem.reference, rejection }] : [],
  );
  return { correlations, refused: told, open };
}

function readOne(
  document: RuleDocument,
  source: RuleSource,
  placeholders: Placeholders,
): Read | PlacedFilter | Rejection {
  const { origin, muted = [], trial = [] } = source;
  if (document.kind === "broken") return { origin, ...lineIn(document.line), reason: document.reason };
  const { value, lineOf } = document;
  const isMuted = (id: string): boolean => muted.includes(id);
  const asRule = (rule: Rule): Read => ({ kind: "rule", rule: { ...rule, origin, isMuted: isMuted(rule.facts.id) } });
  try {
    if (isFilter(value)) return { filter: readFilter(value, placeholders), origin, line: lineOf(["filter"]) };
    if (!isCorrelation(value)) return asRule(readRule(value, placeholders));
    const correlation = readCorrelation(value);
    return {
      kind: "correlation",
      rule: {
        ...correlation,
        origin,
        isMuted: isMuted(correlation.facts.id),
        isOnTrial: trial.includes(correlation.facts.id),
      },
      lineOf,
    };
  } catch (error) {
    const path = error instanceof RuleProblem ? error.path : [];
    return { origin, ...lineIn(lineOf(path)), ...nameOf(value), reason: reasonOf(error) };
  }
}

const lineIn = (line: Line): { line?: number } => (line === undefined ? {} : { line });

/** Anything else than a RuleProblem is a fault of ours; it still must not take the other rules down. */
function reasonOf(error: unknown): string {
  if (error instanceof RuleProblem) return error.message;
  return `the rule cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function nameOf(value: Yaml): { id?: string; title?: string } {
  if (!isMap(value)) return {};
  const [id, title] = [textOf(value, "id"), textOf(value, "title")];
  return { ...(id !== "" && { id }), ...(title !== "" && { title }) };
}
