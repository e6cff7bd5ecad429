import type { HotColumns } from "./columns.ts";
import type { Touched } from "./touched.ts";

/** Sigma's five levels, lowest first. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** What a detection is about. Alerts are grouped by rule and entity, so a storm from one host is one row. */
export const ENTITY_KINDS = ["host", "user", "address", "domain", "source"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];
export type Entity = { readonly kind: EntityKind; readonly value: string };

/** What a rule says of itself on every match: title and author are required by the Detection Rule License. */
export type RuleFacts = {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly author: string;
  /** ATT&CK tactic short names as in STIX `x-mitre-tactic`, such as `credential-access`. */
  readonly tactics: readonly string[];
  /** ATT&CK technique ids, such as `T1003.001`. */
  readonly techniques: readonly string[];
};

/**
 * One batch's detections of one rule on one entity in one unit. `seq` are decimal UInt64 text: with `stream`, an event's key.
 * Instants are UTC milliseconds.
 */
export type DetectionGroup = {
  readonly rule: RuleFacts;
  readonly entity: Entity;
  readonly unitId: string;
  readonly sourceId: string;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Its latest event. */
  readonly sample: { readonly stream: number; readonly seq: string; readonly timeMs: number } & Pick<
    HotColumns,
    "dataset" | "who" | "where_from" | "with_what" | "what" | "did_what" | "host_name" | "user_name" | "source_ip"
  >;
  /** Of a correlation: the events that it rests on, the newest of them, oldest first. */
  readonly contributing?: readonly { readonly seq: string; readonly timeMs: number }[];
  /** Whom and what its events touch, at most `MAX_TOUCHED`; absent = what the sample says. */
  readonly touched?: readonly Touched[];
};

/** True when `a` is of a later event. Of one moment the kind of log decides: the cut of batches and the order of arrival do not. */
export const isLaterSample = (a: SampleTime, b: SampleTime): boolean =>
  a.timeMs > b.timeMs || (a.timeMs === b.timeMs && a.dataset > b.dataset);
type SampleTime = { readonly timeMs: number; readonly dataset: string };

/** The entity that people triage by: the machine when known, else the account, the address, the domain, the source. */
export function entityOf(hot: HotColumns, sourceId: string): Entity {
  if (hot.host_name !== "") return { kind: "host", value: hot.host_name.toLowerCase() };
  if (hot.user_name !== "") return { kind: "user", value: hot.user_name.toLowerCase() };
  if (hot.source_ip !== "") return { kind: "address", value: hot.source_ip };
  if (hot.url_domain !== "") return { kind: "domain", value: hot.url_domain };
  return { kind: "source", value: sourceId };
}
