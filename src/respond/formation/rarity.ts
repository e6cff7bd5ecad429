import { type FormAlert, keyOf, subjectOf } from "./alert.ts";

const DAY_MS = 86_400_000;
/** What is seen is counted in stretches of two weeks of the events' own time: a replay counts as the first time did. */
const EPOCH_MS = 14 * DAY_MS;
const MAX_DAYS_COUNTED = 28;
/** Seen with more than this, and with more than a twentieth of all: a domain controller, a proxy, a resolver. */
const HUB_SUBJECTS = 10;
const HUB_SHARE = 0.05;

export type Rarity = {
  /** On how many machines, accounts or addresses the value was seen up to this time; and what that makes it worth, 0 to 1. */
  value(key: string, atMs: number): { readonly subjects: number; readonly worth: number };
  /** The same for a rule: on how many, on how many days. */
  rule(ruleId: string, atMs: number): { readonly subjects: number; readonly days: number; readonly worth: number };
};

type RuleCount = { readonly subjects: Set<string>; readonly days: Set<number> };

/** Measures from the alerts themselves how common each value and each rule is. Pure: the order of alerts does not matter. */
export function measureRarity(alerts: readonly FormAlert[]): Rarity {
  const values = new Map<string, Set<string>>();
  const rules = new Map<string, RuleCount>();
  const everyone = new Map<string, Set<string>>();
  for (const alert of alerts) {
    const subject = subjectOf(alert);
    for (const epoch of epochsOf(alert)) {
      addTo(everyone, `${epoch}`, subject);
      for (const one of alert.touched) addTo(values, `${epoch} ${keyOf(one, alert.unitId)}`, subject);
      const rule = rules.get(`${epoch} ${alert.ruleId}`) ?? { subjects: new Set(), days: new Set() };
      rules.set(`${epoch} ${alert.ruleId}`, rule);
      rule.subjects.add(subject);
      for (const day of daysOf(alert)) if (Math.floor((day * DAY_MS) / EPOCH_MS) === epoch) rule.days.add(day);
    }
  }
  const measured = new Map<string, { subjects: number; worth: number }>();
  return {
    value: (key, atMs) => {
      const epoch = Math.floor(atMs / EPOCH_MS);
      const name = `${epoch} ${key}`;
      const known = measured.get(name);
      if (known) return known;
      const subjects = twoEpochs(values, epoch, key).size;
      const all = twoEpochs(everyone, epoch, "").size;
      const isHub = subjects > HUB_SUBJECTS && subjects > all * HUB_SHARE;
      const found = { subjects, worth: isHub ? 0 : 1 / (1 + Math.log2(Math.max(1, subjects)) / 3) };
      measured.set(name, found);
      return found;
    },
    rule: (ruleId, atMs) => ruleWorth(rules, ruleId, Math.floor(atMs / EPOCH_MS)),
  };
}

/** This stretch and the one before: 14 to 28 days back. */
function twoEpochs(of: ReadonlyMap<string, Set<string>>, epoch: number, key: string): Set<string> {
  const name = (which: number): string => (key === "" ? `${which}` : `${which} ${key}`);
  const now = of.get(name(epoch));
  const before = of.get(name(epoch - 1));
  if (now === undefined || before === undefined) return now ?? before ?? new Set();
  return now.union(before);
}

/**
 * A rule that fires on many, day after day, is worth little. One that fires on fifty machines within a day is a worm, and
 * one that fires on one machine for weeks is a thing to find: neither is common.
 */
function ruleWorth(rules: ReadonlyMap<string, RuleCount>, ruleId: string, epoch: number) {
  const seen = [rules.get(`${epoch} ${ruleId}`), rules.get(`${epoch - 1} ${ruleId}`)].filter(
    (one) => one !== undefined,
  );
  const subjects = new Set(seen.flatMap((one) => [...one.subjects])).size;
  const days = seen.reduce((sum, one) => sum + one.days.size, 0);
  return { subjects, days, worth: 1 / (1 + Math.log2(Math.max(1, Math.min(subjects, days) / 2))) };
}

/** The stretches that an alert reaches into; of a very long one the last three. */
function epochsOf({ firstMs, lastMs }: FormAlert): number[] {
  const last = Math.floor(lastMs / EPOCH_MS);
  const first = Math.max(Math.floor(firstMs / EPOCH_MS), last - 2);
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

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}
