import { byBeginning, type FormAlert, type FormSettings } from "./alert.ts";
import type { Link } from "./bond.ts";

/** Alerts that belong together, oldest first, and the links that hold them: one fewer than alerts. */
export type Cluster = { readonly alerts: readonly FormAlert[]; readonly links: readonly Link[] };

/** Which incident a person put an alert into, and which ones a person took it out of. */
export type HandDecisions = {
  readonly heldBy: ReadonlyMap<string, string>;
  readonly keptOut: ReadonlyMap<string, ReadonlySet<string>>;
};
export const NO_DECISIONS: HandDecisions = { heldBy: new Map(), keptOut: new Map() };

/** A cluster that still grows, with what people decided of its alerts. */
export type Part = { alerts: FormAlert[]; links: Link[]; held: ReadonlySet<string>; keptOut: ReadonlySet<string> };
export type Joining = { readonly settings: FormSettings; readonly decisions: HandDecisions };

/**
 * Joins along the strongest links first (Kruskal), unless that would make a cluster too large, or bring together what a person
 * has put apart. Every alert is in exactly one cluster, many of them alone.
 */
export function joinAlerts(alerts: readonly FormAlert[], links: Iterable<Link>, joining: Joining): Cluster[] {
  const ofAlert = new Map<string, Part>();
  for (const alert of alerts) ofAlert.set(alert.id, partOf(alert, joining.decisions));
  for (const link of links) {
    const a = ofAlert.get(link.a.id);
    const b = ofAlert.get(link.b.id);
    if (!a || !b || a === b || !mayJoin(a, b, joining.settings)) continue;
    const [into, from] = a.alerts.length >= b.alerts.length ? [a, b] : [b, a];
    absorb(into, from, link);
    for (const alert of from.alerts) ofAlert.set(alert.id, into);
  }
  return clustersOf(new Set(ofAlert.values()));
}

function partOf(alert: FormAlert, { heldBy, keptOut }: HandDecisions): Part {
  const held = heldBy.get(alert.id);
  return {
    alerts: [alert],
    links: [],
    held: new Set(held === undefined ? [] : [held]),
    keptOut: keptOut.get(alert.id) ?? new Set<string>(),
  };
}

/** A cluster that goes on growing. */
export function reopened({ alerts, links }: Cluster, decisions: HandDecisions): Part {
  const parts = alerts.map((alert) => partOf(alert, decisions));
  return {
    alerts: [...alerts],
    links: [...links],
    held: new Set(parts.flatMap(({ held }) => [...held])),
    keptOut: new Set(parts.flatMap(({ keptOut }) => [...keptOut])),
  };
}

export function absorb(into: Part, from: Part, link: Link): void {
  into.alerts.push(...from.alerts);
  into.links.push(...from.links, link);
  into.held = into.held.union(from.held);
  into.keptOut = into.keptOut.union(from.keptOut);
}

export const clustersOf = (parts: Iterable<Part>): Cluster[] =>
  [...parts].map(({ alerts, links }) => ({ alerts: alerts.sort(byBeginning), links })).sort((x, y) => orderOf(x, y));

function orderOf(x: Cluster, y: Cluster): number {
  const [a] = x.alerts;
  const [b] = y.alerts;
  return a && b ? byBeginning(a, b) : 0;
}

export function mayJoin(a: Part, b: Part, { maxAlerts }: FormSettings): boolean {
  if (a.alerts.length + b.alerts.length > maxAlerts) return false;
  if (a.held.size + b.held.size === 0) return true;
  const held = a.held.union(b.held);
  return held.size <= 1 && held.isDisjointFrom(a.keptOut.union(b.keptOut));
}
