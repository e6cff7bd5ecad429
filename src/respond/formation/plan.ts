import type { Formed } from "./form.ts";

/** An incident that holds some of the alerts now. */
export type Holder = {
  readonly id: string;
  readonly number: number;
  /** A person has opened, changed or annotated it: formation adds to it and does nothing else. */
  readonly isTouched: boolean;
  readonly status: "open" | "contained" | "resolved" | "closed";
  /** Closed by formation, because its score had fallen: it may open again. */
  readonly isWithdrawn: boolean;
  readonly closedAtMs: number | null;
  readonly alertIds: readonly string[];
};

/** What is to be done so that the incidents say what the clusters say. `cluster`: the place in the list. */
export type Step =
  | {
      readonly do: "open";
      readonly cluster: number;
      readonly alertIds: readonly string[];
      readonly continues: string | null;
    }
  | { readonly do: "add"; readonly incident: string; readonly alertIds: readonly string[] }
  | { readonly do: "take-out"; readonly incident: string; readonly alertIds: readonly string[] }
  | { readonly do: "withdraw"; readonly incident: string; readonly score: number }
  | { readonly do: "reopen"; readonly incident: string; readonly score: number }
  | { readonly do: "absorb"; readonly incident: string; readonly into: string };
/** `incidentOf`: the incident of each cluster that has one; an opened one is named by the step. */
export type Plan = { readonly steps: readonly Step[]; readonly incidentOf: ReadonlyMap<number, string> };

export type Planning = {
  readonly holders: readonly Holder[];
  readonly keptOut: ReadonlyMap<string, ReadonlySet<string>>;
  readonly nowMs: number;
  /** A cluster that goes on within this time after a person closed its incident is told as its continuation. */
  readonly continuesMs: number;
};

const isLive = ({ status, isWithdrawn }: Holder): boolean => status !== "closed" || isWithdrawn;

/**
 * Compares clusters with incidents. Untouched incidents follow their cluster; whatever a person has touched only grows. Pure.
 * Alerts leave before others come, so that no alert is in two incidents at once.
 */
export function planSteps(clusters: readonly Formed[], planning: Planning): Plan {
  const holderOf = new Map<string, Holder>();
  for (const holder of planning.holders) for (const id of holder.alertIds) holderOf.set(id, holder);
  const targets = chooseTargets(clusters, holderOf);
  const leaving: Step[] = [];
  const coming: Step[] = [];
  const moved = new Map<string, string[]>();
  clusters.forEach((cluster, place) => {
    const target = targets.get(place);
    const free = cluster.alerts.filter(({ id }) => {
      const holder = holderOf.get(id);
      return holder === undefined || (isFollowing(holder) && holder !== target);
    });
    if (!target && !cluster.opens) {
      for (const { id } of free) takeFrom(holderOf.get(id), id, moved);
      return;
    }
    const wanted = free.map(({ id }) => id).filter((id) => !(target && planning.keptOut.get(id)?.has(target.id)));
    for (const id of wanted) takeFrom(holderOf.get(id), id, moved);
    if (target) coming.push(...stepsFor(target, cluster, wanted));
    else if (wanted.length > 0) {
      const continues = formerOf(cluster, holderOf, planning);
      coming.push({ do: "open", cluster: place, alertIds: wanted, continues });
    }
  });
  for (const [incident, alertIds] of moved) leaving.push({ do: "take-out", incident, alertIds });
  const absorbed = planning.holders
    .filter((holder) => isFollowing(holder) && moved.get(holder.id)?.length === holder.alertIds.length)
    .map((holder): Step => ({ do: "absorb", incident: holder.id, into: whereTo(holder, clusters, targets) }));
  return {
    steps: [...leaving, ...absorbed, ...coming],
    incidentOf: new Map([...targets].map(([place, { id }]) => [place, id])),
  };
}

/** Nobody has touched it: it is wherever its alerts are. */
const isFollowing = (holder: Holder): boolean => isLive(holder) && !holder.isTouched;

function takeFrom(holder: Holder | undefined, alertId: string, moved: Map<string, string[]>): void {
  if (holder) moved.set(holder.id, [...(moved.get(holder.id) ?? []), alertId]);
}

function stepsFor(target: Holder, cluster: Formed, wanted: readonly string[]): Step[] {
  const steps: Step[] = [];
  const score = cluster.score.total;
  if (target.isWithdrawn && cluster.opens) steps.push({ do: "reopen", incident: target.id, score });
  if (wanted.length > 0) steps.push({ do: "add", incident: target.id, alertIds: wanted });
  if (!target.isTouched && !target.isWithdrawn && !cluster.opens) {
    steps.push({ do: "withdraw", incident: target.id, score });
  }
  return steps;
}

/** Each incident goes with the cluster that has most of its alerts; each cluster takes what people touched first, then the oldest. */
function chooseTargets(clusters: readonly Formed[], holderOf: ReadonlyMap<string, Holder>): Map<number, Holder> {
  const shares = new Map<Holder, { place: number; alerts: number }>();
  const candidates = clusters.map((cluster, place) => {
    const counts = new Map<Holder, number>();
    for (const { id } of cluster.alerts) {
      const holder = holderOf.get(id);
      if (holder && isLive(holder)) counts.set(holder, (counts.get(holder) ?? 0) + 1);
    }
    for (const [holder, alerts] of counts) {
      if (alerts > (shares.get(holder)?.alerts ?? 0)) shares.set(holder, { place, alerts });
    }
    return [...counts.keys()];
  });
  const targets = new Map<number, Holder>();
  candidates.forEach((holders, place) => {
    const [best] = holders.filter((holder) => shares.get(holder)?.place === place).sort(byClaim);
    if (best) targets.set(place, best);
  });
  return targets;
}

const byClaim = (a: Holder, b: Holder): number => Number(b.isTouched) - Number(a.isTouched) || a.number - b.number;

/** "" when its alerts no longer make an incident. */
function whereTo(holder: Holder, clusters: readonly Formed[], targets: ReadonlyMap<number, Holder>): string {
  const [first] = holder.alertIds;
  const place = clusters.findIndex(({ alerts }) => alerts.some(({ id }) => id === first));
  return targets.get(place)?.id ?? "";
}

/** The incident that a person closed last among those that hold alerts of the cluster. */
function formerOf(
  cluster: Formed,
  holderOf: ReadonlyMap<string, Holder>,
  { nowMs, continuesMs }: Planning,
): string | null {
  const closed = [...new Set(cluster.alerts.map(({ id }) => holderOf.get(id)))].filter(
    (holder) => holder !== undefined && !isLive(holder) && nowMs - (holder.closedAtMs ?? 0) <= continuesMs,
  );
  return closed.sort((a, b) => (b?.closedAtMs ?? 0) - (a?.closedAtMs ?? 0))[0]?.id ?? null;
}
