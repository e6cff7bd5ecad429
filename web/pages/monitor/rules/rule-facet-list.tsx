import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import { ruleFacetsQuery } from "../../../api/rules.ts";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { Facet, Facets, joinList, splitList } from "../../../ui/facets.tsx";

const FACETS = ["level", "state", "kind", "pack", "product", "category", "service", "tactic", "status"] as const;

type Filter = Readonly<Record<string, string | undefined>>;

export function RuleFacetList({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (change: Filter) => void;
}) {
  const { t } = useTranslation(["rules", "monitor"]);
  const { data: facets } = useQuery(ruleFacetsQuery(filter));
  const labelOf = (name: (typeof FACETS)[number], value: string) => {
    if (name === "level") return isLevel(value) ? <Severity level={value} isQuiet /> : value;
    if (name === "tactic") return t(`monitor:tactic.${value}`, { defaultValue: value });
    if (name === "state" || name === "kind") return t(`rules:${name}.${value}`, { defaultValue: value });
    return value;
  };
  return (
    <Facets label={t("rules:filters")}>
      <Facet
        title={t("rules:facet.hit")}
        options={["yes", "no"].map((value) => ({ value, label: t(`rules:hit.${value}`) }))}
        chosen={splitList(filter.hit)}
        onChange={(next) => onChange({ hit: next.at(-1) })}
      />
      {FACETS.map((name) => (
        <Facet
          key={name}
          title={t(`rules:facet.${name}`)}
          options={inOrder(name, facets?.[name] ?? []).map(({ value, count }) => ({
            value,
            label: labelOf(name, value),
            count,
          }))}
          chosen={splitList(filter[name])}
          onChange={(next) => onChange({ [name]: joinList(next) })}
        />
      ))}
    </Facets>
  );
}

type Counted = { readonly value: string; readonly count: number };

/** Levels from the gravest; a missing value cannot be asked for. */
function inOrder(name: string, values: readonly Counted[]): readonly Counted[] {
  const known = values.filter(({ value }) => value !== "");
  if (name !== "level") return known;
  return LEVELS.flatMap((level) => known.filter(({ value }) => value === level));
}
