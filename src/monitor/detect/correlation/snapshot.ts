import type { CorrelationPlan } from "./read/plan.ts";
import type { ResolvedCorrelation } from "./read/resolve.ts";
import type { Correlator } from "./window/correlator.ts";
import { NONE } from "./window/entries.ts";
import type { WindowCounters } from "./window/terms.ts";

/** The state of an engine. Groups are least recently touched first; entries follow group by group, in order of time. */
export type CorrelationSnapshot = {
  readonly version: 1;
  readonly clockMs: number;
  readonly scopes: readonly string[];
  readonly correlations: readonly { readonly definition: string; readonly windows: WindowsSnapshot }[];
};

export type WindowsSnapshot = {
  readonly keys: readonly string[];
  readonly scopes: Int32Array;
  readonly touchedMs: Float64Array;
  readonly firedMs: Float64Array;
  /** Entries of each group. */
  readonly kept: Int32Array;
  readonly timeMs: Float64Array;
  readonly ids: BigUint64Array;
  readonly members: Uint8Array;
  readonly flags: Uint8Array;
  /** Distinct texts, and each entry's place among them; both empty where the correlation counts no values. */
  readonly texts: readonly string[];
  readonly values: Int32Array;
  readonly amounts: Float64Array;
  readonly counters: WindowCounters;
};

/** All that windows depend on. A correlation with another definition, or over other rules, starts anew. */
export function definitionOf(rule: ResolvedCorrelation, { correlations, ruleIds, captures }: CorrelationPlan): string {
  const { facts, type, condition, groupBy, timespanMs, aliases } = rule;
  const idsOf = (numbers: Iterable<number>) => [...numbers].map((number) => ruleIds[number]);
  const members = rule.members.map(({ kind, number }) => {
    if (kind === "rule") return `rule ${JSON.stringify([ruleIds[number], captures[number]])}`;
    const inner = correlations[number];
    return `correlation ${JSON.stringify([inner?.facts.id, idsOf(inner?.bases ?? [])])}`;
  });
  const fields = [...aliases].map(([alias, byMember]) => [alias, [...byMember]]);
  return JSON.stringify([facts.id, type, condition, groupBy, timespanMs, fields, members]);
}

export function snapshotWindows({ groups, entries, texts, counters }: Correlator): WindowsSnapshot {
  const order = [...groups.all()];
  const size = entries.size;
  const has = { values: entries.hasValues, amounts: entries.hasAmounts };
  const copy = {
    keys: order.map((group) => groups.keys[group] ?? ""),
    scopes: Int32Array.from(order, (group) => groups.scope[group] ?? 0),
    touchedMs: Float64Array.from(order, (group) => groups.touchedMs[group] ?? 0),
    firedMs: Float64Array.from(order, (group) => groups.firedMs[group] ?? 0),
    kept: Int32Array.from(order, (group) => groups.kept[group] ?? 0),
    timeMs: new Float64Array(size),
    ids: new BigUint64Array(size),
    members: new Uint8Array(size),
    flags: new Uint8Array(size),
    texts: [] as string[],
    values: new Int32Array(has.values ? size : 0),
    amounts: new Float64Array(has.amounts ? size : 0),
    counters: { ...counters },
  };
  const places = new Map<number, number>();
  const placeOf = (value: number): number => {
    const known = places.get(value);
    if (known !== undefined) return known;
    places.set(value, places.size);
    return copy.texts.push(texts.textOf(value)) - 1;
  };
  let at = 0;
  for (const group of order) {
    for (let entry = groups.head[group] ?? NONE; entry !== NONE; entry = entries.next(entry)) {
      copy.timeMs[at] = entries.time(entry);
      copy.ids[at] = entries.id(entry);
      copy.members[at] = entries.member(entry);
      copy.flags[at] = entries.flags(entry);
      if (has.values) copy.values[at] = placeOf(entries.value(entry));
      if (has.amounts) copy.amounts[at] = entries.amount(entry);
      at++;
    }
  }
  return copy;
}

/** Fills a new correlator. Throws RangeError when the arrays do not fit together. */
export function restoreWindows(correlator: Correlator, from: WindowsSnapshot): void {
  const { groups, entries, texts } = correlator;
  const size = from.kept.reduce((sum, kept) => sum + kept, 0);
  const has = { values: entries.hasValues, amounts: entries.hasAmounts };
  const lengths = [
    from.timeMs,
    from.ids,
    from.members,
    from.flags,
    has.values ? from.values : [],
    has.amounts ? from.amounts : [],
  ];
  const expected = [size, size, size, size, has.values ? size : 0, has.amounts ? size : 0];
  if (lengths.some(({ length }, place) => length !== expected[place]) || from.keys.length !== from.kept.length)
    throw new RangeError("the snapshot's arrays do not fit together");
  let at = 0;
  for (const [place, key] of from.keys.entries()) {
    const group = groups.add(from.scopes[place] ?? 0, key);
    groups.touchedMs[group] = from.touchedMs[place] ?? 0;
    groups.firedMs[group] = from.firedMs[place] ?? 0;
    let before = NONE;
    for (const end = at + (from.kept[place] ?? 0); at < end; at++) {
      const entry = entries.take(from.timeMs[at] ?? 0, from.ids[at] ?? 0n, from.members[at] ?? 0);
      entries.setFlags(entry, from.flags[at] ?? 0);
      if (has.values) entries.setValue(entry, texts.hold(from.texts[from.values[at] ?? 0] ?? ""));
      if (has.amounts) entries.setAmount(entry, from.amounts[at] ?? 0);
      entries.setPrev(entry, before);
      entries.setNext(entry, NONE);
      if (before === NONE) groups.head[group] = entry;
      else entries.setNext(before, entry);
      groups.tail[group] = entry;
      before = entry;
    }
    groups.kept[group] = from.kept[place] ?? 0;
    correlator.restoreWindow(group);
  }
  Object.assign(correlator.counters, from.counters);
}
