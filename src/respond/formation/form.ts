import { byBeginning, type FormAlert, type FormSettings } from "./alert.ts";
import { findBonds } from "./bond.ts";
import { type Cluster, type HandDecisions, joinAlerts } from "./cluster.ts";
import { bondsOf, concerns, type GroupingRule } from "./grouping-rule.ts";
import { measureRarity } from "./rarity.ts";
import { type Judging, type Score, scoreOf } from "./score.ts";

/** A cluster and what it is worth. `opens`: enough for an incident. `id`: its oldest alert's. */
export type Formed = Cluster & { readonly id: string; readonly score: Score; readonly opens: boolean };

export type Forming = Pick<Judging, "verdictsOf" | "assetValueOf"> & {
  readonly settings: FormSettings;
  readonly decisions: HandDecisions;
  readonly groupingRules: readonly GroupingRule[];
};

/**
 * Alerts in, clusters with their reasons out. Pure: it measures what is rare from the alerts themselves and works in one fixed
 * order, so the same alerts give the same clusters in whatever order and portions they came.
 */
export function formClusters(alerts: readonly FormAlert[], forming: Forming): Formed[] {
  const { settings, decisions, verdictsOf, assetValueOf } = forming;
  const ordered = alerts.toSorted(byBeginning);
  const rarity = measureRarity(ordered);
  const rules = forming.groupingRules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byHand = rules.filter(({ effect }) => effect === "join").flatMap((rule) => bondsOf(rule, ordered));
  const muting = rules.filter(({ effect }) => effect === "never-open");
  const isMuted = (alert: FormAlert): boolean => muting.some((rule) => concerns(rule, alert));
  const bonds = [...byHand, ...findBonds(ordered, rarity, settings)];
  return joinAlerts(ordered, bonds, { settings, decisions }).map((cluster) => {
    const score = scoreOf(cluster.alerts, { rarity, verdictsOf, assetValueOf, isMuted });
    return { ...cluster, id: cluster.alerts[0]?.id ?? "", score, opens: score.total >= settings.threshold };
  });
}
