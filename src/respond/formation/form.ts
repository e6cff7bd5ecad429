import type { FormAlert, FormSettings } from "./alert.ts";
import { type Bond, findBonds, type Link } from "./bond.ts";
import { type Cluster, type HandDecisions, joinAlerts } from "./cluster.ts";
import { gatherOutbreaks } from "./gather.ts";
import { concerns, type GroupingRule, linksOf } from "./grouping-rule.ts";
import { keyAlerts } from "./keyed.ts";
import { type FirstSeen, findNew } from "./novelty.ts";
import { findOutbreaks } from "./outbreak.ts";
import { measureRarity } from "./rarity.ts";
import { type Judging, type Score, scoreOf } from "./score.ts";

/** A cluster and what it is worth. `opens`: enough for an incident. `id`: its oldest alert's. `bonds`: its links with reasons. */
export type Formed = Omit<Cluster, "links"> & {
  readonly id: string;
  readonly bonds: readonly Bond[];
  readonly score: Score;
  readonly opens: boolean;
};

export type Forming = Pick<Judging, "verdictsOf" | "assetValueOf"> & {
  readonly settings: FormSettings;
  readonly decisions: HandDecisions;
  readonly groupingRules: readonly GroupingRule[];
  readonly firstSeen: FirstSeen;
};

/**
 * Alerts in, clusters with their reasons out. Pure: it measures what is rare from the alerts themselves and works in one fixed
 * order, so the same alerts give the same clusters in whatever order and portions they came.
 */
export function formClusters(unordered: readonly FormAlert[], forming: Forming): Formed[] {
  const { settings, decisions, verdictsOf, assetValueOf } = forming;
  const keyed = keyAlerts(unordered);
  const { alerts } = keyed;
  const rarity = measureRarity(keyed);
  const fresh = findNew(alerts, forming.firstSeen);
  const isNew = ({ id }: FormAlert): boolean => fresh.has(id);
  const rules = forming.groupingRules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byHand = rules.filter(({ effect }) => effect === "join").flatMap((rule) => linksOf(rule, alerts));
  const muting = rules.filter(({ effect }) => effect === "never-open");
  const isMuted = (alert: FormAlert): boolean => muting.some((rule) => concerns(rule, alert));
  const found = findBonds(keyed, rarity, settings);
  const bondOf = (link: Link): Bond => ({
    ...link,
    shared: link.groupingRule === undefined && link.outbreak === undefined ? found.reasons(link) : [],
  });
  const judge = (of: readonly FormAlert[]) => {
    const score = scoreOf(of, { rarity, verdictsOf, assetValueOf, isMuted, isNew });
    return { score, opens: score.total >= settings.threshold || isGrave(of, isMuted) };
  };
  const clusters = joinAlerts(alerts, both(byHand, found.links()), { settings, decisions });
  const outbreaks = findOutbreaks(alerts, settings, isMuted);
  const opens = (of: readonly FormAlert[]): boolean => judge(of).opens;
  return gatherOutbreaks(clusters, outbreaks, { settings, decisions, opens }).map((cluster) => ({
    alerts: cluster.alerts,
    bonds: cluster.links.map(bondOf),
    id: cluster.alerts[0]?.id ?? "",
    ...judge(cluster.alerts),
  }));
}

function* both(first: Iterable<Link>, then: Iterable<Link>): Generator<Link> {
  yield* first;
  yield* then;
}

/** However often a rule was wrong: what it calls high or critical is looked at by a person, unless a person said otherwise. */
const isGrave = (alerts: readonly FormAlert[], isMuted: (alert: FormAlert) => boolean): boolean =>
  alerts.some((alert) => !alert.isSettled && (alert.level === "high" || alert.level === "critical") && !isMuted(alert));
