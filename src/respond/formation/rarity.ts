import type { FormAlert } from "./alert.ts";
import type { KeyedAlerts } from "./keyed.ts";

const DAY_MS = 86_400_000;
/** What is seen is counted in stretches of two weeks of the events' own time: a replay counts as the first time did. */
const EPOCH_MS = 14 * DAY_MS;
const MAX_DAYS_COUNTED = 28;
/** Seen with more than this, and with more than a twentieth of all: a domain controller, a proxy, a resolver. */
const HUB_SUBJECTS = 10;
const HUB_SHARE = 0.05;

export type Commonness = { readonly subjects: number; readonly worth: number };
export type Rarity = {
  /** On how many machines, accounts or addresses the key was seen up to this time; and what that makes it worth, 0 to 1. */
  value(key: number, atMs: number): Commonness;
  /** The same for a rule: on how many, on how many days. */
  rule(ruleId: string, atMs: number): Commonness & { readonly days: number };
};

/** Measures from the alerts themselves how common each value and each rule is. Pure: the order of alerts does not matter. */
export function measureRarity(keyed: KeyedAlerts): Rarity {
  return { value: measureValues(keyed), rule: measureRules(keyed) };
}

const epochOf = (ms: number): number => Math.floor(ms / EPOCH_MS);
const UNSEEN: Commonness = { subjects: 0, worth: 1 };

/** Every (key, subject, stretch) as one number: sorted, each is counted once, and half the memory of a set of sets is needed. */
function measureValues({ alerts, keys, keyCount, subjects, subjectCount }: KeyedAlerts): Rarity["value"] {
  const epochs = [...new Set(alerts.flatMap(epochsOf))].sort((a, b) => a - b);
  const rankOf = new Map(epochs.map((epoch, rank) => [epoch, rank]));
  const seen: number[] = [];
  alerts.forEach((alert, place) => {
    const ranks = epochsOf(alert).map((epoch) => rankOf.get(epoch) ?? 0);
    // The number past the last key stands for everything.
    for (const key of [...(keys[place] ?? []), keyCount]) {
      for (const rank of ranks) seen.push((key * subjectCount + (subjects[place] ?? 0)) * epochs.length + rank);
    }
  });
  const counts = Array.from({ length: keyCount + 1 }, () => new Map<number, number>());
  let pair = -1;
  let before = -1;
  for (const one of Float64Array.from(seen).sort()) {
    const epoch = epochs[one % epochs.length] ?? 0;
    const its = Math.floor(one / epochs.length);
    const isSamePair = its === pair;
    if (isSamePair && epoch === before) continue;
    const of = counts[Math.floor(its / subjectCount)];
    // This stretch and the one before count, 14 to 28 days back: what was seen in one is known in the next.
    const isCounted = isSamePair && before === epoch - 1;
    if (of && !isCounted) of.set(epoch, (of.get(epoch) ?? 0) + 1);
    if (of && rankOf.has(epoch + 1)) of.set(epoch + 1, (of.get(epoch + 1) ?? 0) + 1);
    pair = its;
    before = epoch;
  }
  const everyone = counts[keyCount];
  const worths = counts.map((of) => {
    const found = new Map<number, Commonness>();
    for (const [epoch, count] of of) found.set(epoch, valueWorth(count, everyone?.get(epoch) ?? 0));
    return found;
  });
  return (key, atMs) => worths[key]?.get(epochOf(atMs)) ?? UNSEEN;
}

function valueWorth(subjects: number, all: number): Commonness {
  const isHub = subjects > HUB_SUBJECTS && subjects > all * HUB_SHARE;
  return { subjects, worth: isHub ? 0 : 1 / (1 + Math.log2(Math.max(1, subjects)) / 3) };
}

type RuleCount = { readonly subjects: Set<number>; readonly days: Set<number> };

function measureRules({ alerts, subjects }: KeyedAlerts): Rarity["rule"] {
  const rules = new Map<string, Map<number, RuleCount>>();
  alerts.forEach((alert, place) => {
    const of = rules.get(alert.ruleId) ?? new Map<number, RuleCount>();
    rules.set(alert.ruleId, of);
    const days = daysOf(alert);
    for (const epoch of epochsOf(alert)) {
      const rule = of.get(epoch) ?? { subjects: new Set(), days: new Set() };
      of.set(epoch, rule);
      rule.subjects.add(subjects[place] ?? 0);
      for (const day of days) if (epochOf(day * DAY_MS) === epoch) rule.days.add(day);
    }
  });
  const measured = new Map<string, Map<number, ReturnType<Rarity["rule"]>>>();
  return (ruleId, atMs) => {
    const epoch = epochOf(atMs);
    const of = measured.get(ruleId) ?? new Map<number, ReturnType<Rarity["rule"]>>();
    measured.set(ruleId, of);
    const found = of.get(epoch) ?? ruleWorth(rules.get(ruleId), epoch);
    of.set(epoch, found);
    return found;
  };
}

/**
 * A rule that fires on many, day after day, is worth little. One that fires on fifty machines within a day is a worm, and
 * one that fires on one machine for weeks is a thing to find: neither is common.
 */
function ruleWorth(of: ReadonlyMap<number, RuleCount> | undefined, epoch: number) {
  const seen = [of?.get(epoch), of?.get(epoch - 1)].filter((one) => one !== undefined);
  const subjects = seen.reduce((all, one) => all.union(one.subjects), new Set<number>()).size;
  const days = seen.reduce((sum, one) => sum + one.days.size, 0);
  return { subjects, days, worth: 1 / (1 + Math.log2(Math.max(1, Math.min(subjects, days) / 2))) };
}

/** The stretches that an alert reaches into; of a very long one the last three. */
function epochsOf({ firstMs, lastMs }: FormAlert): number[] {
  const last = epochOf(lastMs);
  const first = Math.max(epochOf(firstMs), last - 2);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** The days on which it was seen, as far as an alert tells: no more days than detections. */
function daysOf({ firstMs, lastMs, count }: FormAlert): number[] {
  const last = Math.floor(lastMs / DAY_MS);
  const first = Math.floor(firstMs / DAY_MS);
  if (count < last - first + 1) return first === last ? [last] : [first, last];
  const from = Math.max(first, last - MAX_DAYS_COUNTED + 1);
  return Array.from({ length: last - from + 1 }, (_, i) => from + i);
}
