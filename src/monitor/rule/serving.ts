import { isOverBudget } from "./budget-reason.ts";
import type { CompiledFacts } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";

type Entry = Pick<CompiledFacts, "facts" | "name" | "origin" | "parts"> & {
  readonly isEnabled: boolean;
  readonly override: { readonly reason: string } | undefined;
};
type Entries = ReadonlyMap<string, Entry>;

/**
 * What switching rules off means for the correlations that need them. `serving`: rules that people switched off and that stay, silent,
 * for correlations that are on. `halted`: correlations that are on and cannot run, because a rule of theirs was over its time budget.
 */
export function servingRules(entries: Entries): {
  readonly serving: ReadonlySet<string>;
  readonly halted: readonly RejectedRule[];
} {
  const find = finder(entries);
  const serving = new Set<string>();
  const halted: RejectedRule[] = [];
  for (const correlation of entries.values()) {
    if (!correlation.parts || !correlation.isEnabled) continue;
    const off = neededBy(correlation, find).filter(({ isEnabled }) => !isEnabled);
    const slow = off.find(({ override }) => isOverBudget(override?.reason ?? ""));
    if (slow) halted.push(haltedBy(correlation, slow));
    for (const entry of off) if (!isOverBudget(entry.override?.reason ?? "")) serving.add(entry.facts.id);
  }
  return { serving, halted };
}

type Find = (reference: string) => readonly Entry[];

/** Of several with one name all count: to keep one too many silent does no harm. */
function finder(entries: Entries): Find {
  const byName = Map.groupBy(entries.values(), ({ name }) => name);
  return (reference) => {
    const entry = entries.get(reference);
    return entry ? [entry] : (reference !== "" && byName.get(reference)) || [];
  };
}

/** All that it lists, directly or through other correlations. */
function neededBy(correlation: Entry, find: Find): readonly Entry[] {
  const needed = new Set<Entry>([correlation]);
  for (const one of needed) for (const part of one.parts ?? []) for (const entry of find(part)) needed.add(entry);
  needed.delete(correlation);
  return [...needed];
}

const haltedBy = ({ origin, facts }: Entry, slow: Entry): RejectedRule => ({
  origin,
  id: facts.id,
  title: facts.title,
  reason: `the correlation is not running: its rule "${slow.facts.title}" is over its time budget and was switched off`,
});
