import type { AuditEntry } from "./context.ts";

/** What one act touched, or one file holds, of a unit. */
export type UnitPart = { readonly unitId: string; readonly count: number };

/** Units that one act writes a row for; what it touched in others stands in one more row, of no unit. */
const MAX_ROWS = 100;

/**
 * An act in a row for each unit that it touched, so that whoever audits one unit alone sees it too; in one row of no unit where it touched
 * none. `rowOf` tells the row of a unit from the count there.
 */
export function rowsByUnit(
  parts: readonly UnitPart[],
  rowOf: (count: number) => AuditEntry,
): readonly [AuditEntry, ...AuditEntry[]] {
  const [first, ...others] = parts.slice(0, MAX_ROWS).map(({ unitId, count }) => ({ ...rowOf(count), unitId }));
  if (first === undefined) return [rowOf(0)];
  const left = parts.slice(MAX_ROWS).reduce((sum, { count }) => sum + count, 0);
  return [first, ...others, ...(left > 0 ? [rowOf(left)] : [])];
}

/** A file that leaves, told in each unit that it holds something of: `taken` is how much of that unit. */
export const takenByUnit = (file: AuditEntry, parts: readonly UnitPart[]): readonly [AuditEntry, ...AuditEntry[]] =>
  rowsByUnit(parts, (taken) => ({ ...file, detail: { ...file.detail, taken, units: parts.length } }));
