import { type FormAlert, subjectOf } from "./alert.ts";

/** Where nothing was seen for so long yet, everything would be new. */
const KNOWN_AFTER_MS = 14 * 86_400_000;

/** When each rule was seen here for the first time, whatever has become of that alert since: UTC milliseconds by rule. */
export type FirstSeen = ReadonlyMap<string, number>;

/**
 * Ids of the alerts by which a rule is new here: of each rule the one that was seen first of all, if more than two weeks were known
 * by then and nobody has closed the same before. What comes later takes nothing away, so that it does not matter when one looks.
 */
export function findNew(alerts: readonly FormAlert[], firstSeen: FirstSeen): ReadonlySet<string> {
  const sinceMs = [...firstSeen.values()].reduce((first, ms) => Math.min(first, ms), Number.POSITIVE_INFINITY);
  const newOf = new Map<string, FormAlert>();
  for (const alert of alerts) {
    const { ruleId, bornMs, recurs } = alert;
    if (recurs || bornMs !== firstSeen.get(ruleId) || bornMs - sinceMs < KNOWN_AFTER_MS) continue;
    const other = newOf.get(ruleId);
    // What began in the same millisecond is one thing in many places: not each of them is new.
    if (other === undefined || subjectOf(alert) < subjectOf(other)) newOf.set(ruleId, alert);
  }
  return new Set([...newOf.values()].map(({ id }) => id));
}
