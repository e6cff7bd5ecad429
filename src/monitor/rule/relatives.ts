import type { RuleDetail } from "./contract.ts";
import type { CatalogEntry } from "./entry.ts";

type Named = RuleDetail["builtOn"][number];

export const namedRule = (id: string, entry: CatalogEntry | undefined): Named => ({
  id,
  title: entry?.facts.title ?? id,
  titleJa: entry?.titleJa ?? "",
});

/** The rules that a correlation lists, which it does by id or by name, and the correlations that list this rule. */
export function relativesOf(
  { facts, name, parts = [] }: CatalogEntry,
  entries: ReadonlyMap<string, CatalogEntry>,
): Pick<RuleDetail, "builtOn" | "serves"> {
  const all = [...entries.values()];
  const builtOn = parts.map((part) => {
    const entry = entries.get(part) ?? all.find((one) => one.name !== "" && one.name === part);
    return namedRule(entry?.facts.id ?? part, entry);
  });
  const isListed = (part: string): boolean => part === facts.id || (name !== "" && part === name);
  const serves = all.filter((one) => one.parts?.some(isListed)).map((one) => namedRule(one.facts.id, one));
  return { builtOn, serves };
}
