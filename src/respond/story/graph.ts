import type { IncidentAlert } from "../incident/contract.ts";
import type { Mapping } from "../killchain/index.ts";
import { highestOf, rankOf, stepOfOccurrence } from "./act.ts";
import type { AttackGraph, GraphEdge, GraphNode } from "./contract.ts";
import { type Entity, isOutside, linksOf, searchFor } from "./entities.ts";
import type { Occurrence } from "./occurrence.ts";

/** Nodes that are drawn one by one; of the others each kind has one for all. */
export const MAX_NODES = 60;
export const MAX_EDGES = 300;
const MAX_NAMES = 50;
const MAX_ALERT_IDS = 50;

type Level = IncidentAlert["severity"];
type Grown = { severity: Level; events: number; alertIds: Set<string>; firstMs: number; lastMs: number };
type Node = Grown & { readonly entity: Entity };
type Edge = Grown & {
  readonly from: string;
  readonly to: string;
  readonly didWhat: string;
  readonly first: Occurrence;
  readonly step: GraphEdge["step"];
};

/** Whom and what the events join, bounded. `occurrences`: oldest first. */
export function graphOf(
  occurrences: readonly Occurrence[],
  mapping: Mapping,
  maxNodes = MAX_NODES,
): Omit<AttackGraph, "alerts" | "basis"> {
  const { nodes, edges } = grow(occurrences, mapping);
  const ranked = [...nodes.values()].sort(
    (a, b) => rankOf(b.severity) - rankOf(a.severity) || b.events - a.events || (a.entity.key < b.entity.key ? -1 : 1),
  );
  const drawn = new Set(ranked.slice(0, maxNodes).map(({ entity }) => entity.key));
  const idOf = (key: string): string => {
    const node = nodes.get(key);
    return drawn.has(key) || !node ? key : `more\n${node.entity.kind}`;
  };
  const clusters = [...Map.groupBy(ranked.slice(maxNodes), ({ entity }) => entity.kind)].map(([kind, members]) =>
    clusterOf(kind, members),
  );
  const merged = mergeEdges([...edges.values()], idOf);
  const kept = new Set(
    merged.toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity) || a.firstMs - b.firstMs).slice(0, MAX_EDGES),
  );
  return {
    nodes: [...ranked.slice(0, maxNodes).map(nodeView), ...clusters].sort((a, b) => (a.firstAt < b.firstAt ? -1 : 1)),
    edges: merged.filter((edge) => kept.has(edge)).map(edgeView),
    moreEdges: merged.length - kept.size,
  };
}

function grow(occurrences: readonly Occurrence[], mapping: Mapping) {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  for (const occurrence of occurrences) {
    const step = stepOfOccurrence(occurrence, mapping);
    const touched = new Map<string, Entity>();
    for (const { from, to } of linksOf(occurrence)) {
      touched.set(from.key, from).set(to.key, to);
      const key = JSON.stringify([from.key, to.key, occurrence.six.didWhat]);
      const known = edges.get(key);
      if (known) add(known, occurrence);
      else {
        const ends = { from: from.key, to: to.key, didWhat: occurrence.six.didWhat, first: occurrence, step };
        edges.set(key, { ...ends, ...newborn(occurrence) });
      }
    }
    for (const [key, entity] of touched) {
      const known = nodes.get(key);
      if (known) add(known, occurrence);
      else nodes.set(key, { entity, ...newborn(occurrence) });
    }
  }
  return { nodes, edges };
}

const newborn = ({ alerts, timeMs }: Occurrence): Grown => ({
  severity: highestOf(alerts),
  events: 1,
  alertIds: new Set(alerts.map(({ id }) => id)),
  firstMs: timeMs,
  lastMs: timeMs,
});

function add(grown: Grown, { alerts, timeMs }: Occurrence): void {
  grown.severity = highestOf([grown, ...alerts]);
  grown.events += 1;
  for (const { id } of alerts) grown.alertIds.add(id);
  grown.firstMs = Math.min(grown.firstMs, timeMs);
  grown.lastMs = Math.max(grown.lastMs, timeMs);
}

function absorb(grown: Grown, other: Grown): void {
  grown.severity = highestOf([grown, other]);
  grown.events += other.events;
  for (const id of other.alertIds) grown.alertIds.add(id);
  grown.firstMs = Math.min(grown.firstMs, other.firstMs);
  grown.lastMs = Math.max(grown.lastMs, other.lastMs);
}

/** Edges between the drawn nodes, in order of their first event; what lies within a cluster is not drawn. */
function mergeEdges(edges: readonly Edge[], idOf: (key: string) => string): Edge[] {
  const merged = new Map<string, Edge>();
  for (const edge of edges) {
    const [from, to] = [idOf(edge.from), idOf(edge.to)];
    if (from === to) continue;
    const key = JSON.stringify([from, to, edge.didWhat]);
    const known = merged.get(key);
    if (known) absorb(known, edge);
    else merged.set(key, { ...edge, alertIds: new Set(edge.alertIds), from, to });
  }
  return [...merged.values()].sort((a, b) => a.firstMs - b.firstMs || (a.first.id < b.first.id ? -1 : 1));
}

const sums = ({ severity, events, alertIds, firstMs, lastMs }: Grown) => ({
  severity,
  events,
  alertIds: [...alertIds].slice(0, MAX_ALERT_IDS),
  firstAt: new Date(firstMs).toISOString(),
  lastAt: new Date(lastMs).toISOString(),
});

const nodeView = ({ entity, ...grown }: Node): GraphNode => ({
  id: entity.key,
  kind: entity.kind,
  value: entity.value,
  host: entity.host,
  isOutside: entity.kind === "address" && isOutside(entity.value),
  ...sums(grown),
  q: searchFor(entity),
});

function clusterOf(kind: GraphNode["kind"], members: readonly Node[]): GraphNode {
  const [first, ...others] = members;
  if (!first) throw new Error("a cluster has members");
  const all: Grown = { ...first, alertIds: new Set(first.alertIds) };
  for (const member of others) absorb(all, member);
  return {
    id: `more\n${kind}`,
    kind,
    value: "",
    host: "",
    isOutside: false,
    ...sums(all),
    q: "",
    members: { count: members.length, names: members.slice(0, MAX_NAMES).map(({ entity }) => entity.value) },
  };
}

const edgeView = (edge: Edge): GraphEdge => ({
  id: JSON.stringify([edge.from, edge.to, edge.didWhat]),
  from: edge.from,
  to: edge.to,
  didWhat: edge.didWhat,
  step: edge.step,
  ...sums(edge),
  event: { id: edge.first.id, time: new Date(edge.first.timeMs).toISOString() },
});
