import type { CoveredTechnique } from "../../../api/rules.ts";

/** How dark: nothing, then by powers of ten up to four. */
export function heatOf(detections: number | null): 0 | 1 | 2 | 3 | 4 {
  if (detections === null || detections === 0) return 0;
  if (detections < 10) return 1;
  if (detections < 100) return 2;
  return detections < 1_000 ? 3 : 4;
}

export type HeatRow = {
  readonly tactic: string;
  /** The most detected first, then the best watched. */
  readonly cells: readonly CoveredTechnique[];
  readonly covered: number;
  readonly detections: number | null;
};

/** One row per tactic; a technique stands in each tactic that it serves, its sub-techniques within it. */
export function heatRows(coverage: {
  readonly tactics: readonly string[];
  readonly techniques: readonly CoveredTechnique[];
}): HeatRow[] {
  return coverage.tactics.map((tactic) => {
    const cells = coverage.techniques
      .filter(({ id, tactics }) => !id.includes(".") && tactics.includes(tactic))
      .toSorted((a, b) => (b.detections ?? 0) - (a.detections ?? 0) || b.enabled - a.enabled || (a.id < b.id ? -1 : 1));
    const isCounted = cells.every(({ detections }) => detections !== null);
    return {
      tactic,
      cells,
      covered: cells.filter(({ enabled }) => enabled > 0).length,
      detections: isCounted ? cells.reduce((sum, { detections }) => sum + (detections ?? 0), 0) : null,
    };
  });
}
