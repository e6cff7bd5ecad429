import { filterFits } from "../../detect/index.ts";
import type { RuleCatalog } from "../catalog.ts";
import type { CompiledFilter } from "../compiled.ts";
import type { CatalogEntry } from "../entry.ts";
import { MAX_LISTED, type PackPreview } from "./contract.ts";
import { packOrigin } from "./holder.ts";

const EXAMPLES = 5;

/**
 * What each filter of a pack would take alerts from besides the pack's own rules: filters hold for all rules, wherever they come
 * from. Those that narrow most come first.
 */
export function narrowingOf(
  pack: string,
  filters: readonly CompiledFilter[],
  catalog: RuleCatalog,
): PackPreview["filters"] {
  const outside = [...catalog.entries().values()].filter((entry) => entry.pack?.name !== pack && !entry.parts);
  const byReference = Map.groupBy(
    outside.flatMap((entry) => [...new Set([entry.facts.id, entry.name])].map((reference) => ({ reference, entry }))),
    ({ reference }) => reference,
  );
  const byLogsource = Map.groupBy(outside, ({ logsource: { product, category, service } }) =>
    [product, category, service].join("\0"),
  );
  const ofAny = ({ logsource }: CompiledFilter): readonly CatalogEntry[] =>
    [...byLogsource.values()].filter(([one]) => one && filterFits(logsource, one.logsource)).flat();
  const ofNamed = ({ logsource }: CompiledFilter, rules: readonly string[]): readonly CatalogEntry[] =>
    [
      ...new Set(rules.flatMap((one) => (one === "" ? [] : (byReference.get(one) ?? []))).map(({ entry }) => entry)),
    ].filter((entry) => filterFits(logsource, entry.logsource));
  const widestFirst = filters.toSorted((one, two) => Number(two.rules === "any") - Number(one.rules === "any"));
  const items = widestFirst
    .slice(0, MAX_LISTED)
    .map((filter) => {
      const narrowed = filter.rules === "any" ? ofAny(filter) : ofNamed(filter, filter.rules);
      return {
        ...{ id: filter.id, title: filter.title, path: filter.origin.slice(packOrigin(pack, "").length) },
        ...(filter.line !== undefined && { line: filter.line }),
        isAny: filter.rules === "any",
        outside: narrowed.length,
        examples: narrowed.slice(0, EXAMPLES).map(({ facts }) => facts.title),
      };
    })
    .toSorted((one, two) => two.outside - one.outside);
  return { total: filters.length, items };
}
