import type { RuleFacts } from "../../event/index.ts";
import { type ReadOptions, readRules } from "../read-rules.ts";
import { SqlCompiler } from "./compile.ts";
import { allOfSql } from "./literal.ts";

/** A rule as a search over stored events. */
export type Hunt =
  | {
      readonly ok: true;
      readonly facts: RuleFacts;
      /** On columns of `events`: narrows what is read. */
      readonly prefilter: string;
      /** On `tableOf`: whether the rule fires. */
      readonly condition: string;
      /** What stands around the source in `tableOf`: data, so that a hunt can be compiled on another thread. */
      readonly around: { readonly before: string; readonly after: string };
    }
  | { readonly ok: false; readonly reason: string; readonly line?: number };

/** What to select from; `source` is a query on `events` in parentheses, with `fields`, `added`, `null_fields`, `list_fields`, `event_code`. */
export const tableOf = ({ around }: Extract<Hunt, { ok: true }>, source: string): string =>
  `${around.before}${source}${around.after}`;

/** Innermost, and after it there are closing parentheses alone. */
const SOURCE = "\0source\0";

function aroundSource(compiler: SqlCompiler): { before: string; after: string } {
  const table = compiler.tableSql(SOURCE);
  const at = table.lastIndexOf(SOURCE);
  return { before: table.slice(0, at), after: table.slice(at + SOURCE.length) };
}

/** The one rule of a text, as SQL; with an id, the rule of that id. Never throws for what the text says. */
export function compileHunt(text: string, id?: string, options: ReadOptions = {}): Hunt {
  const { rules, rejected } = readRules([{ text, origin: "" }], options);
  const rule = id === undefined ? rules[0] : rules.find(({ facts }) => facts.id === id);
  if (rule === undefined) {
    const [problem] = rejected;
    return { ok: false, reason: problem?.reason ?? "there is no rule", ...(problem?.line && { line: problem.line }) };
  }
  const compiler = new SqlCompiler();
  const compiled = compiler.compile(rule);
  if (!compiled.ok) return { ok: false, reason: `the rule cannot be run over stored events: ${compiled.reason}` };
  const { logsource, eventIds, condition } = compiled.sql;
  return {
    ok: true,
    facts: rule.facts,
    prefilter: allOfSql([logsource, eventIds]),
    condition: allOfSql([compiler.placedSql(), condition]),
    around: aroundSource(compiler),
  };
}
