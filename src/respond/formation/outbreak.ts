import { type FormAlert, type FormSettings, subjectOf } from "./alert.ts";

/** A rule that began to fire on many things at about the same time: a worm, a sprayed password, a rule that misfires. */
export type Outbreak = {
  readonly ruleId: string;
  /** Oldest first. */
  readonly alerts: readonly FormAlert[];
  /** On how many machines, accounts or addresses. */
  readonly subjects: number;
  /** From the first beginning to the last. */
  readonly withinMs: number;
};

type Bounds = Pick<FormSettings, "outbreakSubjects" | "outbreakMs" | "outbreakReachMs">;

/**
 * The outbreaks among alerts that are in order. A rule breaks out when it begins on `outbreakSubjects` things within `outbreakMs`;
 * what begins later belongs to it as long as no pause is longer than `outbreakReachMs`, so that the machine that is switched on
 * the next morning is no case of its own. Beforehand only what led up to it at that pace does: a rule that fires now and then
 * does not take weeks of its past along.
 */
export function findOutbreaks(
  ordered: readonly FormAlert[],
  bounds: Bounds,
  isMuted: (alert: FormAlert) => boolean,
): Outbreak[] {
  const byRule = Map.groupBy(ordered.filter(mayBreakOut), ({ ruleId }) => ruleId);
  return [...byRule.values()]
    .filter((alerts) => alerts.length >= bounds.outbreakSubjects)
    .flatMap((alerts) =>
      runsOf(
        alerts.filter((alert) => !isMuted(alert)),
        bounds,
      ),
    );
}

/** Low and informational alerts open nothing by themselves: there are no incidents to gather, and being common opens none. */
const mayBreakOut = ({ level }: FormAlert): boolean => level !== "low" && level !== "informational";

/** One pass in time over the alerts of one rule. */
function runsOf(alerts: readonly FormAlert[], bounds: Bounds): Outbreak[] {
  const dense = denseStarts(alerts, bounds);
  const found: Outbreak[] = [];
  let end = 0;
  for (let at = 0; at < alerts.length; at += 1) {
    if (!dense[at] || at < end) continue;
    let start = at;
    while (start > end && gapBefore(alerts, start) <= bounds.outbreakMs) start -= 1;
    end = at + 1;
    while (end < alerts.length && gapBefore(alerts, end) <= bounds.outbreakReachMs) end += 1;
    found.push(outbreakOf(alerts.slice(start, end)));
  }
  return found;
}

const gapBefore = (alerts: readonly FormAlert[], at: number): number =>
  (alerts[at]?.firstMs ?? 0) - (alerts[at - 1]?.firstMs ?? 0);

/** Of each alert, whether from it on enough different things begin in time. */
function denseStarts(alerts: readonly FormAlert[], { outbreakSubjects, outbreakMs }: Bounds): boolean[] {
  const counts = new Map<string, number>();
  const count = (alert: FormAlert, by: number): void => {
    const subject = subjectOf(alert);
    const left = (counts.get(subject) ?? 0) + by;
    if (left === 0) counts.delete(subject);
    else counts.set(subject, left);
  };
  let end = 0;
  return alerts.map((alert) => {
    for (let next = alerts[end]; next && next.firstMs - alert.firstMs <= outbreakMs; next = alerts[end]) {
      count(next, 1);
      end += 1;
    }
    const isDense = counts.size >= outbreakSubjects;
    count(alert, -1);
    return isDense;
  });
}

function outbreakOf(alerts: readonly FormAlert[]): Outbreak {
  const subjects = new Set(alerts.map(subjectOf)).size;
  const [first, last] = [alerts[0], alerts.at(-1)];
  const withinMs = (last?.firstMs ?? 0) - (first?.firstMs ?? 0);
  return { ruleId: first?.ruleId ?? "", alerts, subjects, withinMs };
}
