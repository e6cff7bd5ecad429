import { compileRules } from "../detect/index.ts";
import type { CompileReport, RuleText, ThreadSettings } from "./job.ts";

type Told = CompileReport["rules"][number];

/** What people are told of rules, correlation rules among them. An open correlation is not among the rejected here. */
export function compileReport(
  texts: readonly RuleText[],
  placeholders: ThreadSettings["placeholders"] = {},
): CompileReport {
  const { rules, correlations, open, rejected } = compileRules(texts, { placeholders });
  const isOpen = new Set(open.map(({ rejection }) => rejection));
  return {
    rules: [...rules, ...correlations].map(told),
    open: open.map((one) => ({ ...told(one), missing: one.missing, rejection: one.rejection })),
    rejected: rejected.filter((rejection) => !isOpen.has(rejection)),
  };
}

const told = ({ facts, name, logsource, origin }: Told): Told => ({ facts, name, logsource, origin });
