import { type AlertMatrix, LEVELS } from "../../../api/alerts.ts";

type Cells = AlertMatrix["cells"];

/** Alerts at a crossing; left out = all of that row or column. `null` = not judged. */
export function countAt(cells: Cells, at: Partial<Cells[number]>): number {
  return cells
    .filter(({ level }) => at.level === undefined || level === at.level)
    .filter(({ expertSeverity }) => at.expertSeverity === undefined || expertSeverity === at.expertSeverity)
    .reduce((sum, { count }) => sum + count, 0);
}

/** Of the judged alerts: how many kept the severity of their rule, and how many were raised or lowered. */
export function agreementOf(cells: Cells) {
  const sum = { judged: 0, same: 0, above: 0, below: 0 };
  for (const { level, expertSeverity, count } of cells) {
    if (expertSeverity === null) continue;
    // The list begins with the most severe.
    const steps = LEVELS.indexOf(level) - LEVELS.indexOf(expertSeverity);
    sum.judged += count;
    if (steps === 0) sum.same += count;
    else if (steps > 0) sum.above += count;
    else sum.below += count;
  }
  return sum;
}

/** How dark a cell is, 0 to 4, by the order of magnitude of its share of the largest. */
export function shadeOf(count: number, largest: number): number {
  if (count === 0 || largest === 0) return 0;
  return Math.max(1, 4 + Math.ceil(Math.log10(count / largest)));
}
