import type { LogSource } from "../../event/index.ts";
import type { FilterWarning } from "../lint/finding.ts";
import { MAX_TESTS } from "../rule/detection.ts";
import { allOf, type Expression, sizeOf } from "../rule/expression.ts";
import type { Filter } from "./filter.ts";

/** What a filter needs to know of a rule. */
export type Filterable = {
  readonly facts: { readonly id: string };
  readonly name: string;
  readonly logsource: LogSource;
  readonly expression: Expression;
};

export type Applied<R> = {
  readonly rules: readonly R[];
  readonly filters: readonly AppliedFilter[];
};
export type AppliedFilter = {
  readonly filter: Filter;
  /** Ids of the rules that it narrows now. */
  readonly appliesTo: readonly string[];
  readonly warnings: readonly FilterWarning[];
};

/** Names listed in a warning. */
const MAX_NAMED = 5;

/** Each rule becomes `(rule) and (filter)` for every filter that names it and whose log source fits. */
export function applyFilters<R extends Filterable>(
  rules: readonly R[],
  filters: readonly Filter[],
  known: NarrowedRules<R>,
): Applied<R> {
  const narrowed = rules.map((rule) => ({ rule, expression: rule.expression, by: [] as Filter[] }));
  const reports = filters.map((filter): AppliedFilter => {
    const appliesTo: string[] = [];
    const unfit: string[] = [];
    const tooLarge: string[] = [];
    for (const target of narrowed) {
      const { rule } = target;
      if (!isNamed(filter, rule)) continue;
      if (!filterFits(filter.logsource, rule.logsource)) {
        unfit.push(rule.facts.id);
        continue;
      }
      const both = allOf([target.expression, filter.expression]);
      if (sizeOf(both) > MAX_TESTS) {
        tooLarge.push(rule.facts.id);
        continue;
      }
      target.expression = both;
      target.by.push(filter);
      appliesTo.push(rule.facts.id);
    }
    return { filter, appliesTo, warnings: warningsOf(filter, rules, { unfit, tooLarge }) };
  });
  return { rules: narrowed.map((target) => narrowedRule(target, known)), filters: reports };
}

/** What rules became under which filters, by the rule as read. */
export type NarrowedRules<R extends Filterable> = WeakMap<R, { readonly by: readonly Filter[]; readonly rule: R }>;
type Target<R> = { readonly rule: R; readonly by: readonly Filter[]; readonly expression: Expression };

/** The same rule under the same filters stays the same object: by that the compiler knows that nothing changed. */
function narrowedRule<R extends Filterable>({ rule, by, expression }: Target<R>, known: NarrowedRules<R>): R {
  if (by.length === 0) return rule;
  const before = known.get(rule);
  if (before?.by.length === by.length && by.every((filter, index) => before.by[index] === filter)) return before.rule;
  const narrowed = { ...rule, expression };
  known.set(rule, { by, rule: narrowed });
  return narrowed;
}

const isNamed = ({ rules }: Filter, rule: Filterable): boolean =>
  rules === "any" || rules.includes(rule.facts.id) || (rule.name !== "" && rules.includes(rule.name));

/** Every part that the filter gives must be given alike by the rule: the filter may be wider, never narrower. */
export const filterFits = (wide: LogSource, narrow: LogSource): boolean =>
  (["product", "category", "service"] as const).every((part) => wide[part] === "" || wide[part] === narrow[part]);

type Left = { readonly unfit: readonly string[]; readonly tooLarge: readonly string[] };

function warningsOf(filter: Filter, rules: readonly Filterable[], { unfit, tooLarge }: Left): readonly FilterWarning[] {
  const warnings = filter.warning === undefined ? [] : [filter.warning];
  if (tooLarge.length > 0)
    warnings.push({ code: "filter-too-large", values: { rules: shown(tooLarge), most: String(MAX_TESTS) } });
  if (filter.rules === "any") return warnings;
  const known = new Set(rules.flatMap(({ facts, name }) => [facts.id, name]));
  const unknown = filter.rules.filter((reference) => !known.has(reference));
  if (unknown.length > 0) warnings.push({ code: "filter-unknown-rules", values: { rules: shown(unknown) } });
  if (unfit.length > 0) warnings.push({ code: "filter-unfit", values: { rules: shown(unfit) } });
  return warnings;
}

const shown = (names: readonly string[]): string =>
  names.length > MAX_NAMED ? `${names.slice(0, MAX_NAMED).join(", ")} +${names.length - MAX_NAMED}` : names.join(", ");
