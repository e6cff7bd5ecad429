import { useTranslation } from "react-i18next";
import { type AlertFacets, DISPOSITIONS, LEVELS, STATUSES } from "../../../api/alerts.ts";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Facet, Facets, joinList, splitList } from "../../../ui/facets.tsx";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./triage.module.css";
import { type AlertsState, FACETS, type FacetName, OPEN_STATUSES } from "./use-alerts-state.ts";

const ORDER: Partial<Record<FacetName, readonly string[]>> = {
  status: STATUSES,
  severity: LEVELS,
  disposition: DISPOSITIONS,
};

type ListProps = { readonly state: AlertsState; readonly facets: AlertFacets | undefined };

export function AlertFacetList({ state, facets }: ListProps) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const titleOf = useRuleTitle();
  const labelOf = (name: FacetName, value: string, label: string | undefined) => {
    if (name === "severity") return isLevel(value) ? <Severity level={value} isQuiet /> : value;
    if (name === "status" || name === "disposition" || name === "entityKind" || name === "tactic")
      return t(`monitor:${name}.${value}`, { defaultValue: value });
    if (name === "assignee" && value === "none") return t("alerts:unassigned");
    if (name === "rule") return titleOf({ id: value, title: label ?? value });
    return name === "entity" ? value : (label ?? value);
  };
  return (
    <Facets label={t("alerts:filters")}>
      {facets?.sample ? (
        <p className={classes.small}>
          {t(`alerts:sampled.${facets.sample.of}`, { text: formatCount(facets.sample.alerts) })}
        </p>
      ) : null}
      {FACETS.map((name) => {
        const chosen = chosenOf(name, state.search);
        const counted = facets?.[name] ?? [];
        const values = ORDER[name] ?? counted.map(({ value }) => value);
        const options = values.map((value) => {
          const found = counted.find((facet) => facet.value === value);
          return { value, label: labelOf(name, value, found?.label), count: found?.count ?? 0 };
        });
        return (
          <Facet
            key={name}
            title={t(`alerts:facet.${name}`)}
            options={options}
            chosen={chosen}
            onChange={(next) => {
              // One entity is a whole text, commas and all: choosing another replaces it.
              if (name === "entity") return state.change({ entityIs: next.at(-1) });
              const joined = joinList(next);
              state.change({ [name]: name === "status" && joined === OPEN_STATUSES ? undefined : joined });
            }}
          />
        );
      })}
    </Facets>
  );
}

function chosenOf(name: FacetName, search: AlertsState["search"]): readonly string[] {
  if (name === "entity") return search.entityIs === undefined ? [] : [search.entityIs];
  return splitList(name === "status" ? (search.status ?? OPEN_STATUSES) : search[name]);
}
