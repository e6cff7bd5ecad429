import { stat } from "node:fs/promises";
import { countText } from "../../kernel/count.ts";
import { compileRules, type Finding, lintRules, messageOf } from "../../monitor/detect/index.ts";
import { type RuleFile, type RuleFiles, readRuleFile, readRuleFiles } from "../rules-on-disk.ts";

export type LintOptions = { readonly format: "text" | "json" };
type Out = { write(text: string): unknown };
type Located = { readonly file: string; readonly finding: Finding };

/**
 * Prints what is wrong or odd in rule files, one a line: `file:line:column: severity: message (code)`, or as JSON lines.
 * Exit code: 0 = every rule runs, 1 = some do not, 2 = something could not be read.
 */
export async function lintRulesCommand(paths: readonly string[], options: LintOptions, out: Out): Promise<number> {
  const { rules, unreadable } = await readAll(paths);
  const located = rules
    .flatMap((rule) => lintRules(rule).map((finding): Located => ({ file: rule.origin, finding })))
    .filter(isBrokenTogether(rules));
  const all = [...located, ...repeatedIds(rules), ...oddFilters(rules)];
  for (const one of all) out.write(`${options.format === "json" ? asJson(one) : asText(one)}\n`);
  for (const { origin, reason } of unreadable) {
    const fault = { file: origin, severity: "error", code: "unreadable", message: reason };
    out.write(options.format === "json" ? `${JSON.stringify(fault)}\n` : `${origin}: error: ${reason} (unreadable)\n`);
  }
  const errors = all.filter(({ finding }) => finding.severity === "error").length;
  if (options.format === "text")
    out.write(
      `${countText(rules.length, "file")}, ${countText(errors, "error")}, ${countText(all.length - errors, "warning")}, ${unreadable.length} unreadable\n`,
    );
  return unreadable.length > 0 ? 2 : errors > 0 ? 1 : 0;
}

/** A correlation may name rules of other files: what is broken alone may be whole with the rest. */
function isBrokenTogether(rules: readonly RuleFile[]): (one: Located) => boolean {
  const broken = new Set(compileRules(rules).rejected.map(({ origin, line }) => `${origin}\n${line ?? 1}`));
  return ({ file, finding }) => finding.code !== "broken" || broken.has(`${file}\n${finding.line}`);
}

async function readAll(paths: readonly string[]) {
  const rules: RuleFile[] = [];
  const unreadable: RuleFiles["unreadable"][number][] = [];
  for (const path of paths) {
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) await readRuleFile(path, path, { rules, unreadable });
    else {
      const below = await readRuleFiles([path], false);
      rules.push(...below.rules);
      unreadable.push(...below.unreadable);
    }
  }
  return { rules, unreadable };
}

/** What is odd about Sigma filters shows only beside the rules that they name. */
const oddFilters = (rules: readonly RuleFile[]): Located[] =>
  compileRules(rules).filters.flatMap(({ origin, line = 1, warnings }) =>
    warnings.map(
      (warning): Located => ({ file: origin, finding: { ...warning, severity: "warning", line, column: 1 } }),
    ),
  );

/** Ids that several files have: of those rules only the last runs. */
function repeatedIds(rules: readonly RuleFile[]): Located[] {
  const first = new Map<string, string>();
  return rules.flatMap(({ text, origin }) =>
    [...text.matchAll(/^id:[ \t]*(\S+)/gm)].flatMap(({ 1: id = "", index }): Located[] => {
      const other = first.get(id);
      if (other === undefined) first.set(id, origin);
      if (other === undefined || other === origin) return [];
      const line = text.slice(0, index).split("\n").length;
      return [
        { file: origin, finding: { code: "duplicate-id", severity: "warning", line, column: 1, values: { other } } },
      ];
    }),
  );
}

const asText = ({ file, finding }: Located): string =>
  `${file}:${finding.line}:${finding.column}: ${finding.severity}: ${messageOf(finding)} (${finding.code})`;
const asJson = ({ file, finding: { line, column, severity, code, ...finding } }: Located): string =>
  JSON.stringify({
    file,
    line,
    column,
    severity,
    code,
    message: messageOf({ code, ...finding }),
  });
