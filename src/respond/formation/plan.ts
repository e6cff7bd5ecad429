import { MAX_INCIDENT_ALERTS } from "../incident/contract.ts";

/** An incident that holds some of the alerts now. */
export type Holder = {
  readonly id: string;
  readonly number: number;
  readonly unitId: string;
  /** A person has opened, changed or annotated it: formation adds to it and does nothing else. */
  readonly isTouched: boolean;
  readonly status: "open" | "contained" | "resolved" | "closed";
  /** Closed by formation, because its score had fallen: it may open again. */
  readonly isWithdrawn: boolean;
  readonly closedAtMs: number | null;
  readonly alertIds: readonly string[];
};

/** A cluster as planning looks at it. */
export type Planned = {
  readonly alertIds: readonly string[];
  readonly score: number;
  readonly opens: boolean;
};

/** What is to be done so that the incidents say what the clusters say. `cluster`: the place in the list. */
export type Step =
  | {
      readonly do: "open";
      readonly cluster: number;
      readonly alertIds: readonly string[];
      readonly continues: string | null;
      /** True when the cluster has an incident already that cannot take these alerts. */
      readonly isRest: boolean;
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
  /** True when whoever may see incidents of the first unit may see those of the second. */
  readonly covers: (above: string, below: string) => boolean;
  /** Undefined of an alert that is too old, or one too many, to be joined: it is in no cluster, and that says nothing. */
  readonly unitOf: (alertId: string) => string | undefined;
};

const isLive = ({ status, isWithdrawn }: Holder): boolean => status !== "closed" || isWithdrawn;

/**
 * Compares clusters with incidents. Untouched incidents follow their cluster; whatever a person has touched only grows. Pure.
 * Alerts leave before others come, so that no alert is in two incidents at once.
 */
export function planSteps(clusters: readonly Planned[], planning: Planning): Plan {
  const holderOf = new Map<string, Holder>();
  for (const holder of planning.holders) for (const id of holder.alertIds) holderOf.set(id, holder);
  const following = new Set(planning.holders.filter((holder) => isFollowing(holder, planning)));
  const targets = chooseTargets(clusters, holderOf);
  const coming: Step[] = [];
  const moved = new Map<string, string[]>();
  const take = (ids: readonly string[]): void => {
    for (const id of ids) {
      const holder = holderOf.get(id);
      if (holder) moved.set(holder.id, [...(moved.get(holder.id) ?? []), id]);
    }
  };
  clusters.forEach((cluster, place) => {
    const target = targets.get(place);
    const free = cluster.alertIds.filter((id) => {
      const holder = holderOf.get(id);
      return holder === undefined || (following.has(holder) && holder !== target);
    });
    // Withdrawn and not worth reopening is as good as having none.
    if (!cluster.opens && (target === undefined || target.isWithdrawn)) {
      take(free);
      return;
    }
    if (target === undefined) {
      take(free);
      const continues = formerOf(cluster, holderOf, planning);
      if (free.length > 0) coming.push({ do: "open", cluster: place, alertIds: free, continues, isRest: false });
      return;
    }
    const wanted = free.filter((id) => !planning.keptOut.get(id)?.has(target.id));
    const { fitting, rest } = divide(target, wanted, planning);
    take(fitting);
    coming.push(...stepsFor(target, cluster, { fitting, mayEnd: following.has(target) }));
    coming.push(...stepsForRest(target, { cluster, place, rest, holderOf, following }));
  });
  const leaving = [...moved].map(([incident, alertIds]): Step => ({ do: "take-out", incident, alertIds }));
  const placeOf = new Map(clusters.flatMap(({ alertIds }, place) => alertIds.map((id) => [id, place] as const)));
  const absorbed = planning.holders
    .filter((holder) => isLive(holder) && moved.get(holder.id)?.length === holder.alertIds.length)
    .map((holder): Step => {
      const place = placeOf.get(holder.alertIds[0] ?? "");
      // Nowhere when its alerts no longer make an incident.
      const into = (place !== undefined && targets.get(place)?.id) || "";
      return { do: "absorb", incident: holder.id, into };
    });
  return {
    steps: [...leaving, ...absorbed, ...coming],
    incidentOf: new Map([...targets].map(([place, { id }]) => [place, id])),
  };
}

