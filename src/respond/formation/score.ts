import type { Level } from "../../monitor/alert/contract.ts";
import { TACTIC_ORDER } from "../incident/contract.ts";
import type { FormAlert } from "./alert.ts";
import type { PART_KINDS } from "./contract.ts";
import type { Rarity } from "./rarity.ts";

/** What a rule's judged alerts say of it; one verdict per rule and closing, however many alerts were closed by it. */
export type Verdicts = { readonly right: number; readonly wrong: number };

export type Judging = {
  readonly rarity: Rarity;
  readonly verdictsOf: (ruleId: string) => Verdicts;
  /** How much more it matters than usual when this alert's machine or person is hit; 1 = nothing known. */
  readonly assetValueOf: (alert: FormAlert) => number;
  /** True when a person's grouping rule says that it never opens an incident. */
  readonly isMuted: (alert: FormAlert) => boolean;
  /** True when its rule was seen here for the first time with it. */
  readonly isNew: (alert: FormAlert) => boolean;
};

/** Points that add up to the score. `detail`: what they were counted from. */
export type ScorePart = { readonly kind: (typeof PART_KINDS)[number]; readonly points: number; readonly of: number };
/** What one rule brings: points of its level × how often it was right × how rare it is here, halved for each rule before it. */
export type RulePart = {
  readonly ruleId: string;
  readonly title: string;
  readonly level: Level;
  readonly base: number;
  readonly trust: number;
  readonly rarity: number;
  readonly subjects: number;
  readonly days: number;
  readonly isMuted: boolean;
  /** It is counted as new here. */
  readonly isNew: boolean;
  readonly points: number;
};
export type Score = {
  readonly total: number;
  readonly parts: readonly ScorePart[];
  readonly rules: readonly RulePart[];
};

const LEVEL_POINTS: Readonly<Record<Level, number>> = { informational: 1, low: 6, medium: 26, high: 42, critical: 60 };
/** A rule that is new here counts as one of the next level: a low one is looked at then. That costs one look per rule, once for all. */
const NEXT_LEVEL: Readonly<Record<Level, Level>> = {
  informational: "low",
  low: "medium",
  medium: "high",
  high: "critical",
  critical: "critical",
};
const FOLLOWING_SHARE = 0.5;
const TACTIC_POINTS = 6;
const STEP_POINTS = 5;
const SOURCE_POINTS = 5;
const MOST = { tactics: 36, progress: 20, sources: 15 } as const;

/** Verdicts take half of a rule's points at most: the next attack is none the less one. */
const LEAST_TRUST = 0.5;
/** A beta posterior with one right and one wrong verdict beforehand, so that a rule nobody has judged counts in full. */
const trustOf = ({ right, wrong }: Verdicts): number =>
  Math.min(1, Math.max(LEAST_TRUST, (2 * (right + 1)) / (right + wrong + 2)));

/** How serious the alerts are together. Settled alerts add nothing. The parts are rounded, and add up exactly. */
export function scoreOf(alerts: readonly FormAlert[], judging: Judging): Score {
  const counted = alerts.filter(({ isSettled }) => !isSettled);
  const rules = rulesOf(counted, judging);
  const worthOf = new Map(
    rules.map(({ ruleId, base, trust, rarity, isMuted, isNew }) => {
      // What is new here tells of its tactic and its kind of log in full, unless it was never meant as an alarm.
      if (isNew && base >= LEVEL_POINTS.low) return [ruleId, 1];
      return [ruleId, isMuted ? 0 : (trust * rarity * base) / LEVEL_POINTS.medium];
    }),
  );
  const telling = counted.map((alert) => ({ alert, worth: Math.min(1, worthOf.get(alert.ruleId) ?? 0) }));
  const parts: ScorePart[] = [
    { kind: "rules", points: rounded(rules.reduce((sum, { points }) => sum + points, 0)), of: rules.length },
    noveltyPart(rules),
    tacticsPart(telling),
    progressPart(telling),
    sourcesPart(telling),
  ];
  const sum = parts.reduce((all, { points }) => all + points, 0);
  const value = Math.max(1, ...counted.map(judging.assetValueOf));
  parts.push({ kind: "asset", points: rounded(sum * (value - 1)), of: rounded(value) });
  return { total: rounded(parts.reduce((all, { points }) => all + points, 0)), parts, rules };
}

const rounded = (points: number): number => Math.round(points * 10) / 10;

