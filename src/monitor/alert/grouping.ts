import {
  collectTouched,
  type DetectionGroup,
  isLaterSample,
  keepTouched,
  type Level,
  type Touched,
  touchedBy,
} from "../event/index.ts";
import type { StoredSample } from "./schema.ts";
import { folded, storable, storableKey } from "./text.ts";

const TEXT_CHARS = 500;
/** PostgreSQL and JavaScript both hold it; beyond 2200 an instant is a broken clock, not a date. */
const MAX_TIME_MS = Date.UTC(2200, 0, 1);
const RANKS: Readonly<Record<Level, number>> = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 };

/** One row for the upsert, keys named as the statement's record type. */
export type GroupRow = {
  rule_id: string;
  rule_title: string;
  rule_author: string;
  tactics: readonly string[];
  techniques: readonly string[];
  level: Level;
  entity_kind: string;
  entity: string;
  unit_id: string;
  source_id: string;
  count: number;
  first_ms: number;
  last_ms: number;
  /** From when to when each of its groups lasted. */
  spans: (readonly [number, number])[];
  sample: StoredSample;
  search_text: string;
  touched: readonly Touched[];
};

/** Groups of one batch as rows, one per (rule, entity, unit): an upsert may touch a row only once. Any text goes. */
export function mergeGroups(groups: readonly DetectionGroup[], nowMs: number): GroupRow[] {
  const merged = new Map<string, GroupRow>();
  for (const group of groups) {
    if (!(group.count > 0)) continue;
    const row = rowOf(group, nowMs);
    const key = JSON.stringify([row.rule_id, row.entity_kind, row.entity, row.unit_id]);
    const known = merged.get(key);
    if (known) absorb(known, row);
    else merged.set(key, row);
  }
  return [...merged.values()];
}

function absorb(into: GroupRow, from: GroupRow): void {
  into.count += from.count;
  into.first_ms = Math.min(into.first_ms, from.first_ms);
  into.last_ms = Math.max(into.last_ms, from.last_ms);
  if (RANKS[from.level] > RANKS[into.level]) into.level = from.level;
  into.spans.push(...from.spans);
  const touched = new Map<string, Touched>();
  collectTouched(touched, into.touched);
  collectTouched(touched, from.touched);
  into.touched = keepTouched(touched.values());
  if (!isLaterSample(from.sample, into.sample)) return;
  into.sample = from.sample;
  into.search_text = from.search_text;
  into.source_id = from.source_id;
}

function rowOf(group: DetectionGroup, nowMs: number): GroupRow {
  const { rule, entity } = group;
  const sample = sampleOf(group, nowMs);
  const title = storable(rule.title, TEXT_CHARS);
  const entityKey = storableKey(entity.value);
  const lastMs = instantOr(group.lastAtMs, nowMs);
  const firstMs = Math.min(instantOr(group.firstAtMs, nowMs), lastMs);
  return {
    rule_id: storableKey(rule.id),
    rule_title: title,
    rule_author: storable(rule.author, TEXT_CHARS),
    tactics: rule.tactics.slice(0, 20).map((tactic) => storable(tactic, 60)),
    techniques: rule.techniques.slice(0, 40).map((technique) => storable(technique, 20)),
    level: rule.level,
    entity_kind: entity.kind,
    entity: entityKey,
    unit_id: storableKey(group.unitId),
    source_id: storableKey(group.sourceId),
    count: Math.min(Math.trunc(group.count), Number.MAX_SAFE_INTEGER),
    first_ms: firstMs,
    last_ms: lastMs,
    spans: [[firstMs, lastMs]],
    sample,
    search_text: searchText([title, entityKey, ...Object.values(sample).filter((value) => typeof value === "string")]),
    touched: (group.touched ?? touchedOf(group)).map((one) => ({ ...one, value: storableKey(one.value) })),
  };
}

/** Of a correlation only the last event's answers are known, and the entity that its events have in common. */
function touchedOf({ entity, sample }: DetectionGroup): Touched[] {
  const touched = new Map<string, Touched>();
  collectTouched(touched, touchedBy(sample));
  if (entity.kind === "host") collectTouched(touched, touchedBy({ host_name: entity.value }));
  if (entity.kind === "user") collectTouched(touched, touchedBy({ user_name: entity.value }));
  if (entity.kind === "address") collectTouched(touched, touchedBy({ source_ip: entity.value }));
  if (entity.kind === "domain") collectTouched(touched, touchedBy({ url_domain: entity.value }));
  return keepTouched(touched.values());
}

function sampleOf({ sample, contributing }: DetectionGroup, nowMs: number): StoredSample {
  return {
    stream: sample.stream,
    seq: sample.seq,
    timeMs: instantOr(sample.timeMs, nowMs),
    dataset: storable(sample.dataset, TEXT_CHARS),
    who: storable(sample.who, TEXT_CHARS),
    whereFrom: storable(sample.where_from, TEXT_CHARS),
    withWhat: storable(sample.with_what, TEXT_CHARS),
    what: storable(sample.what, TEXT_CHARS),
    didWhat: storable(sample.did_what, TEXT_CHARS),
    hostName: storable(sample.host_name, TEXT_CHARS),
    userName: storable(sample.user_name, TEXT_CHARS),
    sourceIp: storable(sample.source_ip, TEXT_CHARS),
    ...(contributing && { contributing }),
  };
}

const searchText = (parts: readonly (string | number)[]): string =>
  [
    ...new Set(parts.filter((part) => typeof part === "string" && part !== "").map((part) => folded(String(part)))),
  ].join("\n");

const instantOr = (ms: number, nowMs: number): number =>
  Number.isFinite(ms) && Math.abs(ms) < MAX_TIME_MS ? Math.trunc(ms) : nowMs;
