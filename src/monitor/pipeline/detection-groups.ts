import {
  collectTouched,
  type DetectionGroup,
  type Entity,
  isLaterSample,
  keepTouched,
  type RuleFacts,
  type Touched,
  touchedBy,
} from "../event/index.ts";
import { storedTime } from "./event-block.ts";
import type { EventRow } from "./row.ts";

const DAY_MS = 86_400_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A storm of one rule on one entity becomes one group, so that the state engine sees rows in the hundreds, not in the millions. */
export class DetectionGroups {
  readonly #groups = new Map<string, { group: Mutable<DetectionGroup>; touched: Map<string, Touched> }>();

  add(row: EventRow, { rule, entity }: { readonly rule: RuleFacts; readonly entity: Entity }, stream: number): void {
    const atMs = storedTime(row);
    // One day each: whether an alert was quiet in between must not depend on how its events were cut into batches.
    const day = Math.floor(atMs / DAY_MS);
    const key = JSON.stringify([rule.id, entity.kind, entity.value, row.unitId, day]);
    const known = this.#groups.get(key);
    const touched = known?.touched ?? new Map<string, Touched>();
    collectTouched(touched, touchedBy(row.event.hot));
    if (!known) {
      this.#groups.set(key, { group: newGroup(row, { rule, entity, atMs, stream }), touched });
      return;
    }
    const { group } = known;
    group.count += 1;
    group.firstAtMs = Math.min(group.firstAtMs, atMs);
    group.lastAtMs = Math.max(group.lastAtMs, atMs);
    const { dataset } = row.event.hot;
    if (isLaterSample({ timeMs: atMs, dataset }, group.sample)) group.sample = sampleOf(row, atMs, stream);
  }

  all(): DetectionGroup[] {
    return [...this.#groups.values()].map(({ group, touched }) => ({
      ...group,
      touched: keepTouched(touched.values()),
    }));
  }
}

type Found = { readonly rule: RuleFacts; readonly entity: Entity; readonly atMs: number; readonly stream: number };

function newGroup(row: EventRow, { rule, entity, atMs, stream }: Found): Mutable<DetectionGroup> {
  return {
    rule,
    entity,
    unitId: row.unitId,
    sourceId: row.sourceId,
    count: 1,
    firstAtMs: atMs,
    lastAtMs: atMs,
    sample: sampleOf(row, atMs, stream),
  };
}

function sampleOf({ event, seq }: EventRow, timeMs: number, stream: number): DetectionGroup["sample"] {
  const { dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip } = event.hot;
  const seen = { dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip };
  return { stream, seq: seq.toString(), timeMs, ...seen };
}
