import { type CompileOptions, type Explained, explainRule } from "../detect/index.ts";
import type { LogSource } from "../event/index.ts";
import type { ParseHints, Parser } from "../parse/index.ts";

/** What one line became, and why the rule fires on it or not. `problem`: the parser's, "" = understood. */
export type TriedLine = Explained & {
  readonly logsource: LogSource;
  readonly dataset: string;
  readonly problem: string;
};
export type TryOutcome =
  | { readonly ok: true; readonly lines: readonly TriedLine[] }
  | { readonly ok: false; readonly reason: string; readonly line?: number };

export type TryInput = {
  readonly rule: string;
  readonly lines: readonly string[];
  /** How each line came, where that is known. */
  readonly hints?: readonly LineHints[];
  readonly nowMs: number;
};
type LineHints = Pick<ParseHints, "format" | "transport" | "receivedAtMs" | "timeZone">;

/** Runs one rule over lines as a sender would send them, through the parser that every event goes through. */
export function tryRule(input: TryInput, parser: Parser, options: CompileOptions = {}): TryOutcome {
  const explainer = explainRule(input.rule, options);
  if (!explainer.ok) return explainer;
  const hints = { format: "auto", transport: "try", peer: "", receivedAtMs: input.nowMs };
  const lines = input.lines.map((line, at) => {
    const { hot, problem, ...event } = parser.parse(Buffer.from(line), { ...hints, ...input.hints?.[at] });
    return { ...explainer.explain(event), logsource: event.logsource, dataset: hot.dataset, problem };
  });
  return { ok: true, lines };
}
