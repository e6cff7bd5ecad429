import type { TouchedKind } from "../../monitor/event/index.ts";
import type { FormAlert, FormSettings } from "./alert.ts";
import type { KeyedAlerts } from "./keyed.ts";
import type { Rarity } from "./rarity.ts";

/** What two alerts share, and what it is worth: `weight` = kind × rarity. `subjects`: on how many the value was seen. */
export type Shared = {
  readonly kind: TouchedKind;
  readonly value: string;
  readonly subjects: number;
  readonly weight: number;
};
/** That two alerts belong together. `strength` 0 to 1; `apartMs`: the time between them, 0 when they overlap. */
export type Link = {
  readonly a: FormAlert;
  readonly b: FormAlert;
  readonly strength: number;
  readonly apartMs: number;
  /** Set when a person's grouping rule joins them. */
  readonly groupingRule?: string;
  /** Set when they are of one outbreak. */
  readonly outbreak?: OutbreakReason;
};
/** That a rule began to fire on so many things within this time; `kind`: what they are, empty when of several kinds. */
export type OutbreakReason = {
  readonly ruleId: string;
  readonly kind: string;
  readonly subjects: number;
  readonly withinMs: number;
};
/** A link with its reasons. */
export type Bond = Link & { readonly shared: readonly Shared[] };

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

export type Bonds = {
  /** The strongest first; of equal ones those of the alerts that began first. */
  links(): Iterable<Link>;
  /** What the two share, the weightiest first. */
  reasons(link: Link): readonly Shared[];
};

/** All bonds that are strong enough. Pure: neither the order of alerts nor the cut of batches matters. */
export function findBonds(keyed: KeyedAlerts, rarity: Rarity, settings: FormSettings): Bonds {
  const measuring = { keyed, rarity, settings };
  const { alerts } = keyed;
  const firsts: number[] = [];
  const seconds: number[] = [];
  const strengths: number[] = [];
  forEachPair(measuring, (i, j, strength) => {
    if (strength < settings.minBond) return;
    firsts.push(i);
    seconds.push(j);
    strengths.push(strength);
  });
  const order = Uint32Array.from(strengths.keys()).sort(
    (x, y) =>
      (strengths[y] ?? 0) - (strengths[x] ?? 0) ||
      (firsts[x] ?? 0) - (firsts[y] ?? 0) ||
      (seconds[x] ?? 0) - (seconds[y] ?? 0),
  );
  const placeOf = new Map(alerts.map((alert, place) => [alert.id, place]));
  return {
    links: function* () {
      for (const at of order) {
        const a = alerts[firsts[at] ?? 0];
        const b = alerts[seconds[at] ?? 0];
        if (a && b) yield { a, b, strength: strengths[at] ?? 0, apartMs: apartOf(a, b) };
      }
    },
    reasons: ({ a, b }) => reasonsOf(measuring, placeOf.get(a.id) ?? 0, placeOf.get(b.id) ?? 0),
  };
}

type Measuring = { readonly keyed: KeyedAlerts; readonly rarity: Rarity; readonly settings: FormSettings };

export const apartOf = (a: FormAlert, b: FormAlert): number => Math.max(0, b.firstMs - a.lastMs, a.firstMs - b.lastMs);

/**
 * Every two alerts that are neighbors under some value, once: under the smallest of those. What is worth nothing, because everything
 * touches it, brings no two together.
 */
function forEachPair(measuring: Measuring, found: (i: number, j: number, strength: number) => void): void {
  const { keyed, settings } = measuring;
  const { alerts, keys, keyCount } = keyed;
  const lists = Array.from({ length: keyCount }, (): number[] => []);
  const positions = keys.map((own, place) => own.map((key) => (lists[key]?.push(place) ?? 1) - 1));
  lists.forEach((places, key) => {
    for (let x = 0; x < places.length; x += 1) {
      for (let y = x + 1; y < places.length && y <= x + NEIGHBORS; y += 1) {
        const [i, j] = [places[x] ?? 0, places[y] ?? 0];
        const [a, b] = [alerts[i], alerts[j]];
        if (!a || !b) continue;
        // Most pairs end here: nothing that they may share makes up for the time between.
        const nearness = nearnessOf(a, b, settings);
        if (nearness < settings.minBond) continue;
        const strength = strengthUnder(measuring, { key, i, j, nearness, positions });
        if (strength !== undefined) found(i, j, strength);
      }
    }
  });
}

