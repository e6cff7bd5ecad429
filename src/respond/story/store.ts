import { z } from "zod";
import type { UnitScope } from "../../organization/access/index.ts";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { IncidentAlert } from "../incident/contract.ts";
import { type DetectionRow, type EventRow, keyOfAlert, keyOfDetection } from "./occurrence.ts";

/** Events of an incident that are read: of each alert the oldest. */
export const MAX_EVENTS = 10_000;
/** Of each alert at least so many, so that one noisy rule is not all there is to tell. */
const LEAST_PER_ALERT = 20;
const MAX_SECONDS = 10;

const behind = {
  fromMs: z.int(),
  toMs: z.int(),
  ruleIds: z.array(z.string()),
  keys: z.array(z.string()),
  maxPerAlert: z.int(),
  maxRows: z.int(),
};
const texts = <const Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, z.string()])) as Record<Name, z.ZodString>;

const detectionsBehind = eventQuery(import.meta.url, "./queries/detections.sql", {
  params: z.object(behind),
  row: z.object({
    ...texts("stream", "seq", "ruleId", "entityKind", "entity", "unitId", "dataset"),
    ...texts("who", "whereFrom", "withWhat", "what", "didWhat", "hostName", "userName", "sourceIp"),
    timeMs: z.coerce.number(),
  }),
});
const eventsBehind = eventQuery(import.meta.url, "./queries/events.sql", {
  params: z.object({ ...behind, allUnits: z.boolean(), units: z.array(z.string()) }),
  row: z.object(
    texts("stream", "seq", "what", "destinationIp", "urlDomain", "dnsName", "process", "parent", "file", "targetUser"),
  ),
});

export type Found = {
  readonly detections: readonly DetectionRow[];
  readonly events: readonly EventRow[];
  readonly isCut: boolean;
};

/**
 * What stands behind these alerts, which the reader may see; of the events themselves only those of units where they may read
 * events. Errors: `unavailable` when the engine is away.
 */
export async function readBehind(
  db: EventsDb,
  alerts: readonly IncidentAlert[],
  eventScope: UnitScope,
): Promise<Found> {
  if (alerts.length === 0) return { detections: [], events: [], isCut: false };
  const maxPerAlert = Math.max(LEAST_PER_ALERT, Math.floor(MAX_EVENTS / alerts.length));
  const asked = {
    fromMs: Math.min(...alerts.map(({ firstAt }) => Date.parse(firstAt))),
    toMs: Math.max(...alerts.map(({ lastAt }) => Date.parse(lastAt))),
    ruleIds: [...new Set(alerts.map(({ rule }) => rule.id))],
    keys: [...new Set(alerts.map(keyOfAlert))],
    maxPerAlert: maxPerAlert + 1,
    maxRows: MAX_EVENTS + 1,
  };
  const limits = { maxRows: MAX_EVENTS + 1, maxSeconds: MAX_SECONDS };
  const units = eventScope.all ? [] : [...eventScope.ids];
  const mayRead = eventScope.all || units.length > 0;
  const [detections, events] = await Promise.all([
    detectionsBehind(db, asked, limits),
    mayRead ? eventsBehind(db, { ...asked, allUnits: eventScope.all, units }, limits) : [],
  ]);
  const isCut =
    detections.length > MAX_EVENTS ||
    [...Map.groupBy(detections, keyOfDetection).values()].some((of) => of.length > maxPerAlert);
  return { detections: detections.slice(0, MAX_EVENTS), events, isCut };
}
