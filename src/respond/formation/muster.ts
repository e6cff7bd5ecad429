import type { FormAlert } from "./alert.ts";
import { apartOf, type Link } from "./bond.ts";
import type { Cluster } from "./cluster.ts";
import type { Outbreak } from "./outbreak.ts";

/** An alert of a cluster that is of an outbreak. */
type Hit = { readonly alert: FormAlert; readonly outbreak: Outbreak };
/** A cluster that an outbreak has hit; `hits` are in time order, never empty. */
export type Member = { readonly cluster: Cluster; readonly hits: readonly Hit[] };

/** Rules that hit the same clusters are one outbreak when they share so many of them, and this part of the larger one's. */
const LEAST_SHARED = 3;
const LEAST_SHARE = 1 / 4;
const RANKS = { informational: 0, low: 1, medium: 2, high: 3, critical: 4 } as const;

/** For each outbreak the clusters that go with it, in time order. No cluster goes with two. */
export function membersOf(
  clusters: readonly Cluster[],
  outbreaks: readonly Outbreak[],
  opens: (alerts: readonly FormAlert[]) => boolean,
): Member[][] {
  const outbreakOf = new Map(outbreaks.flatMap((one) => one.alerts.map((alert) => [alert.id, one] as const)));
  const hit = clusters.map((cluster) => hitsOf(cluster, outbreakOf)).filter(({ hits }) => hits.length > 0);
  const waves = wavesOf(hit, outbreaks);
  const byWave = new Map<Wave, Member[]>(waves.map((wave) => [wave, []]));
  const waveOf = new Map(waves.flatMap((wave) => wave.outbreaks.map((one) => [one, wave] as const)));
  for (const member of hit) {
    const of = new Set(member.hits.map(({ outbreak }) => waveOf.get(outbreak)));
    const wave = waves.find((one) => of.has(one));
    if (wave && goesAlong(member, wave, opens)) byWave.get(wave)?.push(member);
  }
  return [...byWave.values()];
}

const hitsOf = (cluster: Cluster, outbreakOf: ReadonlyMap<string, Outbreak>): Member => ({
  cluster,
  hits: cluster.alerts.flatMap((alert) => {
    const outbreak = outbreakOf.get(alert.id);
    return outbreak ? [{ alert, outbreak }] : [];
  }),
});

/** Outbreaks that are one. */
type Wave = {
  readonly outbreaks: readonly Outbreak[];
  readonly alerts: number;
  readonly rank: number;
  readonly clusters: number;
};

/**
 * The steps of one worm hit the same machines; a rule that misfires everywhere hits them too, and far more. The gravest first, of
 * equal ones the smallest: where both were, the particular one tells more.
 */
function wavesOf(hit: readonly Member[], outbreaks: readonly Outbreak[]): Wave[] {
  const placeOf = new Map(outbreaks.map((one, place) => [one, place]));
  const clusters = outbreaks.map(() => 0);
  const shared = new Map<number, number>();
  for (const { hits } of hit) {
    const places = [...new Set(hits.map(({ outbreak }) => placeOf.get(outbreak) ?? 0))].sort((a, b) => a - b);
    places.forEach((x, i) => {
      clusters[x] = (clusters[x] ?? 0) + 1;
      for (const y of places.slice(i + 1)) {
        const pair = x * outbreaks.length + y;
        shared.set(pair, (shared.get(pair) ?? 0) + 1);
      }
    });
  }
  const roots = outbreaks.map((_, place) => place);
  const rootOf = (place: number): number => (roots[place] === place ? place : rootOf(roots[place] ?? place));
  for (const [pair, both] of shared) {
    const [x, y] = [Math.floor(pair / outbreaks.length), pair % outbreaks.length];
    if (both < LEAST_SHARED || both < LEAST_SHARE * Math.max(clusters[x] ?? 0, clusters[y] ?? 0)) continue;
    const [a, b] = [rootOf(x), rootOf(y)];
    roots[Math.max(a, b)] = Math.min(a, b);
  }
  return [...Map.groupBy(outbreaks, (one) => rootOf(placeOf.get(one) ?? 0)).values()]
    .map((of): Wave => {
      const alerts = of.flatMap((one) => one.alerts);
      const most = Math.max(...of.map((one) => clusters[placeOf.get(one) ?? 0] ?? 0));
      const rank = alerts.reduce((top, { level }) => Math.max(top, RANKS[level]), 0);
      return { outbreaks: of, alerts: alerts.length, rank, clusters: most };
    })
    .sort((a, b) => b.rank - a.rank || a.clusters - b.clusters);
}

/**
 * What is nothing but the outbreak goes along. With something else beside it does when the outbreak alone would be an incident and
 * the rest would not: a rest that would is another attack, in which the outbreak happens to have a part. Only where most of
 * the outbreak is in one cluster, that is its home whatever else is there; there is never a second one.
 */
function goesAlong({ cluster, hits }: Member, wave: Wave, opens: (alerts: readonly FormAlert[]) => boolean): boolean {
  if (hits.length === cluster.alerts.length) return true;
  if (hits.filter(({ outbreak }) => wave.outbreaks.includes(outbreak)).length * 2 > wave.alerts) return true;
  const own = new Set(hits.map(({ alert }) => alert));
  return opens([...own]) && !opens(cluster.alerts.filter((alert) => !own.has(alert)));
}

/** Joined to the alert of the same rule before it, or to any other where the wave has several rules. `lasts` is not empty. */
export function linkInto(lasts: ReadonlyMap<string, FormAlert>, { hits }: Member): Link {
  const hit = hits.find(({ alert }) => lasts.has(alert.ruleId)) ?? hits[0];
  const before = lasts.get(hit?.alert.ruleId ?? "") ?? [...lasts.values()][0];
  if (hit === undefined || before === undefined) throw new Error("a cluster of an outbreak has none of its alerts");
  const { ruleId, alerts, subjects, withinMs } = hit.outbreak;
  const kinds = new Set(alerts.map(({ entity }) => entity.kind));
  const kind = kinds.size === 1 ? (alerts[0]?.entity.kind ?? "") : "";
  const outbreak = { ruleId, kind, subjects, withinMs };
  return { a: before, b: hit.alert, strength: 1, apartMs: apartOf(before, hit.alert), outbreak };
}
