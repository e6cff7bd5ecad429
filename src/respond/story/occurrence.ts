import type { IncidentAlert } from "../incident/contract.ts";

/** What only the event itself tells; the detection's copy of it tells the rest. */
export type EventDetail = {
  readonly destinationIp: string;
  readonly urlDomain: string;
  readonly dnsName: string;
  readonly process: string;
  readonly parent: string;
  readonly file: string;
  readonly targetUser: string;
};

/** One event of the incident, with the alerts that it stands behind. Absent is "". */
export type Occurrence = {
  readonly id: string;
  readonly timeMs: number;
  readonly dataset: string;
  readonly six: IncidentAlert["sample"]["six"];
  readonly hostName: string;
  readonly userName: string;
  readonly sourceIp: string;
  readonly detail: EventDetail;
  readonly alerts: readonly IncidentAlert[];
};

export const NO_DETAIL: EventDetail = {
  destinationIp: "",
  urlDomain: "",
  dnsName: "",
  process: "",
  parent: "",
  file: "",
  targetUser: "",
};

/** A detection as stored, and which alert it was counted into is told by its rule, entity and unit. */
export type DetectionRow = {
  readonly stream: string;
  readonly seq: string;
  readonly timeMs: number;
  readonly ruleId: string;
  readonly entityKind: string;
  readonly entity: string;
  readonly unitId: string;
  readonly dataset: string;
  readonly who: string;
  readonly whereFrom: string;
  readonly withWhat: string;
  readonly what: string;
  readonly didWhat: string;
  readonly hostName: string;
  readonly userName: string;
  readonly sourceIp: string;
};
/** `what`: a correlation's detection says what it counted instead. */
export type EventRow = EventDetail & { readonly stream: string; readonly seq: string; readonly what: string };

type Keyed = Pick<DetectionRow, "ruleId" | "entityKind" | "entity" | "unitId">;
export const keyOfDetection = ({ ruleId, entityKind, entity, unitId }: Keyed): string =>
  [ruleId, entityKind, unitId, entity].join("\n");
export const keyOfAlert = ({ rule, entity, unitId }: IncidentAlert): string =>
  keyOfDetection({ ruleId: rule.id, entityKind: entity.kind, entity: entity.value, unitId });

/**
 * Detections and their events as the incident's events, oldest first. An event that several rules saw is one. An alert of which
 * no detection is found (deleted by policy, or the engine is away) is told by its sample.
 */
export function occurrencesOf(
  alerts: readonly IncidentAlert[],
  detections: readonly DetectionRow[],
  events: readonly EventRow[],
): Occurrence[] {
  const details = new Map(events.map(({ stream, seq, what, ...detail }) => [`${stream}-${seq}`, { what, detail }]));
  const byKey = Map.groupBy(alerts, keyOfAlert);
  const found = new Map<string, Occurrence & { alerts: IncidentAlert[] }>();
  const told = new Set<string>();
  for (const row of detections) {
    const alert = alertAt(byKey.get(keyOfDetection(row)) ?? [], row.timeMs);
    if (!alert) continue;
    told.add(alert.id);
    const id = `${row.stream}-${row.seq}`;
    const known = found.get(id);
    const event = details.get(id);
    if (known) {
      if (!known.alerts.includes(alert)) known.alerts.push(alert);
    } else
      found.set(id, {
        ...ofDetection({ ...row, what: event?.what || row.what }, id),
        detail: event?.detail ?? NO_DETAIL,
        alerts: [alert],
      });
  }
  for (const alert of alerts.filter(({ id }) => !told.has(id))) {
    const known = found.get(alert.sample.eventId);
    if (known) known.alerts.push(alert);
    else found.set(alert.sample.eventId, { ...ofSample(alert), alerts: [alert] });
  }
  return [...found.values()].sort((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1));
}

/** Of one rule on one entity an incident may hold several alerts, one after the other. */
function alertAt(candidates: readonly IncidentAlert[], timeMs: number): IncidentAlert | undefined {
  return candidates.find(({ firstAt, lastAt }) => Date.parse(firstAt) <= timeMs && timeMs <= Date.parse(lastAt));
}

function ofDetection(row: DetectionRow, id: string): Omit<Occurrence, "detail" | "alerts"> {
  const { timeMs, dataset, who, whereFrom, withWhat, what, didWhat, hostName, userName, sourceIp } = row;
  return { id, timeMs, dataset, six: { who, whereFrom, withWhat, what, didWhat }, hostName, userName, sourceIp };
}

function ofSample({ sample }: IncidentAlert): Omit<Occurrence, "alerts"> {
  const { eventId, time, dataset, six, hostName, userName, sourceIp } = sample;
  return {
    id: eventId,
    timeMs: Date.parse(time),
    dataset,
    six,
    hostName,
    userName,
    // "::" is how an absent address is stored.
    sourceIp: sourceIp === "::" ? "" : sourceIp.replace(/^::ffff:/, ""),
    detail: NO_DETAIL,
  };
}
