import { z } from "zod";
import { AlertStatus, Level } from "../alert/contract.ts";
import { EventRow, Histogram, SearchScope } from "../search/contract.ts";

/**
 * One host, person, address, domain or file, and what is known of it. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET /api/v1/entities/summary?kind&value&from&to&unit&tz   → EntitySummary: figures of a window of time
 * GET /api/v1/entities/seen?kind&value                      → EntitySeen: within all events that are still kept
 * GET /api/v1/entities/events?kind&value&from&to&unit       → EntityEvents: the latest
 * POST /api/v1/entities/before         EntityBeforeInput    → EntityBefore: which peers were beside it before the window
 * GET /api/v1/entities/alerts?kind&value&from&to            → EntityAlerts, and the incidents that they are in
 * GET /api/v1/entities/export?…&format=csv|json|pdf&language → a file
 */

export const ENTITY_KINDS = ["host", "account", "address", "domain", "hash"] as const;
export const EntityKind = z.enum(ENTITY_KINDS);
/** Values come from logs: they may hold anything, and be long. Measured in bytes of UTF-8, as addresses are. */
const MAX_VALUE_BYTES = 4_096;
export const MAX_LATEST = 30;
export const MAX_ALERTS = 100;

const EntityValue = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= MAX_VALUE_BYTES, "This value is longer than 4096 bytes.")
  .overwrite((text) => text.replaceAll("\0", "\uFFFD").toWellFormed());
const named = { kind: EntityKind, value: EntityValue };

export const EntityQuery = z.object({
  ...named,
  from: SearchScope.shape.from.default("now-7d"),
  to: SearchScope.shape.to,
  unit: SearchScope.shape.unit,
  tz: SearchScope.shape.tz,
});
export const EntitySeenQuery = z.object(named);
export const MAX_PEERS = 24;
export const EntityBeforeInput = EntityQuery.extend({
  peers: z.array(z.object({ kind: EntityKind, value: EntityValue.max(300) })).max(MAX_PEERS),
});
export const EntityAlertsQuery = z.object({
  ...named,
  /** Of these days only: alerts whose first and last detection lie around or within them. */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});
export const EntityExportQuery = EntityQuery.extend({
  format: z.enum(["csv", "json", "pdf"]),
  language: z.enum(["ja", "en"]).default("ja"),
});

const Counted = z.object({ value: z.union([z.string(), z.number()]), count: z.number() });
/** An entity beside this one. */
const Peer = z.object({ kind: EntityKind, value: z.string(), count: z.number() });

export const EntitySummary = z.object({
  kind: EntityKind,
  /** In the spelling that is compared: a host without its domain, an account without its realm, all in lower case. */
  value: z.string(),
  /** As the events write it, the most frequent first; at most 20 of each field. */
  spellings: z.array(z.string()),
  range: z.object({ from: z.string(), to: z.string() }),
  /** What finds the same events in search; "" when the value is longer than a query may be. */
  query: z.string(),
  /** Events of the window that name it. */
  total: z.number(),
  /** In which fields it stands. */
  roles: z.array(z.object({ field: z.string(), events: z.number() })),
  histogram: Histogram,
  /** True when peers, programs, actions and datasets come from a random part of the events. */
  sampled: z.boolean(),
  rowsExamined: z.number(),
  /** What stands beside it in its events, by count. */
  peers: z.array(Peer),
  programs: z.array(Counted),
  actions: z.array(Counted),
  datasets: z.array(Counted),
  /** Rules that matched its events; excepted detections are left out. */
  rules: z.array(
    z.object({ id: z.string(), title: z.string(), level: z.string(), author: z.string(), events: z.number() }),
  ),
  /** Who had which address, as the events of the window say: leases, sessions and logons of their own time. Latest first. */
  holders: z.array(
    z.object({
      address: z.string(),
      host: z.string(),
      user: z.string(),
      firstAt: z.string(),
      lastAt: z.string(),
      events: z.number(),
    }),
  ),
});

/** An event, and when it happened. */
const SeenEvent = z.object({ id: z.string(), at: z.string() });
/** null = no event that is still kept names it. */
export const EntitySeen = z.object({ first: SeenEvent.nullable(), last: SeenEvent.nullable() });
export const EntityBefore = z.object({
  /** The thirty days before the window. */
  range: z.object({ from: z.string(), to: z.string() }),
  /** False when no log of those days names the entity itself: then every peer is new, and that says nothing. */
  wasHere: z.boolean(),
  /** For each peer that was asked about, in that order. */
  known: z.array(z.boolean()),
});
/** Newest first. */
export const EntityEvents = z.object({ items: z.array(EventRow) });

const EntityAlert = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), title: z.string() }),
  severity: Level,
  status: AlertStatus,
  unitId: z.string(),
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
});
export const EntityIncident = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  titleJa: z.string().nullable(),
  status: z.string(),
  /** How many of its alerts touch the entity, of those listed here. */
  alerts: z.number(),
});
export const EntityAlerts = z.object({
  /** All that touch it, in the units whose alerts one may read; the most severe 100 are listed. */
  total: z.number(),
  open: z.number(),
  items: z.array(EntityAlert),
  /** Only incidents that one may see. */
  incidents: z.array(EntityIncident),
});

export type EntityKind = z.infer<typeof EntityKind>;
export type EntityQuery = z.infer<typeof EntityQuery>;
export type EntityAlertsQuery = z.infer<typeof EntityAlertsQuery>;
export type EntityExportQuery = z.infer<typeof EntityExportQuery>;
export type EntitySummary = z.infer<typeof EntitySummary>;
export type EntitySeen = z.infer<typeof EntitySeen>;
export type EntityBefore = z.infer<typeof EntityBefore>;
export type EntityBeforeInput = z.infer<typeof EntityBeforeInput>;
export type EntityEvents = z.infer<typeof EntityEvents>;
export type EntityAlert = z.infer<typeof EntityAlert>;
export type EntityAlerts = z.infer<typeof EntityAlerts>;
export type EntityIncident = z.infer<typeof EntityIncident>;
