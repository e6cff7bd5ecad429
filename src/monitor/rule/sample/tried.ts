import type { Explained } from "../../detect/index.ts";
import type { LogSource } from "../../event/index.ts";

/** Parses lines and runs one rule over them; the pipeline's worker. */
export type TryRule = (input: { rule: string; lines: readonly string[]; nowMs: number }) => Promise<TryOutcome>;
export type TriedLine = Explained & {
  readonly logsource: LogSource;
  readonly dataset: string;
  readonly problem: string;
};
type TryOutcome =
  | { readonly ok: true; readonly lines: readonly TriedLine[] }
  | { readonly ok: false; readonly reason: string; readonly line?: number };
