import type { Ctx } from "../../../organization/access/index.ts";
import type { Explained } from "../../detect/index.ts";
import type { LogSource } from "../../event/index.ts";

/** Parses lines and runs one rule over them; the pipeline's worker. */
export type TryRule = (input: {
  rule: string;
  lines: readonly string[];
  hints?: readonly LineHints[];
  nowMs: number;
}) => Promise<TryOutcome>;
/** How a line came to us, which is how it is to be read. Instants are UTC milliseconds. */
type LineHints = {
  readonly format: string;
  readonly transport: string;
  readonly receivedAtMs: number;
  readonly timeZone?: string;
};
/** A stored event as it came. */
export type StoredLine = {
  readonly id: string;
  readonly timeMs: number;
  /** All of it; undefined = it is too large beside the others to be tried. */
  readonly text: string | undefined;
  readonly hints: LineHints;
};
/** The newest events of a search that the person may read. Errors: those of a search. */
export type FindEvents = (
  ctx: Ctx,
  search: {
    readonly q: string;
    readonly from: string;
    readonly to: string;
    readonly tz: string;
    readonly limit: number;
  },
) => Promise<readonly StoredLine[]>;
export type TriedLine = Explained & {
  readonly logsource: LogSource;
  readonly dataset: string;
  readonly problem: string;
};
type TryOutcome =
  | { readonly ok: true; readonly lines: readonly TriedLine[] }
  | { readonly ok: false; readonly reason: string; readonly line?: number };
