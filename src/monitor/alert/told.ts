import type { AuditEntry } from "../../organization/access/index.ts";
import type { ChangeOutcome } from "./change.ts";

type Done = {
  readonly result: Pick<ChangeOutcome, "changed" | "unchanged" | "conflicts">;
  readonly touched: readonly { readonly unitId: string; readonly alerts: number }[];
};

/** Units that one act writes a row for; what it changed in others stands in one more row, of no unit. */
const MAX_ROWS = 100;

/** What an act did, in a row for each unit that it touched, so that whoever audits one unit alone sees it too. */
export function toldByUnit(happening: AuditEntry, { result, touched }: Done): readonly [AuditEntry, ...AuditEntry[]] {
  const { changed, unchanged, conflicts } = result;
  const row = (here: number, unitId?: string): AuditEntry => ({
    ...happening,
    ...(unitId !== undefined && { unitId }),
    detail: {
      ...happening.detail,
      changed: here,
      unchanged,
      conflicts,
      units: touched.length,
      ...(touched.length > 1 && { changedInAll: changed }),
    },
  });
  const [first, ...others] = touched.slice(0, MAX_ROWS);
  if (first === undefined) return [row(0)];
  const left = touched.slice(MAX_ROWS).reduce((sum, { alerts }) => sum + alerts, 0);
  return [
    row(first.alerts, first.unitId),
    ...others.map(({ unitId, alerts }) => row(alerts, unitId)),
    ...(left > 0 ? [row(left)] : []),
  ];
}