/** Nobody has touched it, and all of its alerts are looked at: it is wherever they are. */
const isFollowing = (holder: Holder, { unitOf }: Planning): boolean =>
  isLive(holder) && !holder.isTouched && holder.alertIds.every((id) => unitOf(id) !== undefined);

type Division = { readonly fitting: readonly string[]; readonly rest: readonly string[] };

/** An incident has room for so many, and what a person has touched takes nothing from units whose people would not see it. */
function divide(target: Holder, wanted: readonly string[], { covers, unitOf }: Planning): Division {
  const mayCome = (id: string): boolean => !target.isTouched || covers(target.unitId, unitOf(id) ?? "");
  const room = Math.max(0, MAX_INCIDENT_ALERTS - target.alertIds.length);
  const fitting = wanted.filter(mayCome).slice(0, room);
  return { fitting, rest: wanted.filter((id) => !fitting.includes(id)) };
}

function stepsFor(
  target: Holder,
  cluster: Planned,
  { fitting, mayEnd }: { readonly fitting: readonly string[]; readonly mayEnd: boolean },
): Step[] {
  const steps: Step[] = [];
  const { score } = cluster;
  if (target.isWithdrawn && cluster.opens) steps.push({ do: "reopen", incident: target.id, score });
  if (fitting.length > 0) steps.push({ do: "add", incident: target.id, alertIds: fitting });
  if (mayEnd && !target.isWithdrawn && !cluster.opens) steps.push({ do: "withdraw", incident: target.id, score });
  return steps;
}

type Remaining = {
  readonly cluster: Planned;
  readonly place: number;
  readonly rest: readonly string[];
  readonly holderOf: ReadonlyMap<string, Holder>;
  readonly following: ReadonlySet<Holder>;
};

/** What the incident cannot take stays where it is; what is nowhere goes to the one beside it, or opens one that continues it. */
function stepsForRest(target: Holder, { cluster, place, rest, holderOf, following }: Remaining): Step[] {
  const homeless = rest.filter((id) => !holderOf.has(id));
  if (homeless.length === 0) return [];
  const beside = rest
    .map((id) => holderOf.get(id))
    .find((holder) => holder !== undefined && following.has(holder) && !holder.isWithdrawn);
  if (beside) {
    const alertIds = homeless.slice(0, Math.max(0, MAX_INCIDENT_ALERTS - beside.alertIds.length));
    return alertIds.length === 0 ? [] : [{ do: "add", incident: beside.id, alertIds }];
  }
  if (!cluster.opens) return [];
  return [{ do: "open", cluster: place, alertIds: homeless, continues: target.id, isRest: true }];
}

/** Each incident goes with the cluster that has most of its alerts; each cluster takes what people touched first, then the oldest. */
function chooseTargets(clusters: readonly Planned[], holderOf: ReadonlyMap<string, Holder>): Map<number, Holder> {
  const shares = new Map<Holder, { place: number; alerts: number }>();
  const candidates = clusters.map((cluster, place) => {
    const counts = new Map<Holder, number>();
    for (const id of cluster.alertIds) {
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
    const isOpening = clusters[place]?.opens ?? false;
    const [best] = holders
      .filter((holder) => shares.get(holder)?.place === place)
      .sort((a, b) => byClaim(a, b, isOpening));
    if (best) targets.set(place, best);
  });
  return targets;
}

/** What opens nothing reopens nothing: of such a cluster the incident that is still open is told of. */
const byClaim = (a: Holder, b: Holder, isOpening: boolean): number =>
  Number(b.isTouched) - Number(a.isTouched) ||
  (isOpening ? 0 : Number(a.isWithdrawn) - Number(b.isWithdrawn)) ||
  a.number - b.number;

/** The incident that a person closed last among those that hold alerts of the cluster. */
function formerOf(
  cluster: Planned,
  holderOf: ReadonlyMap<string, Holder>,
  { nowMs, continuesMs }: Planning,
): string | null {
  const closed = [...new Set(cluster.alertIds.map((id) => holderOf.get(id)))].filter(
    (holder) => holder !== undefined && !isLive(holder) && nowMs - (holder.closedAtMs ?? 0) <= continuesMs,
  );
  return closed.sort((a, b) => (b?.closedAtMs ?? 0) - (a?.closedAtMs ?? 0))[0]?.id ?? null;
}
