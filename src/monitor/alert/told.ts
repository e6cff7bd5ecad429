import { type AuditEntry, rowsByUnit } from "../../organization/access/index.ts";
import type { ChangeOutcome } from "./change.ts";

type Done = {
  readonly result: Pick<ChangeOutcome, "changed" | "unchanged" | "conflicts">;
  readonly touched: readonly { readonly unitId: string; readonly alerts: number }[];
};

/** What an act did, in a row for each unit that it touched, so that whoever audits one unit alone sees it too. */
export function toldByUnit(happening: AuditEntry, { result, touched }: Done): readonly [AuditEntry, ...AuditEntry[]] {
  const { changed, unchanged, conflicts } = result;
  const parts = touched.map(({ unitId, alerts }) => ({ unitId, count: alerts }));
  return rowsByUnit(parts, (here) => ({
    ...happening,
    detail: {
      ...happening.detail,
      changed: here,
      unchanged,
      conflicts,
      units: touched.length,
      ...(touched.length > 1 && { changedInAll: changed }),
    },
  }));
}
