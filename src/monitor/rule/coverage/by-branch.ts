import type { RuleRow } from "../contract.ts";
import { type ArrivedKind, seenIn } from "../figures/log-sources.ts";
import { coverageOf } from "./coverage.ts";

/** Techniques, without sub-techniques: those with a rule that can fire, of those with a rule that is on. */
export type Covered = { readonly canFire: number; readonly enabled: number };

type Asked = {
  readonly rows: readonly RuleRow[];
  /** Kinds of logs that arrived, by unit. */
  readonly logs: ReadonlyMap<string, readonly ArrivedKind[]>;
};

/** What the rules cover where only the logs of some units are there. */
export function coveredIn({ rows, logs }: Asked, units: readonly string[]): Covered {
  const seen = seenIn(units.flatMap((id) => logs.get(id) ?? []));
  const { techniques } = coverageOf(rows.map((row) => ({ ...row, logs: seen(row.logsource) })));
  const whole = techniques.filter(({ id, enabled }) => !id.includes(".") && enabled > 0);
  return { canFire: whole.filter(({ canFire }) => (canFire ?? 0) > 0).length, enabled: whole.length };
}
