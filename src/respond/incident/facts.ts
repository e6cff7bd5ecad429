import { type IncidentAlert, type IncidentFacts, TACTIC_ORDER } from "./contract.ts";

type Level = IncidentAlert["severity"];
type Entity = IncidentFacts["entities"][number];

const MAX_ENTITIES = 200;
const LEVELS: readonly Level[] = ["informational", "low", "medium", "high", "critical"];
const rankOf = (level: Level): number => LEVELS.indexOf(level);

/** The most severe level; `informational` of none. */
export const highestOf = (levels: readonly Level[]): Level =>
  levels.reduce<Level>((highest, level) => (rankOf(level) > rankOf(highest) ? level : highest), "informational");

/** What the linked alerts say together: tactics, techniques, entities, counts, first and last. */
export function factsOf(alerts: readonly IncidentAlert[]): IncidentFacts {
  return {
    tactics: tacticsOf(alerts),
    techniques: techniquesOf(alerts),
    entities: entitiesOf(alerts),
    detections: alerts.reduce((sum, { count }) => sum + count, 0),
    openAlerts: alerts.filter(({ status }) => status !== "closed").length,
    firstAt: alerts.map(({ firstAt }) => firstAt).reduce(earlier, null),
    lastAt: alerts.map(({ lastAt }) => lastAt).reduce(later, null),
  };
}

const earlier = (a: string | null, b: string): string => (a === null || b < a ? b : a);
const later = (a: string | null, b: string): string => (a === null || b > a ? b : a);

function tacticsOf(alerts: readonly IncidentAlert[]): IncidentFacts["tactics"] {
  const found = new Map<string, { tactic: string; alerts: number; firstAt: string }>();
  for (const { rule, firstAt } of alerts) {
    for (const tactic of new Set(rule.tactics)) {
      const known = found.get(tactic);
      const count = (known?.alerts ?? 0) + 1;
      found.set(tactic, { tactic, alerts: count, firstAt: earlier(known?.firstAt ?? null, firstAt) });
    }
  }
  return [...found.values()].sort((a, b) => placeOf(a.tactic) - placeOf(b.tactic) || compare(a.tactic, b.tactic));
}

const TACTIC_PLACES: readonly string[] = TACTIC_ORDER;

function placeOf(tactic: string): number {
  const place = TACTIC_PLACES.indexOf(tactic);
  return place < 0 ? TACTIC_PLACES.length : place;
}

function techniquesOf(alerts: readonly IncidentAlert[]): IncidentFacts["techniques"] {
  const found = new Map<string, number>();
  for (const { rule } of alerts) for (const id of new Set(rule.techniques)) found.set(id, (found.get(id) ?? 0) + 1);
  return [...found].map(([id, count]) => ({ id, alerts: count })).sort((a, b) => compare(a.id, b.id));
}

/** An alert touches its own entity, and the host, user and address of its event. */
function entitiesOf(alerts: readonly IncidentAlert[]): Entity[] {
  const found = new Map<string, Entity>();
  for (const alert of alerts) {
    for (const { kind, value } of touchedBy(alert)) {
      const key = `${kind} ${value.toLowerCase()}`;
      const known = found.get(key);
      found.set(key, {
        kind,
        value: known?.value ?? value,
        severity: highestOf([alert.severity, ...(known ? [known.severity] : [])]),
        alerts: (known?.alerts ?? 0) + 1,
        firstAt: earlier(known?.firstAt ?? null, alert.firstAt),
        lastAt: later(known?.lastAt ?? null, alert.lastAt),
      });
    }
  }
  const bySeverity = (a: Entity, b: Entity) => rankOf(b.severity) - rankOf(a.severity);
  return [...found.values()]
    .sort((a, b) => bySeverity(a, b) || b.alerts - a.alerts || compare(a.kind, b.kind) || compare(a.value, b.value))
    .slice(0, MAX_ENTITIES);
}

function touchedBy({ entity, sample }: IncidentAlert): Pick<Entity, "kind" | "value">[] {
  const named: Pick<Entity, "kind" | "value">[] = [
    entity,
    { kind: "host", value: sample.hostName },
    { kind: "user", value: sample.userName },
    { kind: "address", value: sample.sourceIp },
  ];
  // Of one thing in two spellings the alert's own is kept: the first entry, hence set last.
  const unique = new Map(named.toReversed().map((each) => [`${each.kind} ${each.value.toLowerCase()}`, each]));
  // "::" is how an absent address is stored.
  return [...unique.values()].filter(({ value }) => value !== "" && value !== "::");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
