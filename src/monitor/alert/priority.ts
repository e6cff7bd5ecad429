import type { AlertRow, Level } from "./contract.ts";
import { precisionOf, type RuleRecord } from "./precision.ts";

/**
 * Priority in points: severity (0, 20, 40, 60, 80) + the rule's record (40 × (mean precision − ½), so −20 to 20, 0 without verdicts)
 * + waiting (half a point a day since the alert was opened). All wait alike, so the order of two alerts never changes with time and
 * the column `rank` holds it (migration 0049 has the same numbers).
 */
const SEVERITY_POINTS: Readonly<Record<Level, number>> = {
  informational: 0,
  low: 20,
  medium: 40,
  high: 60,
  critical: 80,
};
const POINTS_A_DAY = 0.5;
const DAY_MS = 86_400_000;

type Ranked = {
  readonly status: AlertRow["status"];
  readonly severity: Level;
  readonly precisionPoints: number;
  readonly createdAtMs: number;
};

/** The parts, which add up to the score, each with at most one decimal; null for a closed alert. */
export function priorityOf(
  { status, severity, precisionPoints, createdAtMs }: Ranked,
  nowMs: number,
): AlertRow["priority"] {
  if (status === "closed") return null;
  const days = Math.max(0, nowMs - createdAtMs) / DAY_MS;
  const waiting = Math.round(days * POINTS_A_DAY * 10) / 10;
  const points = SEVERITY_POINTS[severity];
  const score = Math.round((points + precisionPoints + waiting) * 10) / 10;
  return { score, severity: points, precision: precisionPoints, waiting };
}

/** What a rule's record is worth: whole points, so that one verdict among many moves nothing. */
export function precisionPoints(record: RuleRecord): number {
  const precision = precisionOf(record);
  return precision === undefined ? 0 : Math.round(40 * (precision.share - 0.5));
}