type Pair = {
  readonly key: number;
  readonly i: number;
  readonly j: number;
  readonly nearness: number;
  readonly positions: readonly Int32Array[];
};

/** undefined when the key brings nothing, or the pair was met under a smaller one. */
function strengthUnder(measuring: Measuring, { key, i, j, nearness, positions }: Pair): number | undefined {
  const { keyed, rarity } = measuring;
  const [a, b] = [keyed.alerts[i], keyed.alerts[j]];
  const [ofA, ofB, atA, atB] = [keyed.keys[i], keyed.keys[j], positions[i], positions[j]];
  if (!a || !b || !ofA || !ofB || !atA || !atB) return undefined;
  const atMs = Math.max(a.lastMs, b.lastMs);
  if (weightOf(measuring, { key, i, j, atMs }) === 0) return undefined;
  let rest = 1;
  for (let x = 0, y = 0; x < ofA.length && y < ofB.length; ) {
    const [kx, ky] = [ofA[x] ?? 0, ofB[y] ?? 0];
    if (kx === ky) {
      const weight = weightOf(measuring, { key: kx, i, j, atMs });
      if (kx < key && weight > 0 && Math.abs((atA[x] ?? 0) - (atB[y] ?? 0)) <= NEIGHBORS) return undefined;
      rest *= 1 - weight;
    }
    if (kx <= ky) x += 1;
    if (ky <= kx) y += 1;
  }
  return (1 - rest) * nearness * commonFactor(a, b, { rarity, atMs });
}

type Sharing = { readonly key: number; readonly i: number; readonly j: number; readonly atMs: number };

function weightOf({ keyed, rarity }: Measuring, { key, i, j, atMs }: Sharing): number {
  const one = touchedBy(keyed, i, key);
  if (one === undefined) return 0;
  const { worth } = rarity.value(key, atMs);
  const isOwn = one.role === "self" && keyed.subjects[i] === keyed.subjects[j];
  return KIND_WEIGHT[one.kind] * (isOwn ? Math.max(worth, OWN_WORTH) : worth);
}

function touchedBy({ alerts, keys, touchedAt }: KeyedAlerts, place: number, key: number) {
  const at = touchedAt[place]?.[keys[place]?.indexOf(key) ?? -1];
  return at === undefined ? undefined : alerts[place]?.touched[at];
}

/** 0 past the window; half when the half-life lies between. */
function nearnessOf(a: FormAlert, b: FormAlert, settings: FormSettings): number {
  const apartMs = apartOf(a, b);
  if (apartMs > settings.windowMs) return 0;
  return 2 ** (-apartMs / settings.halfLifeMs) * lastingFactor(a, b, settings);
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

function reasonsOf(measuring: Measuring, i: number, j: number): Shared[] {
  const { keyed, rarity } = measuring;
  const [a, b, ofB] = [keyed.alerts[i], keyed.alerts[j], new Set(keyed.keys[j])];
  if (!a || !b) return [];
  const atMs = Math.max(a.lastMs, b.lastMs);
  return [...(keyed.keys[i] ?? [])]
    .filter((key) => ofB.has(key))
    .flatMap((key) => {
      const one = touchedBy(keyed, i, key);
      if (!one) return [];
      const { subjects } = rarity.value(key, atMs);
      return [{ kind: one.kind, value: one.value, subjects, weight: weightOf(measuring, { key, i, j, atMs }) }];
    })
    .filter(({ weight }) => weight > 0)
    .sort((x, y) => y.weight - x.weight || compareText(x.kind, y.kind) || compareText(x.value, y.value));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