function rulesOf(alerts: readonly FormAlert[], judging: Judging): RulePart[] {
  const byRule = Map.groupBy(alerts, ({ ruleId }) => ruleId);
  return [...byRule]
    .map(([ruleId, of]) => rulePart(ruleId, of, judging))
    .sort((a, b) => b.points - a.points || (a.ruleId < b.ruleId ? -1 : 1))
    .map((part, place) => ({ ...part, points: rounded(part.points * FOLLOWING_SHARE ** place) }));
}

function rulePart(ruleId: string, alerts: readonly FormAlert[], judging: Judging): RulePart {
  const heard = alerts.filter((alert) => !judging.isMuted(alert));
  const strongest = (heard.length > 0 ? heard : alerts).reduce((a, b) =>
    LEVEL_POINTS[b.level] > LEVEL_POINTS[a.level] ? b : a,
  );
  const lastMs = alerts.reduce((last, alert) => Math.max(last, alert.lastMs), Number.NEGATIVE_INFINITY);
  const { subjects, days, worth } = judging.rarity.rule(ruleId, lastMs);
  const isNew = heard.some(judging.isNew);
  // That a new rule goes on firing elsewhere takes nothing from where it began.
  const rarity = isNew ? 1 : worth;
  const base = LEVEL_POINTS[strongest.level];
  const trust = trustOf(judging.verdictsOf(ruleId));
  const isMuted = heard.length === 0;
  const points = isMuted ? 0 : base * trust * rarity;
  const { ruleTitle: title, level } = strongest;
  return { ruleId, title, level, base, trust, rarity, subjects, days, isMuted, isNew, points };
}

/** Once, however many are new: it lifts the one that gains most. */
function noveltyPart(rules: readonly RulePart[]): ScorePart {
  const fresh = rules.filter(({ isNew }) => isNew);
  const lifts = fresh.map(({ level, trust }) => trust * (LEVEL_POINTS[NEXT_LEVEL[level]] - LEVEL_POINTS[level]));
  const points = Math.max(0, ...lifts);
  return { kind: "novelty", points: rounded(points), of: fresh.length };
}

type Telling = readonly { readonly alert: FormAlert; readonly worth: number }[];

/** Each tactic beyond the first, as far as a trustworthy and rare rule tells of it. */
function tacticsPart(telling: Telling): ScorePart {
  const best = new Map<string, number>();
  for (const { alert, worth } of telling) {
    for (const tactic of alert.tactics) best.set(tactic, Math.max(best.get(tactic) ?? 0, worth));
  }
  const [, ...further] = [...best.values()].sort((a, b) => b - a);
  const points = further.reduce((sum, worth) => sum + TACTIC_POINTS * worth, 0);
  return { kind: "tactics", points: rounded(Math.min(MOST.tactics, points)), of: best.size };
}

const TACTICS: readonly string[] = TACTIC_ORDER;
const LEAST_WORTH = 0.3;

/** Steps forward along the kill chain in time: the longest sequence of ever later tactics. */
function progressPart(telling: Telling): ScorePart {
  const inTime = telling
    .filter(({ worth }) => worth >= LEAST_WORTH)
    .toSorted((a, b) => a.alert.firstMs - b.alert.firstMs);
  const longest = TACTICS.map(() => 0);
  for (const [, together] of Map.groupBy(inTime, ({ alert }) => alert.firstMs)) {
    const places = [
      ...new Set(together.flatMap(({ alert }) => alert.tactics.map((tactic) => TACTICS.indexOf(tactic)))),
    ];
    // Of what began in one moment nothing came before the other: highest first.
    for (const place of places.filter((one) => one >= 0).sort((a, b) => b - a)) {
      longest[place] = Math.max(longest[place] ?? 0, 1 + Math.max(0, ...longest.slice(0, place)));
    }
  }
  const steps = Math.max(0, Math.max(0, ...longest) - 1);
  return { kind: "progress", points: Math.min(MOST.progress, STEP_POINTS * steps), of: steps };
}

function sourcesPart(telling: Telling): ScorePart {
  const sources = new Set(telling.filter(({ worth }) => worth >= LEAST_WORTH).map(({ alert }) => alert.dataset));
  const points = Math.min(MOST.sources, SOURCE_POINTS * Math.max(0, sources.size - 1));
  return { kind: "sources", points, of: sources.size };
}
