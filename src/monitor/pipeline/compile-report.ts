import { compileRules } from "../detect/index.ts";
import type { CompileReport, RuleText, ThreadSettings } from "./job.ts";

type Told = Omit<CompileReport["rules"][number], "isPart">;

/** What people are told of rules, correlation rules among them. An open correlation is not among the rejected here. */
export function compileReport(
  texts: readonly RuleText[],
  placeholders: ThreadSettings["placeholders"] = {},
): CompileReport {
  const { rules, correlations, open, rejected, activeFilters } = compileRules(texts, { placeholders });
  const isOpen = new Set(open.map(({ rejection }) => rejection));
  return {
    rules: [...rules, ...correlations].map((rule) => ({ ...told(rule), isPart: !rule.alerts })),
    open: open.map((one) => ({ ...told(one), isPart: false, missing: one.missing, rejection: one.rejection })),
    rejected: rejected.filter((rejection) => !isOpen.has(rejection)),
    narrowing: activeFilters.map(({ filter: { id, title, logsource, rules: names }, origin, line }) => {
      const at = line !== undefined && { line };
      return { id, title, origin, ...at, logsource, rules: names };
    }),
  };
}

const told = ({ facts, name, logsource, origin, parts }: Told): Told => ({
  facts,
  name,
  logsource,
  origin,
  ...(parts && { parts }),
});
