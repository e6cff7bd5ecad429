import type { TouchedKind } from "../../monitor/event/index.ts";
import { byBeginning, type FormAlert, type FormSettings, keyOf, subjectOf } from "./alert.ts";
import type { Rarity } from "./rarity.ts";

/** What two alerts share, and what it is worth: `weight` = kind × rarity. `subjects`: on how many the value was seen. */
export type Shared = {
  readonly kind: TouchedKind;
  readonly value: string;
  readonly subjects: number;
  readonly weight: number;
};
/** Why two alerts belong together. `strength` 0 to 1; `apartMs`: the time between them, 0 when they overlap. */
export type Bond = {
  readonly a: FormAlert;
  readonly b: FormAlert;
  readonly strength: number;
  readonly apartMs: number;
  readonly shared: readonly Shared[];
  /** Set when a person's grouping rule joins them. */
  readonly groupingRule?: string;
};

/** How surely a shared value means a shared cause, before rarity. */
const KIND_WEIGHT: Readonly<Record<TouchedKind, number>> = {
  hash: 0.9,
  host: 0.85,
  account: 0.75,
  domain: 0.7,
  address: 0.65,
};
/** Of the alerts that share a value each is compared with so many that began next: what is further off is joined through them. */
const NEIGHBORS = 8;
/** A machine is at least worth this to its own alerts, however many others talk to it. */
const OWN_WORTH = 0.5;

/** All bonds that are strong enough, the strongest first. Pure: neither the order of alerts nor the cut of batches matters. */
export function findBonds(alerts: readonly FormAlert[], rarity: Rarity, settings: FormSettings): Bond[] {
  const ordered = alerts.toSorted(byBeginning);
  const byKey = new Map<string, number[]>();
  ordered.forEach((alert, place) => {
    for (const one of alert.touched) {
      const key = keyOf(one, alert.unitId);
      const places = byKey.get(key);
      if (places) places.push(place);
      else byKey.set(key, [place]);
    }
  });
  const pairs = new Set<number>();
  for (const places of byKey.values()) {
    for (let i = 0; i < places.length; i += 1) {
      for (let j = i + 1; j < places.length && j <= i + NEIGHBORS; j += 1) {
        pairs.add((places[i] ?? 0) * ordered.length + (places[j] ?? 0));
      }
    }
  }
  const bonds: Bond[] = [];
  for (const pair of pairs) {
    const a = ordered[Math.floor(pair / ordered.length)];
    const b = ordered[pair % ordered.length];
    const bond = a && b && bondOf(a, b, { rarity, settings });
    if (bond) bonds.push(bond);
  }
  return bonds.sort(byStrength);
}

type Measures = { readonly rarity: Rarity; readonly settings: FormSettings };

/** undefined when they are too far apart, or share too little. */
export function bondOf(a: FormAlert, b: FormAlert, { rarity, settings }: Measures): Bond | undefined {
  const apartMs = Math.max(0, b.firstMs - a.lastMs, a.firstMs - b.lastMs);
  if (apartMs > settings.windowMs) return undefined;
  const atMs = Math.max(a.lastMs, b.lastMs);
  const shared = sharedBy(a, b, { rarity, atMs });
  const certainty = 1 - shared.reduce((rest, { weight }) => rest * (1 - weight), 1);
  const near = 2 ** (-apartMs / settings.halfLifeMs);
  const strength = certainty * near * lastingFactor(a, b, settings) * commonFactor(a, b, { rarity, atMs });
  return strength < settings.minBond ? undefined : { a, b, strength, apartMs, shared };
}

/** An alert that has been open for weeks overlaps with everything: that it does says less. */
function lastingFactor(a: FormAlert, b: FormAlert, { windowMs }: FormSettings): number {
  const spanMs = Math.max(a.lastMs - a.firstMs, b.lastMs - b.firstMs);
  return spanMs <= windowMs ? 1 : windowMs / spanMs;
}

type At = { readonly rarity: Rarity; readonly atMs: number };

/** What rules find everywhere every day ties nothing together by itself. */
const commonFactor = (a: FormAlert, b: FormAlert, { rarity, atMs }: At): number =>
  0.5 + 0.5 * Math.min(rarity.rule(a.ruleId, atMs).worth, rarity.rule(b.ruleId, atMs).worth);

function sharedBy(a: FormAlert, b: FormAlert, { rarity, atMs }: At): Shared[] {
  const inB = new Set(b.touched.map((one) => keyOf(one, b.unitId)));
  const isSame = subjectOf(a) === subjectOf(b);
  return a.touched
    .filter((one) => inB.has(keyOf(one, a.unitId)))
    .map((one) => {
      const { subjects, worth } = rarity.value(keyOf(one, a.unitId), atMs);
      const isOwn = isSame && one.role === "self";
      const weight = KIND_WEIGHT[one.kind] * (isOwn ? Math.max(worth, OWN_WORTH) : worth);
      return { kind: one.kind, value: one.value, subjects, weight };
    })
    .filter(({ weight }) => weight > 0)
    .sort((x, y) => y.weight - x.weight || compareText(x.kind, y.kind) || compareText(x.value, y.value));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byStrength = (x: Bond, y: Bond): number =>
  y.strength - x.strength || byBeginning(x.a, y.a) || byBeginning(x.b, y.b);
