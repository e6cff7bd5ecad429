import { isIP } from "node:net";
import {
  type DetectionGroup,
  type Entity,
  type EntityKind,
  emptyFields,
  emptyHotColumns,
  entityOf,
  type HotColumns,
} from "../event/index.ts";
import type { Fired } from "./correlation.ts";
import { DetectionBlock } from "./detection-block.ts";
import type { EncodedBlock } from "./job.ts";
import type { EventRow } from "./row.ts";

/** Firings as rows of `detections`, beside those of single events. `alreadyStored`: `${seq}/${ruleId}`, left out. */
export function firedBlock(fired: readonly Fired[], stream: number, alreadyStored: readonly string[]): EncodedBlock {
  const stored = new Set(alreadyStored);
  const block = new DetectionBlock();
  for (const one of fired) {
    if (stored.has(`${one.firing.id}/${one.rule.facts.id}`)) continue;
    block.add(rowOf(one), { rule: one.rule.facts, entity: entityOfFiring(one), exceptionId: "" }, stream);
  }
  const encoded = block.finish();
  return { ...encoded, name: `correlation-${encoded.name}` };
}

/** Firings as groups for alerts: one each, however many events stand behind it. */
export const firedGroups = (fired: readonly Fired[], stream: number): DetectionGroup[] =>
  fired.map((one) => {
    const { firing, rule, row } = one;
    const { timeMs, firstMs, id } = firing;
    return {
      rule: rule.facts,
      entity: entityOfFiring(one),
      unitId: row.unitId,
      sourceId: row.sourceId,
      count: 1,
      firstAtMs: firstMs,
      lastAtMs: timeMs,
      sample: { stream, seq: id.toString(), timeMs, ...row.seen, what: whatOf(one) },
      contributing: firing.events.map((event) => ({ seq: event.id.toString(), timeMs: event.timeMs })),
    };
  });

function rowOf(one: Fired): EventRow {
  const { firing, row } = one;
  return {
    event: { timeMs: firing.timeMs, problem: "", fields: emptyFields(), hot: hotOf(one) },
    receivedMs: row.receivedMs,
    seq: firing.id,
    unitId: row.unitId,
    sourceId: row.sourceId,
    raw: new Uint8Array(),
    ruleIds: [],
  };
}

const hotOf = (one: Fired): HotColumns => ({ ...emptyHotColumns(), ...one.row.seen, what: whatOf(one) });

/** In signs that need no translation: what the events have in common, and how many they are. */
function whatOf({ firing }: Fired): string {
  const common = firing.group.map(({ field, value }) => `${field}=${value}`).join(", ");
  return `${common}${common === "" ? "" : " "}×${firing.count}`;
}

const KINDS: readonly (readonly [EntityKind, RegExp])[] = [
  ["host", /host|computer|machine|workstation/i],
  ["user", /user|account|member|login/i],
  ["domain", /domain|query|dns/i],
];

/**
 * Whom the group is about: first what the last event's own columns hold, too, so that a search finds the events; then what the
 * names of the fields say; else whom the last event is about.
 */
function entityOfFiring({ firing, row }: Fired): Entity {
  const { host_name, user_name, source_ip } = row.seen;
  const columns = [
    ["host", host_name],
    ["user", user_name],
    ["address", source_ip],
  ] as const;
  for (const { value } of firing.group) {
    const column = columns.find(([, held]) => held !== "" && held.toLowerCase() === value.toLowerCase());
    if (column) return { kind: column[0], value: column[1].toLowerCase() };
  }
  for (const { field, value } of firing.group) {
    const kind = isIP(value) ? "address" : KINDS.find(([, name]) => name.test(field))?.[0];
    if (kind !== undefined && value !== "" && !/^S-1-/.test(value)) return { kind, value: value.toLowerCase() };
  }
  return entityOf({ ...emptyHotColumns(), ...row.seen }, row.sourceId);
}
