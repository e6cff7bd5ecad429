import type { RuleRow } from "../contract.ts";

/** Fewer judgments than this say little about a rule. */
const MIN_JUDGED = 3;
/** Hits in the range past which a rule without any true positive is worth a look. */
const MANY_HITS = 100;

type Figures = Pick<RuleRow, "isEnabled" | "isPart" | "hits" | "alerts" | "logs">;

/**
 * What is wrong with a running rule, if anything can be said:
 * - `misjudged`: most of its judged alerts were false or benign;
 * - `unproven`: 100 hits or more in the range, and never a true positive;
 * - `no-logs`: never hit in the range, and no log of its log source arrived: it could not;
 * - `quiet`: never hit, although such logs arrive.
 */
export function healthOf({ isEnabled, isPart, hits, alerts, logs }: Figures): RuleRow["health"] {
  // What a part of a correlation matches is counted by the correlation.
  if (!isEnabled || isPart) return null;
  const { truePositive, falsePositive, benign } = alerts;
  const judged = truePositive + falsePositive + benign;
  if (judged >= MIN_JUDGED && (falsePositive + benign) * 2 > judged) return "misjudged";
  if (hits === null) return null;
  if (hits >= MANY_HITS && truePositive === 0) return "unproven";
  if (hits > 0 || logs === null) return null;
  return logs ? "quiet" : "no-logs";
}
