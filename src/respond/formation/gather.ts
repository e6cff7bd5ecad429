import type { FormAlert } from "./alert.ts";
import {
  absorb,
  type Cluster,
  clustersOf,
  type HandDecisions,
  type Joining,
  mayJoin,
  type Part,
  reopened,
} from "./cluster.ts";
import { linkInto, type Member, membersOf } from "./muster.ts";
import type { Outbreak } from "./outbreak.ts";

type Gathering = Joining & { readonly opens: (alerts: readonly FormAlert[]) => boolean };

/**
 * Makes one cluster of those that one outbreak has hit. Only whole clusters are joined, and each for one outbreak: what two real
 * attacks have of a rule that fires everywhere never makes one of them.
 */
export function gatherOutbreaks(
  clusters: readonly Cluster[],
  outbreaks: readonly Outbreak[],
  gathering: Gathering,
): Cluster[] {
  const joined = new Set<Cluster>();
  const parts: Part[] = [];
  for (const members of membersOf(clusters, outbreaks, gathering.opens)) {
    if (members.length < 2) continue;
    for (const { cluster } of members) joined.add(cluster);
    parts.push(...gatherOne(members, gathering));
  }
  if (parts.length === 0) return [...clusters];
  return clustersOf([
    ...clusters.filter((cluster) => !joined.has(cluster)).map((cluster) => reopened(cluster, gathering.decisions)),
    ...parts,
  ]);
}

type Filling = { readonly part: Part; readonly lasts: Map<string, FormAlert> };

/**
 * What one incident of a person holds comes together first. The others go to the largest of those, as far as there is room and
 * nobody decided otherwise; what is left makes the next part.
 */
function gatherOne(members: readonly Member[], { settings, decisions }: Gathering): Part[] {
  const byHolder = Map.groupBy(members, ({ cluster }) => holderOf(cluster, decisions));
  const free = byHolder.get("") ?? [];
  byHolder.delete("");
  const held = [...byHolder.values()].sort((a, b) => b.length - a.length);
  const [largest = [], ...others] = held.map((group) => fill([], group));
  return [...fill(largest, free), ...others.flat()].map(({ part }) => part);

  function fill(fillings: readonly Filling[], group: readonly Member[]): Filling[] {
    const into = [...fillings];
    for (const member of group) {
      const part = reopened(member.cluster, decisions);
      const target = into.find((filling) => mayJoin(filling.part, part, settings));
      const filling = target ?? { part, lasts: new Map() };
      if (target) absorb(target.part, part, linkInto(target.lasts, member));
      else into.push(filling);
      for (const { alert } of member.hits) filling.lasts.set(alert.ruleId, alert);
    }
    return into;
  }
}

/** The incident of a person that holds some of it; a cluster is never of two. */
const holderOf = ({ alerts }: Cluster, { heldBy }: HandDecisions): string =>
  alerts.map(({ id }) => heldBy.get(id)).find((held) => held !== undefined) ?? "";
